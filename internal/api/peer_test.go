package api_test

import (
	"strings"
	"testing"
)

// TestPeer_S09_EveryBody: no body takes a field beside those that it declares, whatever has reached into objects elsewhere, at its top or
// where its route takes no body at all; and nothing of it is recorded.
func TestPeer_S09_EveryBody(t *testing.T) {
	w := start(t)
	names := []string{"id", "number", "person_id", "stream", "version", "actor", "authority_id",
		"created_us", "received_at", "status", "restricted", "roles", "scopes", "generation",
		"token_hash", "__proto__", "constructor", "Reason", "is_admin", "digest", "pack", "members[]"}
	for _, s := range w.every(t, w.places()) {
		if s.Method != "POST" {
			continue
		}
		body := s.body
		w.key(s.who)
		before := w.writes.Load()
		for _, n := range names {
			if strings.Contains(body, `"`+n+`"`) {
				continue
			}
			extra := strings.Replace(body, "{", `{"`+n+`":"x",`, 1)
			if body == "" {
				extra = `{"` + n + `":"x"}`
			}
			if res, text := w.ask(s.who, "POST", s.path, extra); res.StatusCode != 422 && res.StatusCode != 400 {
				t.Errorf("%s takes %q: %d %s", s.name(), n, res.StatusCode, text)
			}
		}
		if w.writes.Load() != before {
			t.Errorf("%s has written something", s.name())
		}
	}
}
