package scim

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/domain/fault"
)

// fixed answers what the interface says about itself.
func fixed(make func(*server) any) func(*server, http.ResponseWriter, *request) error {
	return func(s *server, w http.ResponseWriter, r *request) error {
		if r.URL.Query().Has("filter") { // RFC 7644 4: not to be filtered
			return &refusal{403, "", "This cannot be filtered."}
		}
		writeJSON(w, http.StatusOK, make(s))
		return nil
	}
}

// oneOf answers one of a list by its id.
func oneOf(all func(*server) []any) func(*server, http.ResponseWriter, *request) error {
	return func(s *server, w http.ResponseWriter, r *request) error {
		for _, one := range all(s) {
			if one.(map[string]any)["id"] == r.PathValue("id") {
				writeJSON(w, http.StatusOK, one)
				return nil
			}
		}
		return fault.NotFound("no such resource")
	}
}

func serviceProvider(s *server) any {
	no := map[string]any{"supported": false}
	return map[string]any{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"},
		"patch":   map[string]any{"supported": true}, "bulk": map[string]any{"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
		"filter": map[string]any{"supported": true, "maxResults": maxCount}, "changePassword": no, "sort": no, "etag": map[string]any{"supported": true},
		"authenticationSchemes": []any{map[string]any{"type": "oauthbearertoken", "name": "Access key", "primary": true,
			"description": "An access key with the scope provision, made by an administrator."}},
		"meta": map[string]any{"resourceType": "ServiceProviderConfig", "location": s.BaseURL + base + "/ServiceProviderConfig"},
	}
}

func (s *server) resourceTypes() []any {
	var out []any
	for _, k := range kinds {
		out = append(out, map[string]any{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"}, "id": k.name, "name": k.name, "endpoint": k.path,
			"description": k.doc, "schema": k.schema, "meta": map[string]any{"resourceType": "ResourceType", "location": s.BaseURL + base + "/ResourceTypes/" + k.name}})
	}
	return out
}

func listOf(all []any) any {
	return map[string]any{"schemas": []string{listMessage}, "totalResults": len(all), "startIndex": 1, "itemsPerPage": len(all), "Resources": all}
}

func (s *server) schemas() []any {
	var out []any
	for _, k := range kinds {
		var attrs []any
		for i, name := range k.order {
			attrs = append(attrs, k.attrs[strings.ToLower(name)].described(i == 0))
		}
		out = append(out, map[string]any{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:Schema"}, "id": k.schema, "name": k.name, "description": k.doc, "attributes": attrs,
			"meta": map[string]any{"resourceType": "Schema", "location": s.BaseURL + base + "/Schemas/" + k.schema}})
	}
	return out
}

// described is an attribute as RFC 7643 section 7 describes one.
func (a attribute) described(required bool) map[string]any {
	out := map[string]any{"name": a.name, "type": "string", "multiValued": a.list, "description": a.doc, "required": required, "caseExact": a.name == "externalId",
		"mutability": "readWrite", "returned": "default", "uniqueness": "none"}
	if required {
		out["uniqueness"] = "server"
	}
	if a.readOnly {
		out["mutability"] = "readOnly"
	}
	if a.boolean {
		out["type"] = "boolean"
	}
	if len(a.parts) > 0 {
		out["type"] = "complex"
		var parts []any
		for _, name := range slices.Sorted(maps.Values(a.parts)) {
			one := attribute{name: name, boolean: name == "primary", readOnly: a.readOnly || name == "$ref" || a.name == "members" && name == "display", doc: "Part of " + a.name + "."}
			parts = append(parts, one.described(false))
		}
		out["subAttributes"] = parts
	}
	return out
}
