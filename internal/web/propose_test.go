package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit"
)

// send sends files under one name, each with its own, as a browser does.
func (h *harness) send(path string, files policy.Files) answered {
	h.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, data := range files {
		part, err := w.CreateFormFile("files", name)
		if err == nil {
			_, err = part.Write(data)
		}
		if err != nil {
			h.Fatal(err)
		}
	}
	w.Close()
	r, err := http.NewRequest("POST", h.base+path, &b)
	if err != nil {
		h.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", h.base)
	return h.do(r)
}

// changed is the pack of Massachusetts without its cases and with some words replaced.
func changed(t *testing.T, edits ...string) policy.Files {
	t.Helper()
	shipped, ok := testkit.Packs("us-ma")
	if !ok {
		t.Fatal("no pack")
	}
	out := policy.Files{}
	for name, data := range shipped.Files() {
		if !strings.HasPrefix(name, "cases/") {
			out[name] = []byte(strings.NewReplacer(edits...).Replace(string(data)))
		}
	}
	return out
}

// From the files to the rules in force, with nothing but forms.
func TestAVersionComesIntoForceInTheBrowser(t *testing.T) {
	h, kit := realSite(t)
	liability := int64(600_000)
	filed, err := kit.File(t.Context(), kit.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "A contract was leaked", Impact: &incident.Impact{LiabilityUSD: &liability}}, app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h.be("ma-coordinator")
	sound := func(a answered, status int, want ...string) answered {
		t.Helper()
		if a.StatusCode != status {
			t.Fatalf("status %d, want %d\n%s", a.StatusCode, status, a.body)
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Error(flaw)
		}
		for _, w := range want {
			if !strings.Contains(a.body, w) {
				t.Errorf("the page lacks %q", w)
			}
		}
		return a
	}
	sound(h.get("/policy"), 200, "/policy/us-ma/propose")
	sound(h.get("/policy/us-ma/propose"), 200, "/files.zip", "multiple")
	sound(h.send("/policy/us-ma/propose", changed(t, "level: medium, title: Adverse", "level: middle, title: Adverse")), 422, "us-ma/rating.yaml:13:", "1 problem.")
	failing := changed(t)
	failing["own.txtar"] = []byte("-- safe/facts --\nentity: e\nimpact: {human_safety: true}\n-- safe/want --\nlevel: low\n")
	sound(h.send("/policy/us-ma/propose", failing), 422, "Cases that do not hold: 1 of 1.", "safe")
	sound(h.send("/policy/us-ma/propose", policy.Files{"notes.docx": []byte("x")}), 422, "neither a part of a pack")

	edited := changed(t, `version: "2026.11.22"`, `version: "2027.1"`, "impact.liability_usd >= 1000000}", "impact.liability_usd >= 500000}")
	a := h.send("/policy/us-ma/propose", policy.Files{"pack.zip": edited.Archive()})
	at := strings.TrimSuffix(a.Header.Get("Location"), "?done=proposed")
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/policy/us-ma/proposals/") {
		t.Fatalf("%d %s\n%s", a.StatusCode, at, a.body)
	}
	sound(h.get(at+"?from=2026-07-01"), 200, "impact.liability_usd &gt;= 500000", filed.Incident, "<del>Medium</del>", "<ins>High</ins>", "risk governance committee of the state", "None came with it", "from Jul 1, 2026")
	sound(h.get(at+"?from=2026-06-01"), 200, "cannot be put into force so")
	sound(h.get(at+"?from=soon"), 422, "This is no date")
	sound(h.post(at+"/enact", url.Values{"from": {"2026-07-01"}, "reason": {"Decided."}}), 422, "tick the box")
	sound(h.post(at+"/enact", url.Values{"from": {"2026-07-01"}, "reason": {""}, "confirm": {"yes"}}), 422, "on whose decision")
	enact := url.Values{"from": {"2026-07-01"}, "reason": {"Decided by the committee."}, "confirm": {"yes"}}
	kit.Clock.Move(6 * time.Minute) // the last proof of identity is too old for this
	if a := h.post(at+"/enact", enact); !strings.Contains(a.body, "Confirm that it is you") {
		t.Fatalf("%d: no proof was asked for", a.StatusCode)
	}
	h.be("ma-coordinator")
	if a := h.post(at+"/enact", enact); a.Header.Get("Location") != "/policy/us-ma/history?done=enacted" {
		t.Fatalf("%d\n%s", a.StatusCode, a.body)
	}
	history := sound(h.get("/policy/us-ma/history?done=enacted"), 200, "Waits for its date", "Decided by the committee.", "In force", "Withdraw version 2027.1").body
	sound(h.get("/policy"), 200, "Version 2027.1 follows")
	version := between(history, `href="/policy/us-ma/versions/`, `"`)
	sound(h.get("/policy/us-ma/versions/"+version), 200, "What it changed", "impact.liability_usd &gt;= 500000", "This version waits")
	if a := h.get("/policy/us-ma/versions/" + version + "/files.zip"); a.Header.Get("Content-Type") != "application/zip" || a.Header.Get("Content-Disposition") != `attachment; filename="us-ma-2027.1.zip"` || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	sound(h.post("/policy/us-ma/versions/"+version+"/withdraw", url.Values{"reason": {""}}), 422, "on whose decision")
	if a := h.post("/policy/us-ma/versions/"+version+"/withdraw", url.Values{"reason": {"Not yet."}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("%d\n%s", a.StatusCode, a.body)
	}
	sound(h.get("/policy/us-ma/history"), 200, "Withdrawn", "Not yet.")
	if a := h.post("/policy/us-ma/versions/"+version+"/propose", nil); a.StatusCode != http.StatusSeeOther {
		t.Errorf("%d\n%s", a.StatusCode, a.body)
	}
	forOthers(t, h, between(sound(h.get("/policy/us-ma/history"), 200, "Proposed").body, `href="/policy/us-ma/proposals/`, `"`), version)
}

// forOthers: the rules and their history are everybody's; proposals are not there for who may not make one.
func forOthers(t *testing.T, h *harness, proposal, version string) {
	t.Helper()
	for _, person := range []string{"ma-rmv-iso", "ca-coordinator"} {
		h.be(person)
		for path, want := range map[string]int{"/policy/us-ma/history": 200, "/policy/us-ma/versions/" + version: 200, "/policy/us-ma/propose": 404,
			"/policy/us-ma/proposals/" + proposal: 404, "/policy/us-ma/proposals/none": 404, "/policy/us-ma/versions/none": 404, "/policy/none/history": 404} {
			if a := h.get(path); a.StatusCode != want || strings.Contains(a.body, proposal) && want == 200 {
				t.Errorf("%s as %s: %d, want %d", path, person, a.StatusCode, want)
			}
		}
		for _, act := range []string{"/proposals/" + proposal + "/enact", "/proposals/" + proposal + "/discard", "/versions/" + version + "/propose", "/versions/" + version + "/withdraw"} {
			if a := h.post("/policy/us-ma"+act, url.Values{}); strings.HasSuffix(act, "/enact") && a.StatusCode != 404 || a.StatusCode != 404 && a.StatusCode != 422 {
				t.Errorf("%s as %s: %d", act, person, a.StatusCode)
			}
		}
	}
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}
