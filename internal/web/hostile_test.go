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

	"tocsin/internal/domain/notify"
	"tocsin/internal/testkit/hostile"
	"tocsin/internal/web"
)

// payloads are the hostile texts, and one that is long; handfuls are the same, many in each.
var (
	payloads = append(hostile.Payloads(), strings.Repeat("<b>", 400))
	handfuls = handfulsOf(payloads, 20)
)

// handfulsOf joins texts, n in each.
func handfulsOf(texts []string, n int) (out []string) {
	for some := range slices.Chunk(texts, n) {
		out = append(out, strings.Join(some, " "))
	}
	return out
}

// Whom the tests read as: one who files, two who answer, and one who coordinates.
const iso, duty, investigator, coordinator = "ca-dmv-iso", "ca-ois-duty", "ca-cciu-investigator", "ca-coordinator"

// shot is the structure of one page.
type shot struct{ address, skeleton string }

// shape reads pages, as each of the people, of an application in which the texts stand wherever a text can.
func shape(t *testing.T, texts []string, pages func(h *harness) []answered, people ...string) []shot {
	t.Helper()
	h := hostilePeople(t, texts)
	var shots []shot
	for _, person := range people {
		h.be(person)
		for _, a := range pages(h) {
			all := parse(t, a.body)
			for _, flaw := range flaws(all) {
				if !strings.HasPrefix(flaw, "link to \"#") { // a field that a hostile name invents has no place on the page
					t.Errorf("%s with %.80q: %s", a.Request.URL.Path, texts, flaw)
				}
			}
			shots = append(shots, shot{a.Request.Method + " " + a.Request.URL.Path, skeleton(all)})
		}
	}
	return shots
}

func compare(t *testing.T, text string, want, got []shot) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%q: %d pages, want %d", text, len(got), len(want))
	}
	for i := range want {
		if want[i].skeleton != got[i].skeleton {
			t.Errorf("%.80q changes the structure of %s:\n%s", text, want[i].address, firstDifference(want[i].skeleton, got[i].skeleton))
		}
	}
}

// TestPeer_S01_HostileTextOnEveryPage: whatever stands in the record's texts, each page has the same elements and
// attributes as with a harmless letter. A few texts at a time on the pages that show most; all of them together on all pages.
func TestPeer_S01_HostileTextOnEveryPage(t *testing.T) {
	rich := func(h *harness) []answered {
		at := h.numbers()[2] // the one with a question
		return []answered{h.get("/incidents/" + at), h.get("/incidents"), h.get("/filed/" + at + "/1"), h.get("/signin"), h.get("/demo/mailbox/1"), h.get(h.links()[0]),
			h.get("/incidents/" + at + "/messages"), h.get("/report?entity=ca-demo-dmv"), h.get("/")}
	}
	all := func(h *harness) []answered {
		var list []answered
		for _, path := range h.readable() {
			if a := h.get(path); a.StatusCode != http.StatusSeeOther {
				list = append(list, a)
			}
		}
		return list
	}
	few := slices.Collect(slices.Chunk(payloads, 12))
	want := map[int][]shot{} // by the number of texts
	for _, texts := range few {
		if want[len(texts)] == nil {
			want[len(texts)] = shape(t, letters(texts), rich, iso)
		}
		compare(t, strings.Join(texts, " "), want[len(texts)], shape(t, texts, rich, iso))
	}
	compare(t, "all of them", shape(t, letters(payloads), all, iso, duty, coordinator), shape(t, payloads, all, iso, duty, coordinator))
}

// typedFields are the fields of the report form that take any text.
var typedFields = []string{"description", "actions_taken", "reporter.name", "reporter.email", "reporter.phones", "reporter.address", "iso.name",
	"alternate_contact.name", "devices[0].make_model", "devices[0].serial", "devices[0].ip", "devices[0].location", "outage_minutes", "impact.liability_usd",
	"discovered_at", "discovered_at.zone", "personal_information.residents[0].state", "personal_information.residents[0].count", "categories",
	"management.location", "crime_suspected", "impact.asset_rating", "once"}

