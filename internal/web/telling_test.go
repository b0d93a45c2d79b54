package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// The pages of telling management and others: what is stated, issued, drafted, approved, sent and logged; what was typed kept where it is
// refused.
func TestTellingPages(t *testing.T) {
	kit := testkit.Start(t)
	number := kit.Filed("ma-rmv-iso", "ma-demo-rmv", "A ransom note was found", func(f *incident.Filing) {
		liability := int64(2_000_000)
		f.Categories, f.Impact = []string{"malware"}, &incident.Impact{LiabilityUSD: &liability}
	})
	h := startOn(t, kit)
	h.be("ma-coordinator")
	at := "/incidents/" + number
	get := func(path string, wants ...string) string {
		t.Helper()
		a := h.get(at + path)
		if a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", path, a.StatusCode)
		}
		for _, want := range wants {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", path, flaw)
		}
		return a.body
	}
	post := func(path string, form url.Values, want int, wants ...string) {
		t.Helper()
		a := h.post(at+path, form)
		if a.StatusCode != want {
			t.Fatalf("%s: %d, want %d\n%s", path, a.StatusCode, want, a.body)
		}
		for _, words := range wants {
			if !strings.Contains(a.body, words) {
				t.Errorf("%s does not say %q", path, words)
			}
		}
	}
	seen := func() url.Values {
		t.Helper()
		return hiddenFields(t, h.get(at+"/management").body, at+"/management")
	}
	get("/management", "of 15 items", "Not yet", "Issue version 1", "Chief Information Security Officer")
	post("/assessment", url.Values{"item": {"location"}, "value": {" "}}, http.StatusUnprocessableEntity, `id="problems"`)
	post("/assessment", url.Values{"item": {"location"}, "value": {"Sacramento"}}, http.StatusSeeOther)
	old := seen()
	post("/assessment", url.Values{"item": {"location"}, "value": {"Davis"}}, http.StatusSeeOther)
	get("/management", "Davis", "Sacramento", "History")
	await := url.Values{"item": {"measures"}, "until": {"2026-06-19 10:00"}, "until.zone": {"America/Los_Angeles"}}
	post("/assessment/await", await, http.StatusUnprocessableEntity, "2026-06-19 10:00", `id="problems"`)
	post("/assessment/await", url.Values{"item": {"measures"}, "person": {"ma-lead"}}, http.StatusSeeOther)
	get("/management", "Awaited from Katrin Medeiros")
	post("/management", old, http.StatusConflict, "stated")
	post("/management", seen(), http.StatusSeeOther)
	get("/management", "Version 1")
	post("/assessment", url.Values{"item": {"location"}, "value": {"Davis, the annex"}}, http.StatusSeeOther)
	get("/management", "Version 1", "Issue version 2")
	get("/management/1", "Report to management 1", "Davis", "report.pdf")
	for path, kind := range map[string]string{"/management/1/report.pdf": "application/pdf", "/management/1/report.json": "application/json"} {
		if a := h.get(at + path); a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != kind || !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d %v", path, a.StatusCode, a.Header)
		}
	}
	if a := h.get(at + "/management/one"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a version without a number: %d", a.StatusCode)
	}
	post("/marking", url.Values{"marking": {"confidential"}, "reason": {""}}, http.StatusUnprocessableEntity, "The reason is missing")
	post("/marking", url.Values{"marking": {"confidential"}, "reason": {"The press"}}, http.StatusSeeOther)
	get("/management", "CONFIDENTIAL (TLP:AMBER")
	get("/management/1", "CONFIDENTIAL (TLP:AMBER", "marking--every-page")

	get("/updates", "Choose whom it is for", "Nothing was told yet")
	get("/updates?audience=public", "What happened, in plain words:", "Legal", "Save the draft")
	post("/updates", url.Values{"audience": {"public"}, "text": {" "}}, http.StatusUnprocessableEntity, "The update is missing")
	post("/updates", url.Values{"audience": {"public"}, "text": {"Closed today."}}, http.StatusSeeOther)
	get("/updates", "Closed today.", "Awaits approval", "not approved yet")
	post("/updates/send", url.Values{"update": {"u1"}, "via": {"press"}}, http.StatusConflict, "needs the approval")
	h.be("ma-legal")
	post("/updates/return", url.Values{"update": {"u1"}, "reason": {""}}, http.StatusUnprocessableEntity, "The reason is missing")
	post("/updates/return", url.Values{"update": {"u1"}, "reason": {"Until when?"}}, http.StatusSeeOther)
	get("/updates", "Sent back", "Until when?")
	h.be("ma-coordinator")
	post("/updates/revise", url.Values{"update": {"u1"}, "text": {"Closed until Thursday."}}, http.StatusSeeOther)
	for _, person := range []string{"ma-legal", "ma-communications"} {
		h.be(person)
		post("/updates/approve", url.Values{"update": {"u1"}}, http.StatusSeeOther)
	}
	h.be("ma-coordinator")
	get("/updates", "Ready to send", "approved by Jerome Pacheco", "How you pass it on")
	post("/updates/send", url.Values{"update": {"u1"}, "via": {"press"}}, http.StatusSeeOther)
	get("/updates", "Closed until Thursday.", "sent by Fiona Cabral, by press")

	get("/communications", "A call, a meeting, a letter")
	log := url.Values{"channel": {"telephone"}, "direction": {"in"}, "who": {"Dana Reyes"}, "whom": {"The vendor"}, "summary": {"They send somebody."}}
	post("/communications", log, http.StatusUnprocessableEntity, `id="problems"`, "They send somebody.")
	log.Set("at", "2026-06-18 10:00")
	log.Set("at.zone", "America/Los_Angeles")
	post("/communications", log, http.StatusSeeOther)
	get("/communications", "They send somebody.", "The vendor to Dana Reyes", "Logged by Fiona Cabral")
}
