package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestReporters names a reporter, who confirms, and withdraws them after being asked; others find no acts, or nothing at all.
func TestReporters(t *testing.T) {
	h := seeded(t, 1)
	h.be("ca-dmv-head")
	at := "/entities/ca-demo-dmv/reporters"
	if a := h.get(at); !strings.Contains(a.body, "Nobody is designated by letter") {
		t.Error("the empty page does not say so")
	}
	bad := h.post(at, url.Values{"person": {"ca-dmv-reporter"}, "reference": {"F-1"}})
	if bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, `value="F-1"`) || !strings.Contains(bad.body, `href="#f-letter"`) ||
		!strings.Contains(bad.body, `value="ca-dmv-reporter" selected`) {
		t.Errorf("without a date: status %d, or what was typed is lost", bad.StatusCode)
	}
	if a := h.post(at, url.Values{"person": {"ca-dmv-reporter"}, "letter": {"2026-11-20"}, "reference": {"F-1"}, "alternate": {"yes"}}); a.Header.Get("Location") != at+"?done=designated" {
		t.Fatalf("designated: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	h.kit.Clock.Move(75 * 24 * time.Hour) // past the last of January
	h.be("ca-dmv-head")
	list := h.get(at + "?done=designated")
	for _, want := range []string{"Nov 20, 2026", "F-1", "Alternate", "Overdue", "on record", at + "/d1/withdraw"} {
		if !strings.Contains(list.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	h.be("ca-dmv-reporter")
	if a := h.get(at); !strings.Contains(a.body, "Confirm mine") || strings.Contains(a.body, "Withdraw") || strings.Contains(a.body, "Designate a reporter") {
		t.Error("the designee finds no button of theirs, or the head's")
	}
	for _, path := range []string{at + "/d1/withdraw", "/entities/nobody/reporters", "/entities/nobody/reporters/d1/withdraw"} {
		if a := h.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
	if a := h.post(at+"/attest", nil); a.Header.Get("Location") != at+"?done=attested" {
		t.Errorf("attested: status %d", a.StatusCode)
	}
	h.be("ca-ois-duty")
	for _, a := range []answered{h.get(at), h.post(at, url.Values{"person": {"x"}}), h.post(at+"/attest", nil), h.post(at+"/d1/withdraw", nil)} {
		if a.StatusCode != http.StatusNotFound {
			t.Errorf("an outsider: status %d", a.StatusCode)
		}
	}
	h.be("ca-dmv-head")
	if a := h.get(at + "/d1/withdraw"); !strings.Contains(a.body, "IR coordinator, because nobody else is designated") {
		t.Errorf("asking: status %d", a.StatusCode)
	}
	if a := h.post(at+"/d1/withdraw", nil); a.Header.Get("Location") != at+"?done=withdrawn" {
		t.Errorf("withdrawn: status %d", a.StatusCode)
	}
	after := h.get(at)
	for _, want := range []string{"Withdrawn", "a new designation is due", "Work handed over", "open dut"} {
		if !strings.Contains(after.body, want) {
			t.Errorf("afterwards the page lacks %q", want)
		}
	}
	for _, a := range []answered{list, after, bad} {
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Error(flaw)
		}
	}
}
