package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/web"
)

// failing takes no filing, though everything else works.
type failing struct{ web.Filings }

func (failing) File(context.Context, access.Actor, incident.Filing, app.FileOptions) (app.Answer, error) {
	return app.Answer{}, errors.New("disk is full")
}

// TestMainJourney files, reads the confirmation, finds the mail, acknowledges from it and sees it, without script.
func TestMainJourney(t *testing.T) {
	h := start(t)
	h.be("ca-dmv-iso")
	a := h.post("/report", url.Values{"entity": {"ca-demo-dmv"}, "act": {"file"}, "kind": {"initial"}, "description": {"A laptop is missing."}})
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("filing: status %d", a.StatusCode)
	}
	confirmation := h.get(a.Header.Get("Location"))
	number := h.first()
	if !strings.Contains(confirmation.body, number) || !strings.Contains(confirmation.body, "What happens next") {
		t.Error("the confirmation does not show the number and what happens next")
	}
	mail := h.get("/demo/mailbox/1")
	link := regexp.MustCompile(`href="(/a/[A-Z0-9]+)"`).FindStringSubmatch(mail.body)
	if link == nil {
		t.Fatal("the mail has no link that can be followed")
	}
	for range 3 {
		h.get(link[1])
	}
	if v, _ := h.fake.Incident(context.Background(), access.Actor{}, number); v.Tracks[0].Status != "delivered" {
		t.Fatal("reading the link acknowledged")
	}
	if a := h.post(link[1], url.Values{}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("acknowledging: status %d", a.StatusCode)
	}
	if a := h.get("/incidents/" + number); !strings.Contains(a.body, "Acknowledged") {
		t.Error("the incident's page does not show the acknowledgement")
	}
	receipt := h.get("/incidents/" + number + "/receipts/1/receipt.json")
	var r map[string]any
	if err := json.Unmarshal([]byte(receipt.body), &r); err != nil || r["incident"] != number {
		t.Errorf("receipt file: %v %v", err, r["incident"])
	}
	if d := receipt.Header.Get("Content-Disposition"); d != `attachment; filename="tocsin-receipt-`+number+`-1.json"` {
		t.Errorf("receipt file is called %s", d)
	}
}

// TestActs performs each act on an incident and looks for its trace, and for the form with what was typed after a refusal.
func TestActs(t *testing.T) {
	h := start(t)
	h.fake.Seed(1)
	at := "/incidents/" + h.first()
	acts := []struct {
		person, act string
		form        url.Values
		status      int
		then        string // stands on the incident's page, or on the refused form
	}{
		{"ca-ois-duty", "/ask", url.Values{"authority": {"ca-ois"}, "question": {"Who had the key?"}}, 303, "Who had the key?"},
		{"ca-dmv-iso", "/answer", url.Values{"question": {"q1"}, "answer": {"The mail room."}}, 303, "The mail room."},
		{"ca-dmv-iso", "/answer", url.Values{"question": {"q1"}, "answer": {"  "}}, 422, "The answer is missing."},
		{"ca-ois-duty", "/close", url.Values{"authority": {"ca-ois"}, "reason": {"too short <b>"}}, 422, "too short &lt;b&gt;"},
		{"ca-ois-duty", "/acknowledge", url.Values{"authority": {"ca-ois"}}, 303, "Acknowledged"},
		{"ca-chp-cciu", "/decline", url.Values{"authority": {"ca-chp-cciu"}, "reason": {"Local police have it."}}, 303, "Declined"},
		{"ma-ir-coordinator", "/rate", url.Values{"level": {"medium"}, "reason": {"Seen it."}}, 303, "Decided by Lee Whitman"},
		{"ma-ir-coordinator", "/rate", url.Values{"level": {"unrated"}, "reason": {"Seen it."}}, 422, "The rating is missing."},
		{"ma-ir-coordinator", "/post-incident-report", url.Values{"required": {"yes"}, "reason": {"To learn."}}, 303, "Post-incident report decided"},
		{"ma-ir-coordinator", "/post-incident-report", url.Values{"required": {"maybe"}, "reason": {"x"}}, 422, "The decision is missing."},
		{"ca-dmv-iso", "/discharge", url.Values{"duty": {"d2-" + h.first()}, "statement": {"Done at noon."}}, 303, "Done (1)"},
		{"ca-chp-cciu", "/assign", url.Values{"authority": {"ca-chp-cciu"}, "person": {"colleague"}, "note": {"You know the place."}}, 303, "colleague has it"},
		{"ma-ir-coordinator", "/restrict", url.Values{"known": {"ca-dmv-iso"}, "reason": {""}}, 422, "The reason is missing."},
		{"ma-ir-coordinator", "/restrict", url.Values{"members": {"nobody@demo.test"}, "reason": {"An insider."}}, 422, "the directory has nobody under"},
		{"ma-ir-coordinator", "/restrict", url.Values{"known": {"ca-dmv-iso"}, "members": {"a@demo.test, b@demo.test"}, "reason": {"An insider."}}, 303, "An insider."},
		{"ma-ir-coordinator", "/members/add", url.Values{"member": {" "}}, 422, "The e-mail address is missing."},
		{"ma-ir-coordinator", "/members/add", url.Values{"member": {"c@demo.test"}}, 303, "c@demo.test"},
		{"ma-ir-coordinator", "/members/remove", url.Values{"person": {"c@demo.test"}}, 303, "b@demo.test"},
		{"ma-ir-coordinator", "/release", url.Values{"reason": {""}}, 422, "The reason is missing."},
		{"ma-ir-coordinator", "/release", url.Values{"reason": {"It was nothing."}}, 303, "Restrict to named members"},
		{"ca-dmv-iso", "/discharge", url.Values{"duty": {"d9"}, "statement": {"Done."}}, 404, "Page not found"},
	}
	for _, c := range acts {
		h.be(c.person)
		a := h.post(at+c.act, c.form)
		if a.StatusCode != c.status {
			t.Errorf("%s by %s: status %d, want %d", c.act, c.person, a.StatusCode, c.status)
		}
		page := a
		if c.status == 303 {
			page = h.get(a.Header.Get("Location"))
		}
		if !strings.Contains(page.body, c.then) {
			t.Errorf("%s by %s: the page does not show %q", c.act, c.person, c.then)
		}
		for _, flaw := range flaws(parse(t, page.body)) {
			t.Errorf("after %s: %s", c.act, flaw)
		}
	}
	h.be("ca-ois-duty")
	if a := h.post(at+"/acknowledge", url.Values{"authority": {"ca-ois"}, "from": {"inbox"}}); a.Header.Get("Location") != "/inbox?done=acknowledged" {
		t.Errorf("acknowledging from the inbox leads to %q", a.Header.Get("Location"))
	}
}

