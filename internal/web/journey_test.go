package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestMainJourney files, reads the confirmation, finds the mail, acknowledges from it and sees it, without script.
func TestMainJourney(t *testing.T) {
	h := start(t)
	h.be(iso)
	number := h.filed(url.Values{"description": {"A laptop is missing."}})
	h.kit.Deliver()
	h.kit.Sequence()
	confirmation := h.get("/filed/" + number + "/1")
	if !strings.Contains(confirmation.body, number) || !strings.Contains(confirmation.body, "What happens next") {
		t.Error("the confirmation does not show the number and what happens next")
	}
	var link []string
	for n := range h.kit.Post.Taken() {
		link = regexp.MustCompile(`href="(/a/[^"]+)"`).FindStringSubmatch(h.get(fmt.Sprintf("/demo/mailbox/%d", n+1)).body)
		if link != nil {
			break
		}
	}
	if link == nil {
		t.Fatal("the mail has no link that can be followed")
	}
	for range 3 {
		h.get(link[1])
	}
	for _, track := range h.view(number).Tracks {
		if track.Status != "delivered" {
			t.Fatalf("reading the link acknowledged: %+v", track)
		}
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
	h := seeded(t, 1)
	number := h.first()
	at := "/incidents/" + number
	var owed string
	for _, d := range h.view(number).May.Discharge {
		owed = d
	}
	acts := []struct {
		person, act string
		form        url.Values
		status      int
		then        string // stands on the incident's page, or on the refused form
	}{
		{duty, "/ask", url.Values{"authority": {"ca-ois"}, "question": {"Who had the key?"}}, 303, "Who had the key?"},
		{iso, "/answer", url.Values{"question": {"q1"}, "answer": {"The mail room."}}, 303, "The mail room."},
		{iso, "/answer", url.Values{"question": {"q1"}, "answer": {"  "}}, 422, "The answer is missing."},
		{duty, "/close", url.Values{"authority": {"ca-ois"}, "reason": {" "}}, 422, "The reason is missing."},
		{duty, "/acknowledge", url.Values{"authority": {"ca-ois"}}, 303, "Acknowledged"},
		{investigator, "/decline", url.Values{"authority": {"ca-chp-cciu"}, "reason": {"Local police have it."}}, 303, "Declined"},
		{coordinator, "/rate", url.Values{"level": {"medium"}, "reason": {"Seen it."}}, 303, "Decided by Imani Reyes"},
		{coordinator, "/rate", url.Values{"level": {"unrated"}, "reason": {"Seen it."}}, 422, "The rating is missing."},
		{coordinator, "/post-incident-report", url.Values{"required": {"yes"}, "reason": {"To learn."}}, 303, "Post-incident report"},
		{coordinator, "/post-incident-report", url.Values{"required": {"maybe"}, "reason": {"x"}}, 422, "The decision is missing."},
		{iso, "/discharge", url.Values{"duty": {owed}, "statement": {"Done at noon."}}, 303, "Done ("},
		{investigator, "/assign", url.Values{"authority": {"ca-chp-cciu"}, "person": {"ca-cciu-sergeant"}, "note": {"You know the place."}}, 303, "Luis Amador has it"},
		{coordinator, "/restrict", url.Values{"known": {iso}, "reason": {""}}, 422, "The reason is missing."},
		{coordinator, "/restrict", url.Values{"members": {"nobody@demo.test <b>"}, "reason": {"An insider."}}, 422, "nobody@demo.test &lt;b&gt;"},
		{coordinator, "/restrict", url.Values{"members": {"nobody@demo.test"}, "reason": {"An insider."}}, 422, "the directory has nobody under"},
		{coordinator, "/restrict", url.Values{"known": {iso}, "members": {"gordon.sallis@dmv.ca.example, noor.haddad@dmv.ca.example"}, "reason": {"An insider."}}, 303, "An insider."},
		{coordinator, "/members/add", url.Values{"member": {" "}}, 422, "The e-mail address is missing."},
		{coordinator, "/members/add", url.Values{"member": {"beatriz.almeida@dmv.ca.example"}}, 303, "Beatriz Almeida"},
		{coordinator, "/members/remove", url.Values{"person": {"ca-dmv-counsel"}}, 303, "Noor Haddad"},
		{coordinator, "/release", url.Values{"reason": {""}}, 422, "The reason is missing."},
		{coordinator, "/release", url.Values{"reason": {"It was nothing."}}, 303, "Restrict to named members"},
		{iso, "/discharge", url.Values{"duty": {"d9"}, "statement": {"Done."}}, 404, "Page not found"},
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
	h.be(duty)
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
	h.be(iso)
	if a := h.post("/report", form); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sending it again: status %d", a.StatusCode)
	}
	v := h.view(h.first())
	if got := v.Filings[0].Content.Description; got != `typed "for" an hour` {
		t.Errorf("filed %q", got)
	}
}

// TestTelephone records a call; it is not a filing, and the report can follow on it.
func TestTelephone(t *testing.T) {
	h := start(t)
	h.be(iso)
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
	v := h.view(h.first())
	if got := v.Telephone[0].CalledAt.Format("2006-01-02T15:04:05Z07:00"); got != "2026-11-21T02:10:00-08:00" {
		t.Errorf("called at %s", got)
	}
}

// TestGlass opens an incident by breaking the glass and reviews it; who may do neither finds no such page.
func TestGlass(t *testing.T) {
	h := seeded(t, 1)
	number := h.first()
	if err := h.kit.Restrict(t.Context(), h.kit.As(coordinator), number, nil, "An insider."); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		person string
		path   string
		form   url.Values
		status int
		then   string
	}{
		{"ca-ciso", "/glass", url.Values{"incident": {number}, "reason": {""}}, 422, "The reason is missing."},
		{"ca-ciso", "/glass", url.Values{"incident": {absentNumber}, "reason": {"x"}}, 404, "Page not found"},
		{"ca-ciso", "/glass", url.Values{"incident": {number}, "reason": {"Nobody answers."}}, 303, "The alarm was rung"},
		{coordinator, "/reviews", url.Values{"incident": {number}, "breaking": {"g1"}, "finding": {""}}, 422, "The finding is missing."},
		{coordinator, "/reviews", url.Values{"incident": {number}, "breaking": {"g1"}, "finding": {"It was needed."}}, 303, "It was needed."},
	} {
		h.be(c.person)
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
	for _, person := range []string{iso, duty} {
		h.be(person)
		for _, path := range []string{"/glass", "/reviews"} {
			if a, none := h.get(path), h.get("/nothing-here"); a.StatusCode != none.StatusCode || a.body != none.body && !strings.Contains(a.body, "Page not found") {
				t.Errorf("%s as %s: %d", path, person, a.StatusCode)
			}
		}
	}
}
