package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const onceKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

func typedReport(act, description string) url.Values {
	return url.Values{"entity": {"ca-demo-dmv"}, "kind": {"initial"}, "once": {onceKey}, "base": {"0"}, "act": {act}, "description": {description}, "impact.liability_usd": {"lots"}}
}

// TestSaveWithoutScript: the plain button saves what is typed, wrong as it may be; the page comes back with it, lists it,
// and throws it away when asked. Filing deletes it.
func TestSaveWithoutScript(t *testing.T) {
	h := start(t)
	h.be(coordinator)
	a := h.post("/report", typedReport("save", `half a "sentence"`))
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/report?draft="+onceKey {
		t.Fatalf("saving: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	for _, path := range []string{"/report?draft=" + onceKey, "/report?entity=ca-demo-dmv"} {
		page := h.get(path)
		areas := find(parse(t, page.body), "textarea")
		if got := strings.TrimSpace(areas[0].text); got != `half a "sentence"` || !strings.Contains(page.body, `value="lots"`) {
			t.Errorf("%s: the description came back as %q", path, got)
		}
		for _, flaw := range flaws(parse(t, page.body)) {
			t.Errorf("%s: %s", path, flaw)
		}
	}
	if page := h.get("/report"); !strings.Contains(page.body, "Begun and not filed") {
		t.Error("the draft is not listed")
	}
	if page := h.get("/report?entity=ca-demo-dmv&new=1"); strings.Contains(page.body, `value="lots"`) || !strings.Contains(page.body, "You have a draft") {
		t.Error("a new report is not empty, or hides the draft")
	}
	h.be("ca-dmv-reporter")
	if a := h.get("/report?draft=" + onceKey); a.StatusCode != http.StatusNotFound {
		t.Errorf("another's draft: status %d", a.StatusCode)
	}
	if a := h.post("/report/discard", url.Values{"once": {onceKey}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("discarding another's: status %d", a.StatusCode)
	}
	h.be(coordinator)
	form := typedReport("file", "whole")
	form.Del("impact.liability_usd")
	if a := h.post("/report", form); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/filed/") {
		t.Fatalf("filing: status %d", a.StatusCode)
	}
	if a := h.get("/report?draft=" + onceKey); a.StatusCode != http.StatusNotFound {
		t.Errorf("after filing: status %d", a.StatusCode)
	}
}

// TestSavedAsTyped: the script's saves name the revision that they saw; another tab in between is answered and kept.
func TestSavedAsTyped(t *testing.T) {
	h := start(t)
	h.be(iso)
	save := func(base, words string) (answer struct {
		Revision int64
		At, Kept string
		Problem  string
	}, status int) {
		t.Helper()
		form := typedReport("", words)
		form.Set("base", base)
		a := h.post("/report/draft", form)
		if err := json.Unmarshal([]byte(a.body), &answer); err != nil {
			t.Fatalf("status %d: %v", a.StatusCode, err)
		}
		return answer, a.StatusCode
	}
	if a, _ := save("0", "one"); a.Revision != 1 || a.Kept != "" || a.At == "" {
		t.Errorf("first: %+v", a)
	}
	if a, _ := save("1", "two"); a.Revision != 2 || a.Kept != "" {
		t.Errorf("second: %+v", a)
	}
	a, _ := save("1", "other tab")
	if a.Revision != 3 || !strings.HasPrefix(a.Kept, "/report?draft=") {
		t.Fatalf("from the other tab: %+v", a)
	}
	if page := h.get(a.Kept); !strings.Contains(page.body, "two") {
		t.Error("the other version is not kept")
	}
	form := typedReport("file", "filed")
	form.Del("impact.liability_usd")
	h.post("/report", form)
	if a, status := save("3", "late"); status != http.StatusConflict || !strings.Contains(a.Problem, "filed already") {
		t.Errorf("after filing: %d %+v", status, a)
	}
	if a := h.post("/report/draft", url.Values{"entity": {"nobody"}, "once": {onceKey}}); a.StatusCode != http.StatusNotFound {
		t.Errorf("for an entity that is not there: status %d", a.StatusCode)
	}
	if a := h.post("/report/draft", url.Values{"entity": {"ca-demo-dmv"}, "once": {onceKey}, "person": {"someone"}}); a.StatusCode != http.StatusBadRequest {
		t.Errorf("with a field of the table: status %d", a.StatusCode)
	}
}

// TestSend: the script's filing is the writer's only, the same filing each time, and says what is wrong in words.
func TestSend(t *testing.T) {
	h := start(t)
	h.be(iso)
	_, mark, _ := strings.Cut(h.get("/").body, `data-who="`)
	who, _, _ := strings.Cut(mark, `"`)
	form := typedReport("file", "sent twice")
	form.Set("who", who)
	wrong := h.post("/report/send", form)
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, "This is not a whole number.") {
		t.Errorf("with a wrong field: %d %s", wrong.StatusCode, wrong.body)
	}
	form.Del("impact.liability_usd")
	first, second := h.post("/report/send", form), h.post("/report/send", form)
	if first.StatusCode != http.StatusCreated || first.body != second.body || len(h.numbers()) != 1 {
		t.Errorf("sent twice: %s then %s, %d incidents", first.body, second.body, len(h.numbers()))
	}
	h.be("ca-dmv-reporter")
	form.Set("once", strings.ToLower(onceKey))
	if a := h.post("/report/send", form); a.StatusCode != http.StatusConflict || len(h.numbers()) != 1 {
		t.Errorf("by another: status %d", a.StatusCode)
	}
	form.Del("who")
	if a := h.post("/report/send", form); a.StatusCode != http.StatusConflict {
		t.Errorf("by nobody in particular: status %d", a.StatusCode)
	}
}

