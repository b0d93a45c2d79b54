package web_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/intake"
	"tocsin/internal/web"
)

var tokenField = regexp.MustCompile(`name="form" value="([A-Za-z0-9_-]+)"`)

func (h *harness) tell(words string, forwarded ...string) answered {
	h.Helper()
	token := tokenField.FindStringSubmatch(h.get("/quick").body)
	if token == nil {
		h.Fatal("the form has no token")
	}
	h.kit.Clock.Move(time.Minute) // nobody types faster than two seconds
	r := h.form("/quick", url.Values{"form": {token[1]}, "entity": {"ca-demo-dmv"}, "words": {words}, "contact": {words}})
	for _, f := range forwarded {
		r.Header.Add("X-Forwarded-For", f)
	}
	return h.do(r)
}

// TestQuick: anybody may tell; programs, floods and emptiness are told so with their words still there.
func TestQuick(t *testing.T) {
	h := start(t)
	a := h.tell("Strange <b>mail</b>")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "T-") || strings.Contains(a.body, "Strange") {
		t.Fatalf("telling: status %d", a.StatusCode)
	}
	empty := h.tell("")
	if empty.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing said: status %d", empty.StatusCode)
	}
	bot := h.post("/quick", url.Values{"form": {strings.Repeat("A", 26)}, "entity": {"ca-demo-dmv"}, "words": {"buy"}, "website": {"http://spam.test"}})
	stale := h.post("/quick", url.Values{"form": {"old"}, "entity": {"ca-demo-dmv"}, "words": {"kept words"}})
	for what, a := range map[string]answered{"a program": bot, "an old form": stale} {
		if a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", what, a.StatusCode)
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", what, flaw)
		}
	}
	if !strings.Contains(stale.body, "kept words") || strings.Contains(stale.body, `value="old"`) {
		t.Error("an old form comes back without its words or without a fresh token")
	}
	for range intake.TipsOfNetwork - 1 {
		h.tell("another")
	}
	flood := h.tell("one too many")
	if flood.StatusCode != http.StatusTooManyRequests || !strings.Contains(flood.body, "one too many") || !strings.Contains(flood.body, patrolPhone) || flood.Header.Get("Retry-After") == "" {
		t.Errorf("too many: status %d", flood.StatusCode)
	}
	if a := h.tell("from elsewhere, as a header claims", "203.0.113.9"); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a claimed address is believed: status %d", a.StatusCode)
	}
	h.be(iso)
	if a := h.post("/report", url.Values{"entity": {"ca-demo-dmv"}, "act": {"file"}, "kind": {"initial"}, "description": {"Filed meanwhile"}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("filing meanwhile: status %d", a.StatusCode)
	}
}

// TestQuickBehindProxy: the address that the proxy added counts, not what the sender wrote before it.
func TestQuickBehindProxy(t *testing.T) {
	h := start(t, func(c *web.Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	for i := range intake.TipsOfNetwork {
		if a := h.tell("x", fmt.Sprintf("198.51.100.%d, 203.0.113.%d", i, i)); a.StatusCode != http.StatusOK {
			t.Fatalf("status %d", a.StatusCode)
		}
	}
	if a := h.tell("x", "192.0.2.77, 203.0.113.200"); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the same network with another story: status %d", a.StatusCode)
	}
	for _, elsewhere := range []string{"203.0.114.1", "2001:db8:1:ff00::1", "2001:db8:1:100::1"} {
		if a := h.tell("x", elsewhere); a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", elsewhere, a.StatusCode)
		}
	}
}

// TestQuickOff: switched off, the form is not there, for reading and for sending.
func TestQuickOff(t *testing.T) {
	h := start(t, func(c *web.Config) { c.NoQuick = true })
	if a := h.get("/quick"); a.StatusCode != http.StatusNotFound {
		t.Errorf("reading: status %d", a.StatusCode)
	}
	if a := h.post("/quick", url.Values{"form": {strings.Repeat("A", 26)}, "entity": {"ca-demo-dmv"}, "words": {"x"}}); a.StatusCode != http.StatusNotFound {
		t.Errorf("sending: status %d", a.StatusCode)
	}
	if strings.Contains(h.get("/signin").body, "/quick") {
		t.Error("a link leads to it")
	}
}

// TestTriage: the list is for those who triage, its acts lead where they should, and an error stands beside its tip.
func TestTriage(t *testing.T) {
	h := start(t)
	id := regexp.MustCompile(`T-[A-Z0-9-]+`).FindString(h.tell("I saw it").body)
	h.be(iso)
	if a := h.get("/triage"); a.StatusCode != http.StatusNotFound {
		t.Errorf("who does not triage: status %d", a.StatusCode)
	}
	h.be(coordinator)
	if a := h.get("/triage"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "I saw it") || !strings.Contains(a.body, id) {
		t.Fatalf("the list: status %d", a.StatusCode)
	}
	bad := h.post("/triage/"+id+"/dismiss", url.Values{"reason": {" "}})
	if bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, `aria-invalid="true"`) {
		t.Errorf("without a reason: status %d", bad.StatusCode)
	}
	for _, flaw := range flaws(parse(t, bad.body)) {
		t.Error(flaw)
	}
	a := h.post("/triage/"+id+"/report", nil)
	if !strings.HasPrefix(a.Header.Get("Location"), "/report?draft=") {
		t.Fatalf("making a report: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if page := h.get(a.Header.Get("Location")); !strings.Contains(page.body, id) {
		t.Error("the words do not stand in the form")
	}
	if a := h.post("/triage/"+id+"/dismiss", url.Values{"reason": {"known"}}); a.Header.Get("Location") != "/triage" {
		t.Errorf("dismissing: status %d", a.StatusCode)
	}
	for _, path := range []string{"/triage/" + id + "/dismiss", "/triage/T-none/report"} {
		if a := h.post(path, url.Values{"reason": {"x"}}); a.StatusCode < 400 {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
}

// TestPeer_S03_HostileTips: what an unauthenticated sender writes is text on every page that shows it.
func TestPeer_S03_HostileTips(t *testing.T) {
	shots := func(text string) (list []shot) {
		h := start(t)
		sent := h.tell(text)
		h.be(coordinator)
		for _, a := range []answered{sent, h.get("/triage"), h.get("/report?entity=ca-demo-dmv")} {
			if a.StatusCode != http.StatusOK {
				t.Fatalf("%s with %q: status %d", a.Request.URL, text, a.StatusCode)
			}
			list = append(list, shot{a.Request.URL.Path, skeleton(parse(t, a.body))})
		}
		return list
	}
	want := shots("A")
	for _, text := range lines(195) {
		compare(t, text, want, shots(text))
	}
}