// TestPeer_S01_HostileTextTyped: what is typed comes back as text: in the report form, in a search, in a refused act, in
// a sign-in.
func TestPeer_S01_HostileTextTyped(t *testing.T) {
	typed := func(text string) func(h *harness) []answered {
		return func(h *harness) []answered {
			form := url.Values{"entity": {"ca-demo-dmv"}, "kind": {"written"}, "act": {"file"}}
			for _, f := range typedFields {
				form.Set(f, text)
			}
			at, q := "/incidents/"+h.first(), url.QueryEscape(text)
			return []answered{h.post("/report", form), h.get("/incidents?q=" + q + "&entity=" + q + "&level=" + q),
				h.get("/signin?next=" + url.QueryEscape("/incidents?q="+q)), h.get(at + "?done=" + q), h.get("/" + url.PathEscape(text)),
				h.post("/report/telephone", url.Values{"caller": {text}, "called": {text}, "called_at": {text}, "description": {text}, "reference": {text}, "entity": {text}}),
				h.post(at+"/rate", url.Values{"level": {"unrated"}, "reason": {text}}), h.post(at+"/ask", url.Values{"authority": {text}, "question": {text}})}
		}
	}
	shots := func(text string) (list []shot) {
		h := seeded(t, 3)
		for _, person := range []string{iso, coordinator} {
			h.be(person)
			for _, a := range typed(text)(h) {
				list = append(list, shot{a.Request.Method + " " + a.Request.URL.Path, skeleton(parse(t, a.body))})
			}
		}
		return list
	}
	// What is too long for a field is another page, and so is what can be no key of a draft.
	short, keyed, long := shots("A"), shots(strings.Repeat("A", 25)), shots(strings.Repeat("A", 1100))
	for _, text := range handfuls {
		compare(t, text, long, shots(text))
	}
	for _, text := range payloads[:20] {
		want := keyed
		if len(text) < 16 || len(text) > 64 {
			want = short
		}
		compare(t, text, want, shots(text))
	}
}

// TestPeer_S03_MailIsText: a mail's words are text; only a link to a page of ours can be followed.
func TestPeer_S03_MailIsText(t *testing.T) {
	cases := []struct{ line, href string }{
		{"see BASE/a/ABC.", "/a/ABC"}, {"<BASE/a/ABC>", "/a/ABC"}, {"http://evil.test/a/ABC", ""}, {"BASE.evil.test/a/ABC", ""},
		{"http://evil.test/?BASE/a/ABC", "/a/ABC"}, {"javascript:alert(1)", ""}, {"BASE//evil.test", ""}, {"BASE/\\evil.test", ""}, {"https://user@HOST/a", "/a"},
	}
	h := start(t)
	for _, c := range cases {
		text := strings.NewReplacer("BASE", h.base, "HOST", strings.TrimPrefix(h.base, "http://")).Replace(c.line)
		h.kit.Post.Mails = []notify.Mail{{Subject: text, Text: text}}
		var got string
		for _, a := range find(parse(t, h.get("/demo/mailbox/1").body), "a") {
			if strings.Contains(strings.Join(a.path, " "), "main div") {
				got = a.attrs["href"]
				break
			}
		}
		if got != c.href {
			t.Errorf("%q leads to %q, want %q", c.line, got, c.href)
		}
	}
}

// TestPeer_S09_UnknownField: a form with a field that the page does not declare is refused and leaves nothing.
func TestPeer_S09_UnknownField(t *testing.T) {
	h := start(t)
	h.be("ca-dmv-iso")
	for _, field := range []string{"status", "rating", "id", "__proto__", "number", "received_at", "devices[0].owner", "devices[x].serial", "devices[0]", "devices[-1].serial",
		"devices[00].serial", "devices[99999999999].serial", "reporter.role", "personal_information.residents[0].x", "impact.level", "management.discovered_by.id", "Entity"} {
		a := h.post("/report", url.Values{"entity": {"ca-demo-dmv"}, "act": {"file"}, "description": {"x"}, field: {"1"}})
		if a.StatusCode != http.StatusBadRequest {
			t.Errorf("field %q: status %d, want 400", field, a.StatusCode)
		}
	}
	if n := len(h.numbers()); n != 0 {
		t.Errorf("%d incidents were opened", n)
	}
}

