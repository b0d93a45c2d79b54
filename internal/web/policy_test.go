package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestPolicyPages(t *testing.T) {
	h, _ := realSite(t)
	h.be("ca-dmv-iso")
	for _, path := range []string{"/policy", "/policy/us-ca", "/policy/us-ma", "/policy/us-ca/try", "/policy/us-ma/try"} {
		a := h.get(path)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", path, flaw)
		}
	}
	for _, path := range []string{"/policy/none", "/policy/example-us-ca-matrix", "/policy/none/try", "/policy/..%2fus-ca"} {
		if a := h.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
	ma := h.get("/policy/us-ma").body
	for _, want := range []string{"Sources that nobody has verified", "Source not verified", "MA 6.5.1", "Closed in 2026", "Closed in 2027", "business days", "Christmas"} {
		if !strings.Contains(ma, want) {
			t.Errorf("the pack's page lacks %q", want)
		}
	}
}

// Each rule of a pack is on its page, for whoever is signed in: a rule that is not shown could not be argued with. MA 6.1.1, MA 6.1.1.1, MA 6.5,
// MA 6.6.2.1, MA 6.6.2.2, MA 6.6.2.3, MA Control Mapping, CA page process
func TestPolicyPageShowsEveryRule(t *testing.T) {
	h, kit := realSite(t)
	h.be("ca-dmv-iso")
	for _, id := range []string{"us-ca", "us-ma"} {
		v, err := kit.PolicyPack(t.Context(), kit.As("ca-dmv-iso"), id)
		if err != nil {
			t.Fatal(err)
		}
		body := h.get("/policy/" + id).body
		for _, r := range v.Rules() {
			switch r.Kind {
			case "reportable", "category", "personal information", "rating", "tell", "duty", "item", "advice", "statement",
				"phase", "responsibility", "playbook", "continuity", "audience", "corrective actions", "retention", "documents", "controls":
				if !strings.Contains(body, `<span class="mono">`+r.ID+`</span>`) {
					t.Errorf("%s: the %s %s is not shown", id, r.Kind, r.ID)
				}
			}
		}
	}
}

func TestTryTheRules(t *testing.T) {
	h, kit := realSite(t)
	h.be("ca-dmv-iso")
	empty := url.Values{} // as a browser sends a form that nobody filled in
	for _, name := range []string{"discovered_at", "occurred_at", "crime_suspected", "personal_information.involved", "personal_information.residents[0].state",
		"personal_information.residents[0].count", "impact.human_safety", "impact.asset_rating", "impact.information_class", "impact.liability_usd", "outage_minutes", "media_coverage"} {
		empty.Set(name, "")
	}
	empty.Set("discovered_at.zone", "America/New_York")
	empty.Set("occurred_at.zone", "America/New_York")
	none := h.post("/policy/us-ma/try", empty)
	if none.StatusCode != http.StatusOK || !strings.Contains(none.body, "Not rated") {
		t.Errorf("nothing stated: status %d", none.StatusCode)
	}
	bad := h.post("/policy/us-ma/try", url.Values{"impact.liability_usd": {"lots"}, "categories": {"malware"}})
	if bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, `value="lots"`) {
		t.Errorf("no number: status %d", bad.StatusCode)
	}
	unknown := h.post("/policy/us-ma/try", url.Values{"categories": {"<script>"}})
	if unknown.StatusCode != http.StatusUnprocessableEntity || strings.Contains(unknown.body, "<script>&") {
		t.Errorf("a category that is not there: status %d", unknown.StatusCode)
	}
	a := h.post("/policy/us-ma/try", url.Values{"impact.liability_usd": {"2,000,000"}, "impact.human_safety": {"yes"}, "categories": {"malware"},
		"discovered_at": {"2026-06-17T08:00"}, "discovered_at.zone": {"America/New_York"}, "personal_information.involved": {"yes"},
		"personal_information.residents[0].state": {"MA"}, "personal_information.residents[0].count": {"12"}})
	if a.StatusCode != http.StatusOK {
		t.Fatalf("status %d\n%s", a.StatusCode, a.body)
	}
	for _, flaw := range flaws(parse(t, a.body)) {
		t.Error(flaw)
	}
	trial, err := kit.TryPolicy(t.Context(), kit.As("ca-dmv-iso"), "us-ma", []byte(`{"impact": {"liability_usd": 2000000, "human_safety": true}, "categories": ["malware"],
"discovered_at": "2026-06-17T08:00:00-04:00", "personal_information": {"involved": "yes", "residents": {"MA": 12}}}`))
	if err != nil || trial.Rating.Level != "high" || len(trial.Duties) == 0 || len(trial.Tell) == 0 {
		t.Fatalf("%+v, %v", trial.Assessment, err)
	}
	for _, d := range trial.Duties {
		if !strings.Contains(a.body, d.What) {
			t.Errorf("the page does not say that %q is owed", d.What)
		}
	}
	if list := h.get("/incidents").body; !strings.Contains(list, "No incident") {
		t.Error("a trial left an incident")
	}
}
