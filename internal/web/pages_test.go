package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/web"
)

// TestEveryPage reads every page as each kind of reader, with nothing and with much, and finds no flaw.
func TestEveryPage(t *testing.T) {
	for _, person := range []string{"", iso, duty, coordinator} {
		for _, rows := range []int{0, 7} {
			h := seeded(t, rows)
			if person != "" {
				h.be(person)
			}
			for _, path := range h.readable() {
				a := h.get(path)
				if a.StatusCode == http.StatusSeeOther {
					continue
				}
				for _, flaw := range flaws(parse(t, a.body)) {
					t.Errorf("%s as %q with %d rows: %s", path, person, rows, flaw)
				}
			}
		}
	}
}

// TestHeaders looks at the headers of pages, files, errors and redirects alike.
func TestHeaders(t *testing.T) {
	h := start(t)
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	}
	for _, path := range []string{"/", "/signin", "/emergency", "/nothing", "/demo/mailbox.json", "/static/build/none.css", "/a/never-made"} {
		a := h.get(path)
		policy := a.Header.Get("Content-Security-Policy")
		for _, must := range []string{"default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, must) {
				t.Errorf("%s: policy lacks %q", path, must)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for name, value := range want {
			if got := a.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", path, name, got, value)
			}
		}
	}
}

// patrolPhone is whom the emergency contacts of California name outside business hours.
const patrolPhone = "(916) 843-4199"

// TestDown: when the database is gone, every page says whom to call, and the contacts page still works.
func TestDown(t *testing.T) {
	h := seeded(t, 1)
	h.be(iso)
	number := h.first()
	h.kit.Down(errGone)
	for _, path := range []string{"/", "/incidents", "/incidents/" + number, "/report", "/inbox"} {
		a := h.get(path)
		if a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(a.body, patrolPhone) {
			t.Errorf("%s: status %d, contacts shown: %v", path, a.StatusCode, strings.Contains(a.body, patrolPhone))
		}
		if strings.Contains(a.body, "database is gone") {
			t.Errorf("%s shows the reader an error of ours", path)
		}
		if a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", path)
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", path, flaw)
		}
	}
	if a := h.get("/emergency"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, patrolPhone) {
		t.Errorf("emergency contacts: status %d", a.StatusCode)
	}
	if !strings.Contains(h.log.String(), "database is gone") {
		t.Error("the operator's log does not name the error")
	}
}

// TestReportKeptWhenDown: a report that cannot be recorded stays on the page, word for word, with whom to call.
func TestReportKeptWhenDown(t *testing.T) {
	h := start(t)
	h.be(iso)
	h.kit.OnWrite(full)
	a := h.post("/report", url.Values{"entity": {"ca-demo-dmv"}, "act": {"file"}, "description": {"The laptop is gone & so is the bag"}})
	if a.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("status %d", a.StatusCode)
	}
	areas := find(parse(t, a.body), "textarea")
	if got := strings.TrimSpace(areas[0].text); got != "The laptop is gone & so is the bag" {
		t.Errorf("the description came back as %q", got)
	}
	if !strings.Contains(a.body, patrolPhone) {
		t.Error("nobody to call is named")
	}
}

// full is what a full disk answers to everything that is written.
func full() error { return errGone }

// noFact are forms that leave nothing in the record.
var noFact = []string{"/report/preview", "/report/draft", "/report/discard", "/triage/{tip}/report", "/triage/{tip}/dismiss"}

// factless are the forms that leave no fact: they show something, or send a mail about nothing.
var factless = map[string]bool{"/report/preview": true, "/directory/import": true, "/directory/authorities/{id}/test": true, "/policy/{pack}/try": true}

// TestRoutes: each row of the registry answers as its permission says, and nothing changes by reading.
func TestRoutes(t *testing.T) {
	h := seeded(t, 1)
	seen := map[string]bool{}
	for _, rt := range web.Routes() {
		if seen[rt.Method+rt.Pattern] {
			t.Errorf("%s %s stands twice in the registry", rt.Method, rt.Pattern)
		}
		seen[rt.Method+rt.Pattern] = true
		path := strings.NewReplacer("{$}", "", "{number}", h.first(), "{filing}", "1", "{tip}", "T-0", "{token}", "never-made", "{n}", "1").Replace(rt.Pattern)
		var a answered
		if rt.Method == "POST" {
			a = h.post(path, url.Values{})
			if got := h.get(path); got.StatusCode == http.StatusOK && !seen["GET"+rt.Pattern] {
				t.Errorf("GET %s answers 200 though only POST is registered", path)
			}
		} else {
			a = h.get(path)
		}
		sent := a.StatusCode == http.StatusSeeOther && strings.HasPrefix(a.Header.Get("Location"), "/signin")
		if needs := rt.Permission == web.SignedIn; needs && !sent {
			t.Errorf("%s %s without a session: status %d to %q, want the sign-in page", rt.Method, rt.Pattern, a.StatusCode, a.Header.Get("Location"))
		}
		if rt.Method == "POST" && rt.Permission == web.SignedIn && rt.Audit == "" && !keepsNoFact[rt.Pattern] && !slices.Contains(noFact, rt.Pattern) && !factless[rt.Pattern] {
			t.Errorf("%s changes something and names no fact", rt.Pattern)
		}
	}
}

// keepsNoFact are the forms that leave nothing in the record: what a person keeps for themselves, and a preview.
var keepsNoFact = map[string]bool{"/report/preview": true, "/seen": true, "/incidents/views": true, "/incidents/views/delete": true}

// TestDemoOnly: outside the demonstration there is no list of people, no mailbox and no banner.
func TestDemoOnly(t *testing.T) {
	h := start(t, func(c *web.Config) { c.Demo = false })
	for _, path := range []string{"/demo/mailbox", "/demo/mailbox.json", "/demo/mailbox/1"} {
		if a := h.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
	a := h.get("/signin")
	if strings.Contains(a.body, "Dana Whitfield") || strings.Contains(a.body, "Demonstration") {
		t.Error("the sign-in page shows the demonstration")
	}
	if a := h.post("/signin", url.Values{"person": {"ca-dmv-iso"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("being someone by name alone: status %d", a.StatusCode)
	}
	key, err := h.kit.NewKey(t.Context(), iso, "test", nil, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if a := h.post("/signin", url.Values{"key": {key}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("signing in with a key: status %d", a.StatusCode)
	}
	if a := h.get("/"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Dana Whitfield") {
		t.Errorf("home after signing in: status %d", a.StatusCode)
	}
}

// TestDemoBanner: the demonstration says so on every page, errors included.
func TestDemoBanner(t *testing.T) {
	h := seeded(t, 2)
	h.be("ca-dmv-iso")
	for _, path := range h.readable() {
		if a := h.get(path); a.StatusCode != http.StatusSeeOther && !strings.Contains(a.body, "<strong>Demonstration.</strong>") {
			t.Errorf("%s does not say that it is a demonstration", path)
		}
	}
}