// TestSessionEndsWhileTyping: what was typed comes back, to be sent again after signing in.
func TestSessionEndsWhileTyping(t *testing.T) {
	h := start(t)
	a := h.post("/report", url.Values{"entity": {"ca-demo-dmv"}, "act": {"file"}, "description": {`typed "for" an hour`}})
	if a.StatusCode != http.StatusUnauthorized {
		t.Fatalf("status %d", a.StatusCode)
	}
	form := url.Values{}
	for _, n := range find(parse(t, a.body), "input") {
		form.Add(n.attrs["name"], n.attrs["value"])
	}
	h.be("ca-dmv-iso")
	if a := h.post("/report", form); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sending it again: status %d", a.StatusCode)
	}
	v, _ := h.fake.Incident(context.Background(), access.Actor{}, h.first())
	if got := v.Filings[0].Content.Description; got != `typed "for" an hour` {
		t.Errorf("filed %q", got)
	}
}

// TestTelephone records a call; it is not a filing, and the report can follow on it.
func TestTelephone(t *testing.T) {
	h := start(t)
	h.be("ca-dmv-iso")
	bad := h.post("/report/telephone", url.Values{"entity": {"ca-demo-dmv"}, "caller": {""}, "reference": {"77-A"}})
	if bad.StatusCode != 422 || !strings.Contains(bad.body, "77-A") {
		t.Errorf("without a caller: status %d", bad.StatusCode)
	}
	a := h.post("/report/telephone", url.Values{"entity": {"ca-demo-dmv"}, "caller": {"Dana"}, "called": {"ENTAC"}, "called_at": {"2026-11-21T02:10"},
		"called_at.zone": {"America/Los_Angeles"}, "reference": {"77-A"}})
	if want := "/filed/" + h.first() + "/0"; a.Header.Get("Location") != want {
		t.Fatalf("leads to %q, want %q", a.Header.Get("Location"), want)
	}
	page := h.get(a.Header.Get("Location"))
	if !strings.Contains(page.body, "does not count as filed") || !strings.Contains(page.body, "/report?incident=") {
		t.Error("the page does not say that it is not filed, and how to file")
	}
	v, _ := h.fake.Incident(context.Background(), access.Actor{}, h.first())
	if got := v.Telephone[0].CalledAt.Format("2006-01-02T15:04:05Z07:00"); got != "2026-11-21T02:10:00-08:00" {
		t.Errorf("called at %s", got)
	}
}

// TestGlass opens an incident by breaking the glass and reviews it; who may do neither finds no such page.
func TestGlass(t *testing.T) {
	h := start(t)
	h.fake.Seed(1)
	h.be("ma-ir-coordinator")
	for _, c := range []struct {
		path   string
		form   url.Values
		status int
		then   string
	}{
		{"/glass", url.Values{"incident": {h.first()}, "reason": {""}}, 422, "The reason is missing."},
		{"/glass", url.Values{"incident": {"never"}, "reason": {"x"}}, 404, "Page not found"},
		{"/glass", url.Values{"incident": {h.first()}, "reason": {"Nobody answers."}}, 303, "The alarm was rung"},
		{"/reviews", url.Values{"incident": {h.first()}, "breaking": {"g1"}, "finding": {""}}, 422, "The finding is missing."},
		{"/reviews", url.Values{"incident": {h.first()}, "breaking": {"g1"}, "finding": {"It was needed."}}, 303, "It was needed."},
	} {
		a := h.post(c.path, c.form)
		if a.StatusCode != c.status {
			t.Errorf("%s %v: status %d, want %d", c.path, c.form, a.StatusCode, c.status)
		}
		if a.StatusCode == http.StatusSeeOther {
			a = h.get(a.Header.Get("Location"))
		}
		if !strings.Contains(a.body, c.then) {
			t.Errorf("%s %v: the page does not say %q", c.path, c.form, c.then)
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", c.path, flaw)
		}
	}
	for _, person := range []string{"ca-dmv-iso", "ca-ois-duty"} {
		h.be(person)
		for _, path := range []string{"/glass", "/reviews"} {
			if a, none := h.get(path), h.get("/nothing-here"); a.StatusCode != none.StatusCode || a.body != none.body && !strings.Contains(a.body, "Page not found") {
				t.Errorf("%s as %s: %d", path, person, a.StatusCode)
			}
		}
	}
}
