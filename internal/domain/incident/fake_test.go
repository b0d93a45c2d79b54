package incident

import (
	"fmt"
	"testing"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/policy"
)

var t0 = time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC)

// rules is a small policy with every kind of consequence: a matrix on liability, a role told at high, two authorities,
// duties of each discharge.
type rules struct{}

func (rules) Playbooks() []policy.Playbook {
	return []policy.Playbook{{ID: "play", Steps: []policy.Step{
		{ID: "cut", Title: "Cut", Aim: policy.AimContainment, Role: "technical_support"},
		{ID: "clean", Title: "Clean", Aim: policy.AimEradication, Role: "technical_support", After: []string{"cut"}},
		{ID: "tell", Title: "Tell", Aim: policy.AimCommunication, Role: "communications", Optional: true}}}}
}

func (rules) ControlSections() []policy.ControlSection {
	return []policy.ControlSection{{Title: "Post-Incident Analysis"}}
}

func (rules) RuleByID(id string) (policy.Rule, bool) {
	return policy.Rule{ID: id}, id == "start-high"
}

func (rules) Cited(clause string) string { return clause }

func (rules) Corrective() policy.Corrective { return policy.DefaultCorrective() }

func (rules) Phases() []policy.Phase {
	return []policy.Phase{{ID: "detection"}, {ID: "containment", Aims: []policy.Aim{policy.AimContainment, policy.AimEradication}},
		{ID: "post_incident"}}
}

func (rules) Informing() policy.Informing {
	item := func(id string, material bool, fields ...string) policy.Item {
		return policy.Item{ID: id, Report: policy.ReportManagement, Fields: fields, Material: material}
	}
	both := []policy.Recipient{{Role: "communications", At: "state"}, {Role: "legal", At: "state"}}
	return policy.Informing{Items: []policy.Item{{ID: "reporter", Report: "initial", Fields: []string{"reporter.email"}}, item("status", true,
		"record.status"),
		item("where", true, "management.location"), item("who", false, "management.discovered_by.name", "management.discovered_by.email",
			"management.discovered_by.phones")},
		Audiences: []policy.Audience{{ID: "managers", Title: "Managers", To: []policy.Recipient{{Role: "agency_head", At: "entity"}}},
			{ID: "police", Title: "Police", To: []policy.Recipient{{Authority: "police"}}, Approvals: both}, {ID: "public", Title: "Public",
				Approvals: both}}}
}

func (rules) Coordinator() policy.Recipient {
	return policy.Recipient{Role: "ir_coordinator", At: "state"}
}

func (rules) Acknowledge(string) (policy.Acknowledge, bool) {
	return policy.Acknowledge{Chase: time.Hour, Due: 2 * time.Hour, Escalate: 4 * time.Hour, To: policy.Recipient{Role: "ir_coordinator",
		At: "state"}, Clause: "CA step 1"}, true
}

// OwedOn owes something within an hour on every occasion, an answer and an item within a day.
func (rules) OwedOn(on policy.Occasion, at time.Time) (policy.Duty, bool) {
	coordinator := policy.Recipient{Role: "ir_coordinator", At: "state"}
	return map[policy.Occasion]policy.Duty{
		policy.OnQuestion: {Rule: "answer", What: "Answer the question", By: policy.Recipient{Role: "iso", At: "entity"},
			Due: at.Add(24 * time.Hour), Discharge: policy.DischargeAnswered},
		policy.OnChange: {Rule: "again", What: "Report the change", By: coordinator, Due: at.Add(time.Hour),
			Discharge: policy.DischargeManagement},
		policy.OnAsked: {Rule: "asked", What: "State what was asked for", Warn: at.Add(20 * time.Hour), Due: at.Add(24 * time.Hour),
			Escalate: at.Add(25 * time.Hour), EscalateTo: coordinator,
			Discharge: policy.DischargeItem, Clause: "MA 6.5.2.3"},
		policy.OnEnded: {Rule: "validate", What: "Validate", By: coordinator, Due: at.Add(time.Hour), Discharge: policy.DischargeValidated,
			Clause: "MA 6.3.1.1.3"},
	}[on], true
}

func (rules) Assess(in policy.Inputs) policy.Assessment {
	a := policy.Assessment{Reportability: policy.Reportability{Answer: policy.Yes}}
	a.Rating = rateOn(in)
	if in.Level != "" {
		a.Rating = policy.Rating{Level: in.Level}
	}
	filed := !in.Events["received"].IsZero()
	if filed {
		a.Tell = append(a.Tell, policy.Tell{Rule: "tell-soc", To: policy.Recipient{Authority: "soc"}, Track: true, Confirms: true, Clause: "X 1"},
			policy.Tell{Rule: "tell-police", To: policy.Recipient{Authority: "police"}, Track: true, Confirms: true, Clause: "X 1"})
		a.Duties = append(a.Duties, policy.Duty{Rule: "written", Due: in.Events["received"].Add(10 * 24 * time.Hour),
			Discharge: policy.DischargeWritten, By: policy.Recipient{Role: "iso", At: "entity"}},
			policy.Duty{Rule: "items", Due: in.Events["received"].Add(72 * time.Hour), Discharge: policy.DischargeItems,
				By: policy.Recipient{Role: "iso", At: "entity"}},
			policy.Duty{Rule: "triage", Due: in.Events["received"].Add(time.Hour), Discharge: policy.DischargeRated,
				By: policy.Recipient{Role: "ir_coordinator", At: "state"}})
	}
	if at, ok := in.Events["telephoned"]; ok {
		a.Duties = append(a.Duties, policy.Duty{Rule: "file", Due: at.Add(24 * time.Hour), Discharge: policy.DischargeFiled,
			By: policy.Recipient{Role: "iso", At: "entity"}})
	}
	if a.Rating.Level == policy.High {
		a.Tell = append(a.Tell, policy.Tell{Rule: "tell-head", To: policy.Recipient{Role: "agency_head", At: "entity"}, Clause: "X 2",
			Report: policy.ReportManagement})
		a.Duties = append(a.Duties, policy.Duty{Rule: "start-high", Due: in.Events["rated"], Discharge: policy.DischargeResponse,
			By: policy.Recipient{Role: "ir_coordinator", At: "state"}})
	}
	if !in.Stated["reporter.email"] {
		a.Missing = append(a.Missing, policy.Item{ID: "reporter"})
	}
	return a
}

