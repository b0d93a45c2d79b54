package scim

import (
	"encoding/json"
	"net/http"
	"strconv"

	"tocsin/internal/domain/fault"
)

// refusal is an error in SCIM form. RFC 7644 3.12
type refusal struct {
	status         int
	kind, sentence string
}

// Error is the sentence.
func (r *refusal) Error() string { return r.sentence }

func invalidPath(s string) error   { return &refusal{400, "invalidPath", s} }
func invalidValue(s string) error  { return &refusal{400, "invalidValue", s} }
func invalidSyntax(s string) error { return &refusal{400, "invalidSyntax", s} }
func invalidFilter(s string) error { return &refusal{400, "invalidFilter", s} }

// refusalOf says how an error is answered. What is not the client's fault says nothing of itself.
func refusalOf(err error) *refusal {
	if r, ok := err.(*refusal); ok {
		return r
	}
	detail := ""
	if all := fault.All(err); len(all) > 0 {
		detail = all[0].Detail
	}
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return &refusal{400, "invalidValue", detail}
	case fault.KindConflict:
		return &refusal{409, "uniqueness", detail}
	case fault.KindForbidden, fault.KindNotFound, fault.KindGone:
		return &refusal{404, "", "There is no such resource."}
	}
	return &refusal{503, "", "This did not work just now; send it again."}
}

func (r *refusal) write(w http.ResponseWriter) {
	body := map[string]any{"schemas": []string{errorMessage}, "status": strconv.Itoa(r.status), "detail": r.sentence}
	if r.kind != "" {
		body["scimType"] = r.kind
	}
	if r.status == 503 {
		w.Header().Set("Retry-After", "10")
	}
	writeJSON(w, r.status, body)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // a client that has gone away is no error of ours
}
