package web_test

import "testing"

// A team is named on its page, its gaps are said, what was typed is kept where it is refused, and whoever is of it says that they are away;
// what they led comes back and stands in the work of whoever has it. MA 6.3.1, MA 6.3.2.1
func TestTeamPages(t *testing.T) {
	h, number := inquiry(t)
	at := "/team/ma-state"
	h.sent("/incidents/"+number+"/response", 303, "lead", "ma-lead", "begun", "Cut off.", "playbook", "ma-play-malware")
	h.says(h.ok("/work?kind=lead"), number, "You lead the response")
	order := "/incidents/" + number + "/tasks/order"
	h.says(h.ok("/incidents/"+number+"/response?move=t2"), `id="move" open`, `<option value="t2" selected>`)
	h.says(h.sent(order, 409, "task", "t4", "before", "t1"), "t4 comes after", `id="move" open`, `<option value="t4" selected>`, `<option value="t1" selected>`)
	h.sent(order, 303, "task", "t1", "before", "t1") // stays where it is: at the end it would come after what waits for it
	h.says(h.ok("/board"), number, "Katrin Medeiros", "Detection and analysis", "As a table")
	h.says(h.ok(at), "Nobody is named as Incident Response Coordinator", "Nobody is named yet", "MA 6.3.1.1.7")
	h.sent(at+"/members", 404, "person", "ma-lead", "role", "ir_lead")
	h.be("ma-coordinator")
	h.says(h.ok("/team"), "Registry of Motor Vehicles", "Nobody")
	h.sent("/incidents/"+number+"/marking", 303, "marking", "confidential", "reason", "It names people.")
	for _, list := range []string{"/board", "/work", "/"} {
		h.says(h.ok(list), "tag--marking\">Confidential")
	}
	h.says(h.sent(at+"/members", 422, "person", "ma-lead", "role", "forensics", "provider", "Kept name", "contract", "c", "telephone", "t"), `id="problems"`, "Kept name", "does not hold the office")
	h.says(h.sent(at+"/members", 422, "person", "ma-lead", "role", "ir_lead", "order", "first"), "no number", `value="first"`)
	h.sent(at+"/members", 303, "person", "ma-coordinator", "role", "ir_coordinator")
	h.sent(at+"/members", 303, "person", "ma-lead", "role", "ir_lead")
	h.sent(at+"/members", 303, "person", "ma-forensics", "role", "forensics", "provider", "Harbor", "contract", "X-77", "telephone", "+1 617 555 0142", "valid_from", "2025-01-01", "valid_until", "2025-12-31")
	h.says(h.ok(at), "is the only Incident Response Coordinator and has no deputy", "The retainer of Claudine Hartwell has run out", "Harbor", "617 555 0142", "Has run out")
	h.sent(at+"/members/change", 303, "member", "m1", "deputy", "ma-ciso", "order", "1")
	h.says(h.sent(at+"/members/remove", 422, "member", "m2", "reason", ""), "reason", `id="problems"`)
	h.says(h.ok("/incidents/"+number+"/response"), "Harbor", "call-out", "X-77")
	h.be("ma-lead")
	h.says(h.ok(at), "I am away", "I accept what is listed here", "is told by mail")
	h.sent(at+"/accept", 303, "member", "m2")
	h.says(h.sent(at+"/absences", 422, "from", "2020-01-01"), "too far off")
	h.sent(at+"/absences", 303, "until", "")
	h.says(h.ok(at), "Away now", "Nobody stands in", "Nobody of Incident Response Lead can be reached now")
	h.sent(at+"/absences/end", 303, "absence", "a1")
	h.says(h.ok(at), "Nobody is away")
	h.says(h.ok("/work?kind=handover"), "Nothing of this kind waits for you")
	h.says(h.ok("/board?level=high&entity=ma-demo-dph"), "The whole board")
	for _, path := range []string{at, "/team", "/work", "/board", "/board?level=none"} {
		for _, flaw := range flaws(parse(t, h.get(path).body)) {
			t.Errorf("%s: %s", path, flaw)
		}
	}
}
