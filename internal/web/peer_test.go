package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tocsin/internal/web"
)

var placeholders = regexp.MustCompile(`\{[a-z$]+\}`)

// addressed is a route's address with something sound in every place.
func (h *harness) addressed(pattern string) string {
	p := strings.NewReplacer("{number}", h.first(), "{token}", strings.TrimPrefix(h.links()[0], "/a/"), "{kind}", "people", "{entity}", "ca-demo-dmv", "{filing}", "1", "{$}", "").Replace(pattern)
	return placeholders.ReplaceAllString(p, "x")
}

// columns are the names of all columns of the record, as its migrations write them.
func columns(t *testing.T) (names []string) {
	t.Helper()
	files, _ := filepath.Glob("../store/engine/migrations/sqlite/*.sql")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^  ([a-z_]+) (?:TEXT|INTEGER|BLOB)`).FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	if len(names) < 40 {
		t.Fatalf("only %d columns found", len(names))
	}
	return names
}

// TestPeer_S09_EveryForm: no form takes the name of any column of the record, nor what has reached into objects elsewhere, beside the fields
// that it declares. One function judges all forms, so each form meets a part of the names, and each name some forms.
func TestPeer_S09_EveryForm(t *testing.T) {
	h := seeded(t, 1)
	h.be(coordinator)
	before := h.get("/incidents/" + h.first()).body
	names := append(columns(t), "__proto__", "constructor", "prototype[x]", "is_admin", "roles[]", "user.role", "Members", "ID")
	next := 0
	for _, rt := range web.Routes() {
		if rt.Method != http.MethodPost || rt.Pattern == "/signout" {
			continue
		}
		own := web.FieldsOf(rt.Pattern)
		for range 8 {
			name := names[next%len(names)]
			next++
			if slices.ContainsFunc(own, func(f string) bool {
				head, open := strings.CutSuffix(f, "*")
				return f == name || open && strings.HasPrefix(name, head)
			}) {
				continue
			}
			if a := h.post(h.addressed(rt.Pattern), url.Values{name: {"1"}}); a.StatusCode != http.StatusBadRequest {
				t.Errorf("POST %s takes %q: status %d", rt.Pattern, name, a.StatusCode)
				break
			}
		}
		if a := h.post(h.addressed(rt.Pattern), url.Values{"__proto__": {"1"}, "generation": {"9"}}); a.StatusCode != http.StatusBadRequest {
			t.Errorf("POST %s takes several: status %d", rt.Pattern, a.StatusCode)
		}
	}
	if got := h.get("/incidents/" + h.first()).body; got != before {
		t.Error("something changed")
	}
	if next < 2*len(names) {
		t.Errorf("%d names in %d places: some were not tried", len(names), next)
	}
}

// TestPeer_S34_StepUp: what asks for a new proof asks for it however the request is dressed, and does nothing before it.
func TestPeer_S34_StepUp(t *testing.T) {
	h := seeded(t, 1)
	h.be(coordinator)
	h.stale()
	before := h.get("/incidents/" + h.first()).body
	asked := 0
	for _, rt := range web.Routes() {
		if !rt.StepUp || rt.Method != http.MethodPost {
			continue
		}
		for _, method := range []string{"POST", "GET", "HEAD", "PUT", "PATCH", "DELETE"} {
			for i, accept := range []string{"text/html", "application/json", "*/*", "application/xml"} {
				kind := []string{"application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data; boundary=x"}[i]
				r := h.form(h.addressed(rt.Pattern), url.Values{"level": {"low"}, "reason": {"x"}, "finding": {"x"}})
				if rt.Pattern != "/incidents/{number}/rate" {
					r = h.form(h.addressed(rt.Pattern), url.Values{})
				}
				r.Method = method
				r.Header.Set("Accept", accept)
				r.Header.Set("Content-Type", kind)
				for _, name := range []string{"X-HTTP-Method-Override", "X-Method-Override", "X-Requested-With", "X-Tocsin-Watching"} {
					r.Header.Set(name, "POST")
				}
				a := h.do(r)
				switch {
				case method == "POST" && i == 0 && a.StatusCode == http.StatusUnauthorized:
					asked++
				case method == "POST" && a.StatusCode < 400:
					t.Errorf("POST %s accepting %s, sending %s: %d without a proof", rt.Pattern, accept, kind, a.StatusCode)
				}
			}
		}
	}
	if asked < 10 {
		t.Errorf("only %d acts asked for a proof", asked)
	}
	if got := h.get("/incidents/" + h.first()).body; got != before {
		t.Error("something was done without a proof")
	}
}

// TestPeer_S02_Files: whatever is handed out that is no page is never shown as one: by its type, as a download, and under a policy that
// runs nothing. What a browser runs or shows of ours are files of the program itself.
func TestPeer_S02_Files(t *testing.T) {
	h := hostilePeople(t, []string{`"><svg onload=alert(1)>.html`})
	own := []string{"/report/worker.js", "/app.webmanifest", "/report/contacts.json", "/report/kit.json", "/demo/mailbox.json"}
	found := 0
	for _, person := range []string{iso, coordinator} {
		h.be(person)
		for _, rt := range web.Routes() {
			if rt.Method != http.MethodGet || strings.HasSuffix(rt.Pattern, "/live") {
				continue
			}
			a := h.get(h.addressed(rt.Pattern))
			kind := a.Header.Get("Content-Type")
			if a.StatusCode != http.StatusOK || strings.HasPrefix(kind, "text/html") {
				continue
			}
			found++
			if a.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") ||
				a.Header.Get("Cross-Origin-Resource-Policy") != "same-origin" {
				t.Errorf("%s is not guarded: %v", rt.Pattern, a.Header)
			}
			if d := a.Header.Get("Content-Disposition"); !slices.Contains(own, rt.Pattern) && (!strings.HasPrefix(d, "attachment; filename=") || strings.ContainsAny(d, "<>\r\n")) {
				t.Errorf("%s is handed out as %q, %s", rt.Pattern, d, kind)
			}
			if !slices.Contains([]string{"application/json", "application/pdf", "text/csv", "text/tab-separated-values", "text/javascript", "application/manifest+json"}, strings.Split(kind, ";")[0]) {
				t.Errorf("%s is of the type %q", rt.Pattern, kind)
			}
		}
	}
	if found < 4 {
		t.Errorf("only %d files were found", found)
	}
}

// TestPeer_S15_EveryExporter: each address that hands out a table is one whose cells are held by the tests of formulas and round trips.
func TestPeer_S15_EveryExporter(t *testing.T) {
	held := []string{"/actions/export", "/incidents/export", "/incidents/{number}/assets/export", "/incidents/{number}/investigation/timeline/export", "/statistics/export", "/directory/export/{table}", "/directory/template/{table}"}
	for _, rt := range web.Routes() {
		table := regexp.MustCompile(`export|template|csv|tsv|sheet\.|xlsx`).MatchString(rt.Pattern)
		if table && !slices.Contains(held, rt.Pattern) {
			t.Errorf("%s hands out a table that no test of formulas knows", rt.Pattern)
		}
	}
	sources, _ := filepath.Glob("*/*.go")
	if len(sources) < 50 {
		t.Fatalf("only %d sources found", len(sources))
	}
	for _, file := range sources {
		text, _ := os.ReadFile(file)
		if !strings.HasSuffix(file, "_test.go") && strings.Contains(string(text), `"encoding/csv"`) {
			t.Errorf("%s writes tables past the package that marks formulas", file)
		}
	}
}
