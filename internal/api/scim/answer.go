package scim

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/domain/directory"
)

func etag(p directory.Provisioned) string { return fmt.Sprintf(`W/"%d"`, p.Version) }

func (s *server) location(k *kind, id string) string {
	return s.BaseURL + base + k.path + "/" + url.PathEscape(id)
}

// keptOf is a resource in the form that is kept, members included.
func keptOf(k *kind, p directory.Provisioned) (map[string]any, error) {
	kept := map[string]any{}
	if err := json.Unmarshal(p.Doc, &kept); err != nil {
		return nil, fmt.Errorf("kept %s %s: %w", k.name, p.ID, err)
	}
	if k == groups {
		list := []any{}
		for _, m := range p.Members {
			list = append(list, map[string]any{"value": m})
		}
		kept["members"] = list
	}
	return kept, nil
}

// names are what resources refer to each other by.
type names struct {
	users  map[string]string // display name by id
	groups []directory.Provisioned
}

func (s *server) names(r *request) (n names, err error) {
	n.users = map[string]string{}
	if r.kind == users {
		n.groups, err = s.People.Provisioned(r.Context(), r.by, groups.name)
		return n, err
	}
	list, err := s.People.Provisioned(r.Context(), r.by, users.name)
	for _, u := range list {
		n.users[u.ID] = u.Name
	}
	return n, err
}

// full is a resource as clients see it.
func (s *server) full(k *kind, p directory.Provisioned, n names) (map[string]any, error) {
	out, err := keptOf(k, p)
	if err != nil {
		return nil, err
	}
	out["schemas"], out["id"] = []any{k.schema}, p.ID
	out["meta"] = map[string]any{"resourceType": k.name, "created": p.CreatedAt.UTC().Format(time.RFC3339), "lastModified": p.ModifiedAt.UTC().Format(time.RFC3339),
		"version": etag(p), "location": s.location(k, p.ID)}
	if k == groups {
		for _, m := range out["members"].([]any) {
			one := m.(map[string]any)
			id := one["value"].(string)
			one["display"], one["$ref"], one["type"] = n.users[id], s.location(users, id), "User"
		}
		return out, nil
	}
	in := []any{}
	for _, g := range n.groups {
		if slices.Contains(g.Members, p.ID) {
			in = append(in, map[string]any{"value": g.ID, "display": g.Name, "$ref": s.location(groups, g.ID), "type": "direct"})
		}
	}
	if len(in) > 0 {
		out["groups"] = in
	}
	return out, nil
}

// selected leaves out what the client does not ask for. id and schemas are always there. RFC 7644 3.9
func selected(r map[string]any, q url.Values) map[string]any {
	only, but := list(q.Get("attributes")), list(q.Get("excludedAttributes"))
	if len(only)+len(but) == 0 {
		return r
	}
	out := maps.Clone(r)
	for name := range r {
		low := strings.ToLower(name)
		asked := slices.ContainsFunc(only, func(a string) bool { return a == low || strings.HasPrefix(a, low+".") })
		if low != "id" && low != "schemas" && (len(only) > 0 && !asked || slices.Contains(but, low)) {
			delete(out, name)
		}
	}
	return out
}

func list(s string) []string {
	var out []string
	for _, part := range strings.Split(strings.ToLower(s), ",") {
		part = strings.TrimSpace(part)
		part = strings.TrimPrefix(strings.TrimPrefix(part, strings.ToLower(userSchema)+":"), strings.ToLower(groupSchema)+":")
		if part != "" {
			out = append(out, part)
		}
	}
	return out
}

// Pages of a list.
const (
	defaultCount = 100
	maxCount     = 200
)

func (s *server) list(w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	var f filter
	if q.Has("filter") {
		var err error
		if f, err = parseFilter(q.Get("filter")); err != nil {
			return invalidFilter(err.Error())
		}
	}
	first, err := number(q, "startIndex", 1)
	if err != nil {
		return err
	}
	count, err := number(q, "count", defaultCount)
	if err != nil {
		return err
	}
	first, count = max(first, 1), min(max(count, 0), maxCount)
	all, err := s.People.Provisioned(r.Context(), r.by, r.kind.name)
	if err != nil {
		return err
	}
	n, err := s.names(r)
	if err != nil {
		return err
	}
	total, page := 0, []any{}
	for _, p := range all {
		one, err := s.full(r.kind, p, n)
		if err != nil {
			return err
		}
		if f != nil && !f.match(one) {
			continue
		}
		if total++; total >= first && len(page) < count {
			page = append(page, selected(one, q))
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"schemas": []string{listMessage}, "totalResults": total, "startIndex": first, "itemsPerPage": len(page), "Resources": page})
	return nil
}

func number(q url.Values, name string, otherwise int) (int, error) {
	if !q.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(q.Get(name))
	if err != nil {
		return 0, invalidValue(name + " is a whole number.")
	}
	return n, nil
}
