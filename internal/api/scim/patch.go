package scim

import (
	"encoding/json"
	"reflect"
	"strings"
)

// operation is one change of a PATCH. RFC 7644 3.5.2
type operation struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value"`
}

// maxOperations bounds one PATCH.
const maxOperations = 1000

// target is a parsed path of an operation: attr, attr.part, attr[filter], attr[filter].part.
type target struct {
	attr, part string
	filter     filter // nil for all values
}

func parseTarget(s string) (target, error) {
	if len(s) > maxFilter {
		return target{}, invalidPath("The path is too long.")
	}
	p := &parser{src: s}
	path, err := p.path()
	if err != nil {
		return target{}, invalidPath(err.Error())
	}
	t := target{attr: path[0]}
	if len(path) > 1 {
		t.part = path[1]
	}
	if p.at < len(s) && s[p.at] == '[' && t.part == "" {
		if t.filter, err = p.bracket('[', ']'); err != nil {
			return target{}, invalidPath(err.Error())
		}
		if p.at < len(s) && s[p.at] == '.' {
			p.at++
			t.part = strings.ToLower(p.word())
		}
	}
	if p.at != len(s) {
		return target{}, invalidPath("Something stands behind the end of the path.")
	}
	return t, nil
}

// apply carries out one operation on a resource, in place.
func (o operation) apply(k *kind, r map[string]any) error {
	op := strings.ToLower(o.Op)
	var value any
	if len(o.Value) > 0 {
		if err := json.Unmarshal(o.Value, &value); err != nil {
			return invalidValue("The value is no JSON.")
		}
	}
	switch {
	case op != "add" && op != "replace" && op != "remove":
		return invalidSyntax("The operation is none of add, replace and remove.")
	case op == "remove" && o.Path == "":
		return &refusal{400, "noTarget", "Removing needs a path."}
	case op != "remove" && value == nil:
		return invalidValue("The operation has no value.")
	case o.Path == "":
		return applyAll(k, r, op, value)
	}
	t, err := parseTarget(o.Path)
	if err != nil {
		return err
	}
	a, known := k.attrs[t.attr]
	switch {
	case !known:
		return nil // what is not kept cannot be changed either
	case a.readOnly:
		return &refusal{400, "mutability", "This attribute cannot be changed."}
	case a.list:
		return t.applyList(a, r, op, value)
	}
	return t.applySingle(a, r, op, value)
}

// applyAll takes an object of attributes, as clients send it that name no path.
func applyAll(k *kind, r map[string]any, op string, value any) error {
	all, ok := value.(map[string]any)
	if !ok {
		return invalidValue("Without a path the value is an object of attributes.")
	}
	for name, v := range all {
		part, err := json.Marshal(v)
		if err != nil {
			return invalidValue("The value is no JSON.")
		}
		if a, known := k.attrs[strings.ToLower(name)]; v == nil || known && a.readOnly {
			continue
		}
		if strings.EqualFold(name, "schemas") || strings.HasPrefix(strings.ToLower(name), "urn:") {
			continue
		}
		if err := (operation{Op: op, Path: name, Value: part}).apply(k, r); err != nil {
			return err
		}
	}
	return nil
}

func (t target) applySingle(a attribute, r map[string]any, op string, value any) error {
	if t.filter != nil {
		return invalidPath("Only lists can be filtered.")
	}
	old, _ := r[a.name].(map[string]any)
	switch {
	case t.part == "" && op == "remove":
		delete(r, a.name)
	case t.part == "" && len(a.parts) > 0:
		more, ok := value.(map[string]any)
		if !ok {
			return invalidValue("This attribute is an object.")
		}
		r[a.name] = merged(old, more)
	case t.part == "":
		r[a.name] = value
	case op == "remove":
		delete(old, a.parts[t.part])
	case a.parts[t.part] == "":
		return nil
	default:
		r[a.name] = merged(old, map[string]any{a.parts[t.part]: value})
	}
	return nil
}

func merged(old, more map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range old {
		out[k] = v
	}
	for k, v := range more {
		for had := range out {
			if strings.EqualFold(had, k) && had != k {
				delete(out, had)
			}
		}
		out[k] = v
	}
	return out
}

func (t target) applyList(a attribute, r map[string]any, op string, value any) error {
	list, _ := r[a.name].([]any)
	if t.filter == nil && t.part == "" {
		switch op {
		case "remove":
			list = without(list, value)
		case "replace":
			list = unique(nil, asList(value))
		default:
			list = unique(list, asList(value))
		}
		r[a.name] = list
		return nil
	}
	return t.applyMatching(a, r, list, op, value)
}

// applyMatching changes the values that the path's filter picks.
func (t target) applyMatching(a attribute, r map[string]any, list []any, op string, value any) error {
	var out []any
	hit := false
	for _, v := range list {
		m, ok := v.(map[string]any)
		if !ok || t.filter != nil && !t.filter.match(m) {
			out = append(out, v)
			continue
		}
		hit = true
		switch {
		case t.part == "" && op == "remove":
		case t.part == "":
			more, ok := value.(map[string]any)
			if !ok {
				return invalidValue("A value of this list is an object.")
			}
			out = append(out, merged(m, more))
		case op == "remove":
			m = merged(m, nil)
			delete(m, a.parts[t.part])
			out = append(out, m)
		default:
			out = append(out, merged(m, map[string]any{a.parts[t.part]: value}))
		}
	}
	if !hit && op != "remove" {
		one, ok := t.implied(a, value)
		if op == "replace" && !ok || !ok {
			return &refusal{400, "noTarget", "The path picks no value."}
		}
		out = append(out, one)
	}
	r[a.name] = out
	return nil
}

// implied is the value that emails[type eq "work"].value means where there is none yet: clients that know one form only send it to
// add as well.
func (t target) implied(a attribute, value any) (map[string]any, bool) {
	c, ok := t.filter.(compared)
	if !ok || c.op != "eq" || len(c.path) != 1 || a.parts[c.path[0]] == "" || t.part == "" || a.parts[t.part] == "" {
		return nil, false
	}
	return map[string]any{a.parts[c.path[0]]: c.value, a.parts[t.part]: value}, true
}

func asList(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// unique appends what is not there yet.
func unique(list, more []any) []any {
	for _, v := range more {
		there := false
		for _, had := range list {
			there = there || reflect.DeepEqual(had, v) || valueOf(v) != nil && valueOf(had) == valueOf(v)
		}
		if !there {
			list = append(list, v)
		}
	}
	return list
}

// without takes out the given values, or all where none is given.
func without(list []any, value any) []any {
	if value == nil {
		return nil
	}
	var out []any
	for _, had := range list {
		gone := false
		for _, v := range asList(value) {
			gone = gone || valueOf(v) != nil && valueOf(had) == valueOf(v)
		}
		if !gone {
			out = append(out, had)
		}
	}
	return out
}

// valueOf is the text that names a value of a list.
func valueOf(v any) any {
	m, _ := v.(map[string]any)
	if s, ok := get(m, "value").(string); ok {
		return s
	}
	return nil
}
