package api_test

import (
	"strings"
	"testing"

	"tocsin/internal/api"
)

// TestPeer_S09_EveryBody: no body takes a field beside those that it declares, whatever has reached into objects elsewhere, at its top or
// where its route takes no body at all; and nothing of it reaches the application.
func TestPeer_S09_EveryBody(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	names := []string{"id", "number", "person_id", "stream", "version", "actor", "authority_id", "created_us", "received_at", "status", "restricted", "roles", "scopes", "generation",
		"token_hash", "__proto__", "constructor", "Reason", "is_admin", "digest", "pack", "members[]"}
	for _, r := range api.Routes() {
		if r.Method != "POST" {
			continue
		}
		body := bodies[name(r)]
		for _, n := range names {
			if strings.Contains(body, `"`+n+`"`) {
				continue
			}
			extra := strings.Replace(body, "{", `{"`+n+`":"x",`, 1)
			if body == "" {
				extra = `{"` + n + `":"x"}`
			}
			if res, text := ask(t, srv, "POST", fill(r.Pattern), extra); res.StatusCode != 422 && res.StatusCode != 400 {
				t.Errorf("%s takes %q: %d %s", name(r), n, res.StatusCode, text)
			}
		}
	}
	if len(f.calls) > 0 {
		t.Errorf("reached the application: %v", f.calls)
	}
}
