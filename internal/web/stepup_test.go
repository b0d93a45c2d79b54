package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/internal/testkit"
	"tocsin/internal/web"
)

// prove gives the proof that a page asks for, as its form does.
func (h *harness) prove(page answered) answered {
	h.Helper()
	form := hiddenFields(h.T, page.body, "/stepup")
	form.Del("passkey")
	form.Set("confirmed", "yes") // what a session of the demonstration proves itself with
	return h.post("/stepup", form)
}

// TestActsThatHurtAskForAProof: each of them records nothing on the strength of a session that is merely open, brings the form back
// as it was filled in once the proof is given, and is then one press away.
func TestActsThatHurtAskForAProof(t *testing.T) {
	h := seeded(t, 2)
	number, hidden := h.numbers()[0], h.numbers()[1]
	if err := h.kit.Restrict(t.Context(), h.kit.As(coordinator), hidden, nil, "An insider."); err != nil {
		t.Fatal(err)
	}
	at := "/incidents/" + number
	acts := []struct {
		person, path string
		form         url.Values
		back         []string // stands on the page after the proof
		status       int      // of the act, sent again
	}{
		{coordinator, at + "/restrict", url.Values{"known": {"ca-dmv-iso"}, "members": {"gordon.sallis@dmv.ca.example"}, "reason": {"An <insider>."}}, []string{"An &lt;insider&gt;.", "gordon.sallis@dmv.ca.example</textarea>", `value="ca-dmv-iso" checked`}, 303},
		{coordinator, at + "/members/add", url.Values{"member": {"beatriz.almeida@dmv.ca.example"}}, []string{`value="beatriz.almeida@dmv.ca.example"`}, 303},
		{coordinator, at + "/members/remove", url.Values{"person": {"ca-dmv-counsel"}}, []string{"/members/remove"}, 303},
		{coordinator, at + "/release", url.Values{"reason": {"It was nothing."}}, []string{"It was nothing.</textarea>"}, 303},
		{"ca-ciso", "/glass", url.Values{"incident": {hidden}, "reason": {"Nobody answers."}}, []string{"Nobody answers.</textarea>", `value="` + hidden + `"`}, 303},
		{iso, "/account/keys", url.Values{"label": {"SIEM"}, "scopes": {"file"}, "days": {"30"}}, []string{`value="SIEM"`, `value="file" checked`, `value="30" selected`}, 200},
	}
	for _, c := range acts {
		h.be(c.person)
		h.stale()
		looked := h.get(at).body
		asked := h.post(c.path, c.form)
		if asked.StatusCode != http.StatusUnauthorized || !strings.Contains(asked.body, "Nothing is recorded yet") {
			t.Errorf("%s without a proof: status %d", c.path, asked.StatusCode)
			continue
		}
		if h.get(at).body != looked {
			t.Errorf("%s was carried out without a proof", c.path)
		}
		page := h.prove(asked)
		if page.StatusCode != http.StatusOK || !strings.Contains(page.body, "Confirmed. Nothing is recorded yet") {
			t.Errorf("%s after the proof: status %d", c.path, page.StatusCode)
		}
		for _, words := range c.back {
			if !strings.Contains(page.body, words) {
				t.Errorf("%s after the proof: the form has lost %q", c.path, words)
			}
		}
		for _, flaw := range flaws(parse(t, page.body)) {
			t.Errorf("%s after the proof: %s", c.path, flaw)
		}
		if h.get(at).body != looked {
			t.Errorf("%s was carried out by the proof alone", c.path)
		}
		if a := h.post(c.path, c.form); a.StatusCode != c.status {
			t.Errorf("%s with a proof: status %d, want %d", c.path, a.StatusCode, c.status)
		}
	}
}

// TestGrantingAsksForAProof: giving roles, and changing where mail to people and authorities goes, is no matter for whoever found an
// open session. What was typed comes back, and what changed meanwhile still shows.
func TestGrantingAsksForAProof(t *testing.T) {
	kit := testkit.Start(t)
	r := startReal(t, kit, func(c *web.Config) { c.Demo = true })
	r.be("ca-admin")
	stepUp := func(to string, form url.Values) answered {
		return r.post("/stepup", url.Values{"method": {"POST"}, "to": {to}, "kept": {form.Encode()}, "confirmed": {"yes"}})
	}
	page := "/directory/people/ca-dmv-cio/edit"
	form := hiddenFields(t, r.get(page).body, page)
	stamp := form.Get("stamp")
	for name, value := range map[string]string{"name": "Priya <b>", "entity": "ca-demo-dmv", "email": "other@dmv.ca.example", "role.1": "ciso", "place.1": "ca-state"} {
		form.Set(name, value)
	}
	kit.Clock.Move(6 * time.Minute)
	table := url.Values{"confirm": {"yes"}, "people": {"id,name\nx,X"}}
	for path, form := range map[string]url.Values{page: form, "/directory/add/people": {"id": {"x"}}, "/directory/authorities/ca-ois/edit": {"email": {"mine@evil.example"}}, "/directory/import/apply": table} {
		if a := r.post(path, form); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, "asks for a confirmation only") {
			t.Errorf("%s without a proof: status %d", path, a.StatusCode)
		}
	}
	if a := r.post("/directory/add/assets", url.Values{"id": {"x"}, "entity": {"ca-demo-dmv"}, "name": {"Printer"}, "rating": {"low"}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("an asset asks for a proof: status %d", a.StatusCode)
	}
	a := stepUp(page, form)
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Priya &lt;b&gt;") || !strings.Contains(a.body, `value="ciso" selected`) || !strings.Contains(a.body, "Confirmed.") {
		t.Errorf("after the proof: status %d, or the form is not back", a.StatusCode)
	}
	if got := hiddenFields(t, a.body, page).Get("stamp"); got != stamp {
		t.Errorf("the form hides what changed meanwhile: stamp %q, was %q", got, stamp)
	}
	if p := r.get("/directory/people/ca-dmv-cio"); strings.Contains(p.body, "other@dmv") {
		t.Error("the proof alone changed the person")
	}
	kit.Clock.Move(6 * time.Minute)
	if a := r.post("/directory/import/apply", table); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("import without a proof: status %d", a.StatusCode)
	}
	if a := stepUp("/directory/import/apply", table); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "What this import changes") {
		t.Errorf("import after the proof: status %d", a.StatusCode)
	}
	kit.Clock.Move(6 * time.Minute)
	table.Set("people", "id,name\nx,"+strings.Repeat("X", 3<<20))
	if a := r.post("/directory/import/apply", table); a.StatusCode != http.StatusUnauthorized || len(a.body) > 64<<10 || !strings.Contains(a.body, `name="to" value="/directory/import"`) {
		t.Errorf("a large import: status %d with %d bytes, or it does not lead back to the files", a.StatusCode, len(a.body))
	}
}
