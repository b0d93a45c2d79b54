package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestWhoMayKnow walks through restriction, live updates, breaking the glass and the officer's sheet in a real browser.
func TestWhoMayKnow(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir())
	a := s.fileLaptop(t)
	s.drive(t, "confide.mjs", "--incident", a.Incident)
}

// TestWhoMayKnowAccessible checks the pages of a restricted incident and of its officer against WCAG 2.1 AA.
func TestWhoMayKnowAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir())
	number := s.story(t, "Said in two\nlines.", "plain")
	s.call("ca-dmv-iso", "POST", "/api/v1/filings", map[string]any{"entity": "ca-demo-dmv", "kind": "supplement", "incident": number,
		"description": "More."}, nil, nil)
	s.restrict(t, number)
	s.quiet(t)
	at := "/incidents/" + number
	s.drive(t, "axe.mjs", "--as", "imani reyes", at, at+"/filings", at+"/messages", at+"/record", "/reviews", "/glass",
		"--as", "joanna kessler", at, at+"/sheet", "/inbox?state=declined")
}

// restrict limits an incident to the coordinator and the counsel, and has the CISO break the glass.
func (s *server) restrict(t *testing.T, number string) {
	t.Helper()
	for _, act := range []struct {
		person, path string
		form         url.Values
	}{
		{"ca-coordinator", "/incidents/" + number + "/restrict", url.Values{"known": {"ca-dmv-counsel"}, "reason": {"An insider is suspected."}}},
		{"ca-ciso", "/glass", url.Values{"incident": {number}, "reason": {"The coordinator cannot be reached."}}},
	} {
		r, err := http.NewRequest("POST", s.url+act.path, strings.NewReader(act.form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", s.url)
		res, err := s.browser(t, act.person).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s as %s: %d", act.path, act.person, res.StatusCode)
		}
	}
}