func rateOn(in policy.Inputs) policy.Rating {
	r := policy.Rating{Level: policy.Unrated}
	if in.LiabilityUSD != nil {
		switch n := *in.LiabilityUSD; {
		case n >= 1_000_000:
			r.Level = policy.High
		case n >= 100_000:
			r.Level = policy.Medium
		default:
			r.Level = policy.Low
		}
		r.Reasons = []policy.Reason{{Rule: "liability", Text: fmt.Sprint("liability ", r.Level)}}
	}
	r.Provisional = r.Level != policy.High && r.Level != policy.Unrated && in.HumanSafety == nil
	return r
}

func book(t testing.TB) *directory.Snapshot {
	t.Helper()
	s, err := directory.NewSnapshot(directory.Import{
		Entities: []directory.Entity{{ID: "state", Name: "State", Pack: "p"}, {ID: "dmv", Name: "Motor Vehicles", Parent: "state"}},
		Authorities: []directory.Authority{{ID: "soc", Name: "SOC", Email: "soc@example.org"}, {ID: "police", Name: "Police",
			Email: "p@example.org"}},
		People: []directory.Person{
			{ID: "iso", Name: "Iso", Email: "iso@example.org", Roles: []directory.Assignment{{Role: "iso", Entity: "dmv"},
				{Role: "designated_reporter", Entity: "dmv"}}},
			{ID: "rep", Name: "Rep", Email: "rep@example.org", Roles: []directory.Assignment{{Role: "designated_reporter", Entity: "dmv"}}},
			{ID: "head", Name: "Head", Email: "head@example.org", Roles: []directory.Assignment{{Role: "agency_head", Entity: "dmv"}}},
			{ID: "officer", Name: "Officer", Email: "o@example.org", Roles: []directory.Assignment{{Role: "authority_officer",
				Authority: "police"}}},
			{ID: "deputy", Name: "Deputy", Email: "d@example.org", Roles: []directory.Assignment{{Role: "authority_officer", Authority: "police"}}},
			{ID: "press", Name: "Press", Email: "press@example.org", Roles: []directory.Assignment{{Role: "communications", Entity: "state"}}},
			{ID: "counsel", Name: "Counsel", Email: "law@example.org", Roles: []directory.Assignment{{Role: "legal", Entity: "state"}}},
			{ID: "coord", Name: "Coord", Email: "c@example.org", Roles: []directory.Assignment{{Role: "ir_coordinator", Entity: "state"}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// life runs commands one after the other on one incident and keeps its facts.
type life struct {
	t     testing.TB
	facts []Recorded
	env   Env
	ids   int
}

func begin(t testing.TB) *life {
	l := &life{t: t}
	l.env = Env{Now: t0, Actor: access.Actor{ID: "person:iso", Name: "Iso"}, Pack: rules{}, How: rules{}, Dir: book(t),
		NewID: func() string { l.ids++; return fmt.Sprintf("m%d", l.ids) }}
	return l
}

func (l *life) state() State { return Fold(l.facts) }

func (l *life) try(c Command) ([]Fact, error) {
	drafts, err := Decide(l.state(), c, l.env)
	var facts []Fact
	for _, d := range drafts {
		l.facts = append(l.facts, Recorded{Fact: d.Fact, Version: int64(len(l.facts) + 1), At: l.env.Now, Actor: l.env.Actor.ID, Texts: d.Texts})
		facts = append(facts, d.Fact)
	}
	return facts, err
}

func (l *life) do(c Command) []Fact {
	l.t.Helper()
	facts, err := l.try(c)
	if err != nil {
		l.t.Fatalf("%T: %v", c, err)
	}
	return facts
}

func (l *life) wait(d time.Duration) { l.env.Now = l.env.Now.Add(d) }

func (l *life) messages(kind string) (out []Message) {
	for _, m := range l.state().Messages {
		if m.Kind == kind {
			out = append(out, m)
		}
	}
	return out
}

func (l *life) deliver(authority string) {
	l.t.Helper()
	for _, m := range l.state().Messages {
		if m.Authority == authority && m.Status == MessageOwed {
			l.do(MessageOutcome{Message: m.ID, Outcome: OutcomeDelivered})
		}
	}
}

func files(kind string, liability *int64) Report {
	f := Filing{Entity: "dmv", Kind: kind, Description: "x"}
	if liability != nil {
		f.Impact = &Impact{LiabilityUSD: liability}
	}
	return Report{Filing: f, Number: "N"}
}

func usd(n int64) *int64 { return &n }