// TestPeer_S10_ForeignForms: no form from another site, and nothing that does not say where it comes from, changes anything.
func TestPeer_S10_ForeignForms(t *testing.T) {
	h := seeded(t, 1)
	h.be(duty)
	cases := []struct {
		name, origin, site, kind string
		status                   int // 0 stands for any answer of our own
	}{
		{"our own page", "BASE", "same-origin", "application/x-www-form-urlencoded", 0},
		{"our own page, old browser", "BASE", "", "application/x-www-form-urlencoded", 0},
		{"another site", "http://evil.test", "cross-site", "application/x-www-form-urlencoded", 403},
		{"another site, old browser", "http://evil.test", "", "application/x-www-form-urlencoded", 403},
		{"a sister site", "http://x.127.0.0.1", "same-site", "application/x-www-form-urlencoded", 403},
		{"a hidden origin", "null", "", "application/x-www-form-urlencoded", 403},
		{"a hidden origin, cross-site", "null", "cross-site", "application/x-www-form-urlencoded", 403},
		{"no word of origin", "", "", "application/x-www-form-urlencoded", 403},
		{"JSON as text", "BASE", "same-origin", "text/plain", 400},
		{"JSON", "BASE", "same-origin", "application/json", 400},
		{"parts", "BASE", "same-origin", "multipart/form-data; boundary=x", 400},
	}
	token := strings.TrimPrefix(h.links()[0], "/a/")
	before := h.recorded()
	for _, rt := range web.Routes() {
		if rt.Method != "POST" {
			continue
		}
		path := strings.NewReplacer("{number}", h.first(), "{token}", token).Replace(rt.Pattern)
		for _, c := range cases {
			if c.status == 0 {
				continue
			}
			r := h.form(path, url.Values{"authority": {"ca-ois"}, "act": {"file"}, "entity": {"ca-demo-dmv"}, "description": {"x"}, "reason": {"x"}})
			r.Header.Del("Origin")
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Content-Type", c.kind)
			if c.origin != "" {
				r.Header.Set("Origin", strings.Replace(c.origin, "BASE", h.base, 1))
			}
			if c.site != "" {
				r.Header.Set("Sec-Fetch-Site", c.site)
			}
			if a := h.do(r); a.StatusCode != c.status {
				t.Errorf("POST %s from %s: status %d, want %d", rt.Pattern, c.name, a.StatusCode, c.status)
			}
		}
	}
	if after := h.recorded(); after != before {
		t.Error("something changed")
	}
	old := h.form("/a/"+token, nil)
	old.Header.Del("Sec-Fetch-Site")
	if a := h.do(old); a.StatusCode != http.StatusSeeOther {
		t.Errorf("our own form from an old browser: status %d", a.StatusCode)
	}
	program := h.form("/a/"+token, nil)
	program.Header.Del("Origin")
	program.Header.Del("Sec-Fetch-Site")
	a, err := h.client.Transport.RoundTrip(program) // no cookie jar
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if a.StatusCode != http.StatusSeeOther {
		t.Errorf("the mailed link without any session: status %d", a.StatusCode)
	}
}

// TestPeer_S19_OpenRedirect: signing in leads to an address of ours, whatever "next" says.
func TestPeer_S19_OpenRedirect(t *testing.T) {
	cases := map[string]string{
		"/incidents": "/incidents", "/incidents?q=a&level=high": "/incidents?q=a&level=high", "/incidents/AB-1#x": "/incidents/AB-1",
		"": "/", "//evil.test": "/", "///evil.test": "/", `/\evil.test`: "/", `\\evil.test`: "/", "https:evil.test": "/", "https://evil.test": "/",
		"javascript:alert(1)": "/", "/\tevil.test": "/", "/\r\nSet-Cookie: a=b": "/", "evil.test": "/", "/%09/evil.test": "/", "/%5cevil.test": "/", "/%2f/evil.test": "/", "/%2fevil.test": "/", "/\x00": "/",
		"http://127.0.0.1/": "/", "?q": "/", "/ /evil.test": "/%20/evil.test", "//": "/",
	}
	h := start(t)
	for next, want := range cases {
		a := h.post("/signin", url.Values{"person": {"ca-dmv-iso"}, "next": {next}})
		if strings.ContainsAny(next, "\x00") {
			if a.StatusCode != http.StatusBadRequest {
				t.Errorf("next %q: status %d", next, a.StatusCode)
			}
			continue
		}
		if got := a.Header.Get("Location"); got != want {
			t.Errorf("next %q leads to %q, want %q", next, got, want)
		}
		if a.Header.Get("Set-Cookie") == "" || len(a.Header.Values("Set-Cookie")) != 1 {
			t.Errorf("next %q: cookies %q", next, a.Header.Values("Set-Cookie"))
		}
	}
}

// TestPeer_S41_Templates: no template puts data where HTML escaping is not enough, and no code calls text safe.
func TestPeer_S41_Templates(t *testing.T) {
	risky := []*regexp.Regexp{
		regexp.MustCompile(`(?is)<script[^>]*>[^<]`), regexp.MustCompile(`(?i)<style`), regexp.MustCompile(`(?i)\son[a-z]+\s*=`), regexp.MustCompile(`(?i)\sstyle\s*=`),
		regexp.MustCompile(`(?i)<meta[^>]*\{\{`), regexp.MustCompile(`(?i)\ssrcdoc\s*=`), regexp.MustCompile(`(?i)(href|src|action)=[^"]`), regexp.MustCompile(`\s[a-z-]+=\{\{`),
	}
	files, _ := filepath.Glob("page/templates/*.tmpl")
	if len(files) < 15 {
		t.Fatalf("only %d templates found", len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range risky {
			if m := r.Find(text); m != nil {
				t.Errorf("%s has %q", file, m)
			}
		}
	}
	sources, _ := filepath.Glob("*/*.go")
	if len(sources) < 50 {
		t.Fatalf("only %d sources found", len(sources))
	}
	for _, file := range sources {
		text, _ := os.ReadFile(file)
		for _, kind := range []string{"HTML(", "HTMLAttr(", "JS(", "JSStr(", "CSS(", "URL(", "Srcset("} {
			if !strings.HasSuffix(file, "_test.go") && strings.Contains(string(text), "template."+kind) {
				t.Errorf("%s calls something safe: template.%s", file, kind)
			}
		}
	}
}
