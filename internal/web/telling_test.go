package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The pages of telling management and others: what is stated, issued, drafted, approved, sent and logged; what was typed kept where it is
// refused.
func TestTellingPages(t *testing.T) {
	h := start(t)
	h.be("ca-dmv-iso")
	h.post("/report", url.Values{"entity": {"ca-demo-dmv"}, "act": {"file"}, "kind": {"initial"}, "description": {"A laptop is missing."}})
	at := "/incidents/" + h.first()
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
	get("/management", "0 of 2 items", "Not yet", "Awaited from Dana Reyes", "Issue version 1", "Chief Information Security Officer")
	post("/assessment", url.Values{"item": {"location"}, "value": {" "}}, http.StatusUnprocessableEntity, "Nothing is stated", `id="problems"`)
	post("/assessment", url.Values{"item": {"location"}, "value": {"Sacramento"}}, http.StatusSeeOther)
	post("/assessment", url.Values{"item": {"location"}, "value": {"Davis"}}, http.StatusSeeOther)
	get("/management", "Davis", "Sacramento", "History", "1 of 2 items")
	post("/assessment/await", url.Values{"item": {"location"}, "until": {"2026-06-19 10:00"}, "until.zone": {"America/Los_Angeles"}}, http.StatusUnprocessableEntity, "a person or a role", "2026-06-19 10:00")
	post("/assessment/await", url.Values{"item": {"location"}, "role": {"iso"}}, http.StatusSeeOther)
	post("/management", url.Values{"seen": {"6"}}, http.StatusConflict, "Something was stated since")
	post("/management", url.Values{"seen": {"7"}}, http.StatusSeeOther)
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
	get("/updates?audience=public", "What happened:", "Legal", "Save the draft")
	post("/updates", url.Values{"audience": {"public"}, "text": {" "}}, http.StatusUnprocessableEntity, "The update is missing")
	post("/updates", url.Values{"audience": {"public"}, "text": {"Closed today."}}, http.StatusSeeOther)
	get("/updates", "Closed today.", "Awaits approval", "not approved yet")
	post("/updates/send", url.Values{"update": {"u1"}, "via": {"press"}}, http.StatusConflict, "needs the approval")
	post("/updates/return", url.Values{"update": {"u1"}, "reason": {""}}, http.StatusUnprocessableEntity, "The reason is missing")
	post("/updates/return", url.Values{"update": {"u1"}, "reason": {"Until when?"}}, http.StatusSeeOther)
	get("/updates", "Sent back", "Until when?")
	post("/updates/revise", url.Values{"update": {"u1"}, "text": {"Closed until Thursday."}}, http.StatusSeeOther)
	post("/updates/approve", url.Values{"update": {"u1"}}, http.StatusSeeOther)
	get("/updates", "Ready to send", "approved by Ada Quill", "How you pass it on")
	post("/updates/send", url.Values{"update": {"u1"}, "via": {"press"}}, http.StatusSeeOther)
	get("/updates", "Closed until Thursday.", "sent by Dana Reyes, by press")

	get("/communications", "Nothing was said yet", "A call, a meeting, a letter")
	log := url.Values{"channel": {"telephone"}, "direction": {"in"}, "who": {"Dana Reyes"}, "whom": {"The vendor"}, "summary": {"They send somebody."}}
	post("/communications", log, http.StatusUnprocessableEntity, "When it took place is missing", "They send somebody.")
	log.Set("at", "2026-06-18 10:00")
	log.Set("at.zone", "America/Los_Angeles")
	post("/communications", log, http.StatusSeeOther)
	get("/communications", "They send somebody.", "The vendor to Dana Reyes", "Logged by Dana Reyes")
}
