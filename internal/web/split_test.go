package web_test

import (
	"regexp"
	"testing"
)

// A part is split off with its categories, which stand in the new incident's report; what was typed and chosen is kept where it is refused.
func TestSplitOff(t *testing.T) {
	h, number := inquiry(t)
	at := "/incidents/" + number + "/lifecycle"
	h.says(h.ok(at), "What kind of incident the part is (optional)", "Malware or malicious code")
	refused := h.sent(at+"/split", 422, "what", "The scanner", "categories", "malware", "categories", "probe", "reason", "")
	if h.says(refused, `id="problems"`, "The scanner"); len(regexp.MustCompile(`name="categories" value="(malware|probe)" checked`).FindAllString(refused, -1)) != 2 {
		t.Error("what was chosen is not kept")
	}
	h.sent(at+"/split", 422, "what", "The scanner", "categories", "poltergeist", "reason", "Another vendor.")
	h.sent(at+"/split", 303, "what", "The scanner", "categories", "malware", "reason", "Another vendor.")
	part := regexp.MustCompile(`Split into.*?href="/incidents/([^"/]+)"`).FindStringSubmatch(regexp.MustCompile(`\s+`).ReplaceAllString(h.ok(at), " "))
	if part == nil {
		t.Fatal("the new incident is not linked")
	}
	h.be("ma-coordinator")
	h.says(h.ok("/incidents/"+part[1]), "The scanner", "<dt>Kind</dt><dd class=\"prose\">Malware</dd>")
}
