package scim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// URNs of RFC 7643 and RFC 7644.
const (
	userSchema   = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupSchema  = "urn:ietf:params:scim:schemas:core:2.0:Group"
	listMessage  = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	patchMessage = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	errorMessage = "urn:ietf:params:scim:api:messages:2.0:Error"
)

// attribute is one that is kept. Everything else that a client sends is left out: what nobody needs here is not stored.
type attribute struct {
	name     string
	list     bool
	boolean  bool
	readOnly bool
	parts    map[string]string // of complex values: by lower case
	doc      string
}

// kind is a type of resource.
type kind struct {
	name, path, schema, doc string
	attrs                   map[string]attribute // by lower case
	order                   []string
}

func parts(names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[strings.ToLower(n)] = n
	}
	return out
}

func newKind(name, path, schema, doc string, attrs ...attribute) *kind {
	k := &kind{name: name, path: path, schema: schema, doc: doc, attrs: map[string]attribute{}}
	for _, a := range attrs {
		k.attrs[strings.ToLower(a.name)] = a
		k.order = append(k.order, a.name)
	}
	for _, own := range []string{"id", "schemas", "meta"} {
		k.attrs[own] = attribute{name: own, readOnly: true}
	}
	return k
}

var (
	users = newKind("User", "/Users", userSchema, "A person who may be given roles.",
		attribute{name: "userName", doc: "Unique name at the client."},
		attribute{name: "externalId", doc: "The client's own identifier; where it is the subject at the identity provider, the person signs in there."},
		attribute{name: "name", parts: parts("formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix"), doc: "Parts of the name."},
		attribute{name: "displayName", doc: "The name that is shown."},
		attribute{name: "title", doc: "What the person is called."},
		attribute{name: "active", boolean: true, doc: "false: the person has left."},
		attribute{name: "emails", list: true, parts: parts("value", "display", "type", "primary"), doc: "Mail addresses; the primary one, or else the first, is used."},
		attribute{name: "phoneNumbers", list: true, parts: parts("value", "display", "type", "primary"), doc: "Telephone numbers."},
		attribute{name: "groups", list: true, readOnly: true, parts: parts("value", "display", "type", "$ref"), doc: "Groups that the person is in."})
	groups = newKind("Group", "/Groups", groupSchema, "A group whose members are given the roles that the sign-in file maps it to.",
		attribute{name: "displayName", doc: "Unique name, which the sign-in file maps to roles."},
		attribute{name: "externalId", doc: "The client's own identifier."},
		attribute{name: "members", list: true, parts: parts("value", "display", "type", "$ref"), doc: "Who is in the group, by id of User."})
	kinds = []*kind{users, groups}
)

// Bounds of what is kept.
const (
	maxText   = 500
	maxValues = 50
)

// normal brings an object as a client sent it into the form that is kept: known attributes under their own names, of the right types.
func (k *kind) normal(in map[string]any) (map[string]any, error) {
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(in)) {
		a, known := k.attrs[strings.ToLower(key)]
		if !known || a.readOnly || in[key] == nil {
			continue
		}
		if _, twice := out[a.name]; twice {
			return nil, invalidSyntax("The attribute " + a.name + " stands twice.")
		}
		v, err := a.normal(in[key])
		if err != nil {
			return nil, err
		}
		if present(v) {
			out[a.name] = v
		}
	}
	name := k.attrs[strings.ToLower(k.order[0])].name
	if s, _ := out[name].(string); s == "" {
		return nil, invalidValue(name + " is required.")
	}
	return out, nil
}

func (a attribute) normal(v any) (any, error) {
	switch {
	case a.list:
		return a.normalList(v)
	case a.boolean:
		switch {
		case v == true || v == "True" || v == "true":
			return true, nil
		case v == false || v == "False" || v == "false":
			return false, nil
		}
		return nil, invalidValue(a.name + " is true or false.")
	case len(a.parts) > 0:
		return a.complex(v)
	}
	return cleanText(a.name, v)
}

func (a attribute) normalList(v any) (any, error) {
	list, ok := v.([]any)
	limit := maxValues
	if a.name == "members" {
		limit = 50_000
	}
	if !ok || len(list) > limit {
		return nil, invalidValue(fmt.Sprintf("%s is a list of at most %d values.", a.name, limit))
	}
	out := []any{}
	for _, one := range list {
		m, err := a.complex(one)
		if err != nil {
			return nil, err
		}
		if s, _ := m["value"].(string); s == "" {
			return nil, invalidValue("A value of " + a.name + " has no value.")
		}
		out = append(out, m)
	}
	return unique(nil, out), nil
}

func (a attribute) complex(v any) (map[string]any, error) {
	in, ok := v.(map[string]any)
	if !ok {
		return nil, invalidValue(a.name + " is an object, or a list of objects.")
	}
	out := map[string]any{}
	for key, one := range in {
		name := a.parts[strings.ToLower(key)]
		if name == "" || name == "$ref" || one == nil {
			continue
		}
		if b, isBool := one.(bool); isBool && name == "primary" {
			out[name] = b
			continue
		}
		s, err := cleanText(a.name+"."+name, one)
		if err != nil {
			return nil, err
		}
		out[name] = s
	}
	return out, nil
}

func cleanText(name string, v any) (string, error) {
	s, ok := v.(string)
	if !ok || utf8.RuneCountInString(s) > maxText || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return "", invalidValue(fmt.Sprintf("%s is one line of text of at most %d characters.", name, maxText))
	}
	return strings.TrimSpace(s), nil
}

// text reads a kept attribute.
func text(r map[string]any, name string) string {
	s, _ := r[name].(string)
	return s
}

// primary is the primary value of a list, or else its first.
func primary(r map[string]any, name string) string {
	first := ""
	list, _ := r[name].([]any)
	for _, v := range list {
		m, _ := v.(map[string]any)
		s, _ := m["value"].(string)
		if m["primary"] == true {
			return s
		}
		if first == "" {
			first = s
		}
	}
	return first
}

func decodeObject(src []byte) (map[string]any, error) {
	var m map[string]any
	if err := json.Unmarshal(src, &m); err != nil || m == nil {
		return nil, invalidSyntax("The body is no JSON object.")
	}
	return m, nil
}