// TestPeer_S01_HostileDrafts: hostile words in a draft change no page, list or answer.
func TestPeer_S01_HostileDrafts(t *testing.T) {
	shots := func(text string) (list []shot) {
		h := start(t)
		h.be(coordinator)
		h.post("/report", url.Values{"entity": {"ca-demo-dmv"}, "kind": {"initial"}, "once": {onceKey}, "base": {"0"}, "act": {"save"}, "description": {text},
			"actions_taken": {text}, "reporter.name": {text}, "devices[0].serial": {text}, "discovered_at.zone": {text}, "discovered_at": {text}})
		for _, path := range []string{"/report", "/report?draft=" + onceKey, "/report?entity=ca-demo-dmv&new=1"} {
			a := h.get(path)
			if a.StatusCode != http.StatusOK {
				t.Fatalf("%s: status %d", path, a.StatusCode)
			}
			list = append(list, shot{path, skeleton(parse(t, a.body))})
		}
		return list
	}
	want := shots("A")
	for _, text := range handfuls {
		compare(t, text, want, shots(text))
	}
}

// TestPeer_S16_TemplatesInDrafts: what looks like a template is printed as it stands.
func TestPeer_S16_TemplatesInDrafts(t *testing.T) {
	h := start(t)
	h.be(iso)
	for _, text := range []string{"{{7}}", "{{.}}", "{{call .X}}", "${7*7}", "<%=7%>", `{{template "frame"}}`} {
		h.post("/report", typedReport("save", text))
		areas := find(parse(t, h.get("/report?draft="+onceKey).body), "textarea")
		if got := strings.TrimSpace(areas[0].text); got != text {
			t.Errorf("%q came back as %q", text, got)
		}
	}
}

// TestPeer_S30_NoReportTextInTheLog: what is typed never reaches the operator's log, not even when saving and filing fail.
func TestPeer_S30_NoReportTextInTheLog(t *testing.T) {
	h := start(t)
	h.be(iso)
	h.kit.OnWrite(full)
	text := "canary-4711\nlevel=ERROR msg=forged \x1b[31m"
	h.post("/report", typedReport("file", text))
	h.post("/report/send", typedReport("file", text))
	form := typedReport("file", "canary-4711")
	form.Del("impact.liability_usd")
	h.post("/report", form)
	h.kit.Down(errGone)
	h.post("/report", typedReport("save", "canary-4711"))
	h.post("/report/draft", typedReport("", "canary-4711"))
	if strings.Contains(h.log.String(), "canary") || !strings.Contains(h.log.String(), "database is gone") {
		t.Errorf("the log: %s", h.log)
	}
}

// TestOfflineShell: what browsers keep names nobody, is the same for everyone, and is not sent again unchanged.
func TestOfflineShell(t *testing.T) {
	h := start(t)
	for _, path := range []string{"/report/offline", "/report/contacts.json", "/app.webmanifest"} {
		signedOut := h.get(path)
		h.be(iso)
		signedIn := h.get(path)
		if signedOut.StatusCode != http.StatusOK || signedOut.body != signedIn.body || strings.Contains(signedIn.body, "Whitfield") {
			t.Errorf("%s differs by reader: %d, %d bytes and %d", path, signedOut.StatusCode, len(signedOut.body), len(signedIn.body))
		}
		r, _ := http.NewRequest("GET", h.base+path, nil)
		r.Header.Set("If-None-Match", signedIn.Header.Get("ETag"))
		if again := h.do(r); again.StatusCode != http.StatusNotModified || again.body != "" {
			t.Errorf("%s again: status %d", path, again.StatusCode)
		}
		h.post("/signout", nil)
	}
	for _, flaw := range flaws(parse(t, h.get("/report/offline").body)) {
		t.Error(flaw)
	}
	h.kit.Down(errGone)
	for _, path := range []string{"/report/offline", "/report/contacts.json"} {
		if a := h.get(path); a.StatusCode != http.StatusOK {
			t.Errorf("%s without the database: status %d", path, a.StatusCode)
		}
	}
	if a := h.get("/report/kit.json"); a.StatusCode == http.StatusOK {
		t.Error("what is known of a reader is shown to nobody in particular")
	}
}

// TestKnownShown: a further filing shows what was filed so far, the latest word on each thing.
func TestKnownShown(t *testing.T) {
	h := seeded(t, 1)
	h.be(iso)
	number := h.first()
	h.post("/report", url.Values{"entity": {"ca-demo-dmv"}, "kind": {"supplement"}, "incident": {number}, "act": {"file"}, "categories": {"equipment"}, "actions_taken": {"Disk wiped remotely."}})
	page := h.get("/report?incident=" + number + "&kind=supplement").body
	for _, want := range []string{"Laptop stolen from a parked car", "Disk wiped remotely.", "Latitude 7450", "CA 612", "Filed so far"} {
		if !strings.Contains(page, want) {
			t.Errorf("the form does not show %q", want)
		}
	}
	if strings.Contains(page, "Password reset; device reported") {
		t.Error("an older word stands where a newer one was filed")
	}
}

// TestStepsAreHonest: a part with a wrong field says so, and while the report cannot be assessed no part is called done.
func TestStepsAreHonest(t *testing.T) {
	h := start(t)
	h.be(iso)
	form := typedReport("check", "said")
	live := h.post("/report/preview", form).body
	if !strings.Contains(live, "1 to mend") || strings.Contains(live, ">Done<") || !strings.Contains(live, "Begun") {
		t.Errorf("with a wrong field: %s", live)
	}
	form.Del("impact.liability_usd")
	if live := h.post("/report/preview", form).body; !strings.Contains(live, "Begun, 3 missing") {
		t.Errorf("without: %s", live)
	}
}
