package packs

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"sync"
	"testing"
	_ "time/tzdata"

	"tocsin/internal/domain/policy"
)

var update = flag.Bool("update", false, "write packs/schema.json anew")

// The published schema is the one that the decoder is made from.
func TestPublishedSchema(t *testing.T) {
	if *update {
		if err := os.WriteFile("schema.json", policy.Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	published, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(published, policy.Schema()) {
		t.Error("packs/schema.json is not what the pack format is now; run go test ./packs -update")
	}
}

// Every rule of a built-in pack says what it rests on and how far that was verified; only this installation's settings are
// no law, and they say so.
func TestRulesAreCited(t *testing.T) {
	for _, id := range IDs() {
		p, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rules() {
			if r.Citation == "" || r.Source == "" || r.Title == "" || r.Status == "" || r.Mark == "" {
				t.Errorf("%s: %+v", id, r)
			}
			if (r.Citation == "configuration") && r.Mark != "configuration" {
				t.Errorf("%s: %s is this installation's setting and not marked so", id, r.ID)
			}
		}
		for _, a := range p.Authorities() {
			if k, ok := p.Acknowledge(a.ID); !ok || k.Chase <= 0 || k.Due < k.Chase || k.Escalate < k.Due || k.To.Role == "" {
				t.Errorf("%s: %s answers in %+v", id, a.ID, k)
			}
		}
	}
}

// What the facts behind the packs mark unverified is marked so in the packs.
func TestUnverifiedIsMarked(t *testing.T) {
	for id, rules := range map[string][]string{
		"us-ca": {"ca-state-offices", "ca-s-not-closures", "preparation"},
		"us-ma": {"ma-state-offices", "juneteenth", "ma-s-counting"},
	} {
		p, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		marked := map[string]bool{}
		for _, r := range p.Rules() {
			if r.Unverified {
				marked[r.ID] = true
			}
		}
		for _, want := range rules {
			if !marked[want] {
				t.Errorf("%s: %s is not marked unverified", id, want)
			}
		}
	}
}

// A card number without its code is notice-triggering in Massachusetts and not in California.
func TestPersonalInformationDiffers(t *testing.T) {
	triggers := func(pack, id string) bool {
		p, err := Load(pack)
		if err != nil {
			t.Fatal(err)
		}
		for _, term := range p.PITypes() {
			if term.ID == id {
				return term.Triggers
			}
		}
		t.Fatalf("%s has no %s", pack, id)
		return false
	}
	if triggers("us-ca", "fin_account_no_code") || !triggers("us-ca", "fin_account") || !triggers("us-ma", "fin_account") {
		t.Error("a card number without its code")
	}
}

// No clock of the agency packs runs 30 or 15 days: those of section 1798.82 bind businesses.
func TestNoBusinessClocks(t *testing.T) {
	for _, id := range IDs() {
		p, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range p.Assess(full(atNoon)).Duties {
			if strings.Contains(d.Clock, "calendar days") || d.Due.Sub(atNoon).Hours() > 24*25 {
				t.Errorf("%s: %+v", id, d)
			}
		}
	}
}

func TestLoad(t *testing.T) {
	all := map[string]*policy.Pack{}
	for _, id := range IDs() {
		p, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		all[id] = p
	}
	if len(all) != 3 || all["us-ca"].ID != "us-ca" || all["us-ma"].Jurisdiction != "US-MA" {
		t.Errorf("%v", all)
	}
	if _, err := Load("nowhere"); err == nil {
		t.Error("a pack that is not there was loaded")
	}
	ca := all["us-ca"]
	for _, d := range []string{"us-ca", "us-ma"} {
		if again, err := Load(d); err != nil || again.Digest != all[d].Digest {
			t.Errorf("%s: the digest changes from one load to the next: %v", d, err)
		}
	}
	if under := all["example-us-ca-matrix"]; len(under.Matrix()) != 6 || len(ca.Matrix()) != 0 || len(under.Items()) != len(ca.Items()) {
		t.Error("the example lays a matrix over California's pack and leaves the rest")
	}
	if r, ok := ca.RuleByID("ca-ag-sample"); !ok || r.Kind != "duty" || r.Mark != "source" || len(ca.Phases()) != 4 ||
		len(ca.AllContacts()) != 3 {
		t.Errorf("%+v", r)
	}
	ma := all["us-ma"]
	if len(ma.Matrix()) != 9 || len(ma.ControlSections()) != 6 || ma.ControlSections()[2].Body != "6.5" ||
		ma.Calendar().Title() != "Massachusetts state offices" {
		t.Error("Massachusetts' matrix and control mapping")
	}
	if r := ma.Rate(full(atNoon)); r.Level != policy.High || len(r.Reasons) != 1 {
		t.Errorf("%+v", r)
	}
}

// A pack can be asked by many at once.
func TestConcurrentUse(t *testing.T) {
	p, err := Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	want := len(p.Assess(full(atNoon)).Duties)
	fresh, err := Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got := len(fresh.Assess(full(atNoon)).Duties); got != want {
					t.Errorf("%d duties, want %d", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// Cases that do not hold are found: a wrong level, instant, clause, recipient, item, closure or section.
func TestRunnerFindsWhatIsWrong(t *testing.T) {
	p, err := Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	facts := "-- a/facts --\nentity: e\nimpact: {liability_usd: 1000000}\n" +
		"record: {events: {received: \"2026-03-02T09:00:00-05:00\"}}\n-- a/want --\n"
	for want, problem := range map[string]string{
		"level: medium\n":                           "level: want",
		"provisional: true\n":                       "provisional: want",
		"proposed: low\n":                           "proposed: want",
		"open: [categories]\n":                      "open: want",
		"reportable: unknown\n":                     "reportable: want",
		"reasons: {ma-high-liability: MA 6.5.2}\n":  "reasons ma-high-liability clause",
		"reasons: {}\n":                             "reasons: want",
		"why: {}\n":                                 "why: want",
		"tell: {}\n":                                "tell: want",
		"duties: {ma-triage: {clause: MA 6.5.1}}\n": "ma-triage is not owed",
		"duties: {ma-start-response-high: {clause: MA 6}}\n":                                    "clause: want",
		"duties: {ma-start-response-high: {clause: MA 6.5.1, by: iso@entity}}\n":                "by: want",
		"duties: {ma-start-response-high: {clause: MA 6.5.1, due: none}}\n":                     "due: want none",
		"duties: {ma-start-response-high: {clause: MA 6.5.1, due: 2026-03-02T09:00:00Z}}\n":     "due: want 2026",
		"duties: {ma-start-response-high: {clause: MA 6.5.1, due: noon}}\n":                     "is no time",
		"not_owed: [ma-start-response-high]\n":                                                  "is owed",
		"not_owed: [ma-start]\n":                                                                "has no rule ma-start",
		"duties: {}\nnothing_else_owed: true\n":                                                 "duties: want []",
		"missing: {}\n":                                                                         "missing: want",
		"not_missing: [location]\n":                                                             "location is missing",
		"advice: {}\n":                                                                          "advice: want",
		"contacts: {\"2026-03-02T09:00:00-05:00\": []}\n":                                       "contacts at",
		"controls: {Post-Incident Analysis: [IR-9]}\n":                                          "controls for",
		"no_controls: [Post-Incident Analysis]\n":                                               "has controls",
		"categories: {}\n":                                                                      "categories: want",
		"phases: {}\n":                                                                          "phases: want",
		"statements: {ma-s-owner: MA 6.5}\n":                                                    "statement ma-s-owner: want",
		"levle: high\n":                                                                         "unknown key",
		"{}\n-- b/calendar --\ncalendar: ma-state-offices\nclosures: {\"2026\": []}\n":          "closures of 2026",
		"{}\n-- b/calendar --\ncalendar: ma-state-offices\nopen: [2026-12-25]\n":                "2026-12-25 is no business day",
		"{}\n-- b/calendar --\ncalendar: ma-state-offices\nclosed: [2026-12-24]\n":              "2026-12-24 is a business day",
		"{}\n-- b/calendar --\ncalendar: ma-state-offices\nnext: {2026-12-24: 2026-12-25}\n":    "business day after",
		"{}\n-- b/calendar --\ncalendar: ma-state-offices\nin_hours: [2026-12-25T09:00:00Z]\n":  "is not in hours",
		"{}\n-- b/calendar --\ncalendar: ma-state-offices\noff_hours: [2026-12-24T15:00:00Z]\n": "is in hours",
		"{}\n-- b/calendar --\ncalendar: none\n":                                                "has no calendar none",
		"{}\n-- b/wants --\nlevel: high\n":                                                      "a section is neither",
	} {
		var problems []string
		for _, r := range runFile("x.txtar", []byte(facts+want), p) {
			problems = append(problems, r.Problems...)
		}
		if !strings.Contains(strings.Join(problems, "\n"), problem) {
			t.Errorf("%q: want %q, got %q", want, problem, problems)
		}
	}
}
