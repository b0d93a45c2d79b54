// Package decisions tests the commands of an aggregate one at a time: given these facts, when this command comes, then these facts and
// consequences follow, or this refusal. Journeys show how commands play together; these tables show the guards of each.
package decisions

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// Row is one decision. A row without Then, Leads and Refused says that the command changes nothing.
type Row[C any] struct {
	Name       string
	Given      []record.Fact // by the coordinator, unless By says otherwise, each with every text
	Actor      string        // person id; the coordinator where empty
	Restricted []string      // members, of a restricted incident
	Told       []string      // authorities that have the incident
	When       C
	Then       []record.Fact
	Leads      []string // what follows beside facts, as Consequences writes it; nil where it does not matter
	Refused    fault.Kind
	About      string // part of the refusal that shows which guard refused
}

// Start is when the facts of a row were recorded; the command comes an hour later.
var (
	Start = time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC)
	Now   = Start.Add(time.Hour)
)

// Said holds a text under each name, for facts and for commands that need one.
func Said(names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[n] = "digest of " + n
	}
	return out
}

// by is a fact that somebody else than the coordinator caused.
type by struct {
	record.Fact
	actor string
}

// By makes a fact that of another person.
func By(person string, f record.Fact) record.Fact { return by{f, "person:" + person} }

// Recorded are facts as the record holds them.
func Recorded(texts map[string]string, facts ...record.Fact) (out []record.Recorded) {
	for i, f := range facts {
		r := record.Recorded{Fact: f, Version: int64(i + 1), At: Start, Actor: "person:coord", Texts: texts}
		if other, ok := f.(by); ok {
			r.Fact, r.Actor = other.Fact, other.actor
		}
		out = append(out, r)
	}
	return out
}

// Run checks each row against a part of the incident. Every given fact has the texts.
func Run[S, C any, F record.Fact](t *testing.T, texts map[string]string, apply func(*S, F, record.Recorded),
	decide func(S, C, part.Case) ([]part.Outcome, error), rows []Row[C]) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.Name, func(t *testing.T) {
			var s S
			for _, r := range Recorded(texts, row.Given...) {
				apply(&s, r.Fact.(F), r)
			}
			outcomes, err := decide(s, row.When, row.Case(t))
			row.Check(t, outcomes, err)
		})
	}
}

// Case is what the command of a row is decided with.
func (row Row[C]) Case(t testing.TB) part.Case {
	actor := row.Actor
	if actor == "" {
		actor = "coord"
	}
	return part.Case{Env: Env(t, actor), Entity: "dmv", Restricted: len(row.Restricted) > 0, Members: row.Restricted, Told: row.Told}
}

// Check holds what a command led to against the row.
func (row Row[C]) Check(t testing.TB, outcomes []part.Outcome, err error) {
	t.Helper()
	if got := fault.KindOf(err); got != row.Refused || err != nil && !strings.Contains(err.Error(), row.About) {
		t.Fatalf("refused as %q: %v; want %q about %q", got, err, row.Refused, row.About)
	}
	var facts []record.Fact
	for _, o := range outcomes {
		for _, d := range o.Facts {
			facts = append(facts, d.Fact)
		}
	}
	if !slices.EqualFunc(facts, row.Then, func(a, b record.Fact) bool { return reflect.DeepEqual(a, b) }) {
		t.Errorf("led to %s\nwant %s", written(facts), written(row.Then))
	}
	if got := Consequences(outcomes); row.Leads != nil && !slices.Equal(got, row.Leads) {
		t.Errorf("has the consequences %q\nwant %q", got, row.Leads)
	}
}

func written(facts []record.Fact) string {
	var out []string
	for _, f := range facts {
		out = append(out, fmt.Sprintf("%s %+v", f.FactName(), f))
	}
	return strings.Join(out, ", ")
}

// Consequences are what follows beside facts, a line for each: "tell <kind>: <recipients>", "owe <rule>: <who>",
// "end <rules> as <how>", "withdraw <kind>" and "arrived <kind>", in alphabetical order.
func Consequences(outcomes []part.Outcome) []string {
	told := map[string][]string{}
	lines := []string{}
	for _, o := range outcomes {
		for _, s := range o.Settle {
			lines = append(lines, map[bool]string{true: "arrived ", false: "withdraw "}[s.Arrived]+s.Kind)
		}
		for _, d := range o.Discharge {
			lines = append(lines, "end "+strings.TrimSpace(d.Until+" "+strings.Join(d.Rules, " "))+" as "+d.How)
		}
		for _, d := range o.Owe {
			lines = append(lines, "owe "+d.Duty.Rule+": "+recipient(d.Duty.By))
		}
		for _, n := range o.Tell {
			told[n.Kind] = append(told[n.Kind], recipients(n)...)
		}
	}
	for kind, people := range told {
		lines = append(lines, "tell "+kind+": "+strings.Join(slices.Sorted(slices.Values(people)), " "))
	}
	slices.Sort(lines)
	return lines
}

func recipients(n part.Notice) []string {
	switch {
	case n.Tool != "":
		return []string{"tool " + n.Tool}
	case n.To != policy.Recipient{}:
		return []string{recipient(n.To)}
	}
	return n.People
}

func recipient(r policy.Recipient) string { return strings.Trim(r.Person+r.Role+" "+r.Authority, " ") }

// Env is what commands are decided with, as a person acts.
func Env(t testing.TB, person string) part.Env {
	actor := access.Actor{ID: "person:" + person, Person: person, Name: person}
	return part.Env{Now: Now, Actor: actor, Pack: rules{}, How: rules{}, Dir: Directory(t)}
}

// Directory has an agency with somebody in each office, its state, another agency, and two authorities.
func Directory(t testing.TB) *directory.Snapshot {
	t.Helper()
	in := directory.Import{
		Entities: []directory.Entity{{ID: "state", Name: "State", Pack: "p"}, {ID: "dmv", Name: "Motor Vehicles", Parent: "state"},
			{ID: "parks", Name: "Parks", Parent: "state"}},
		Authorities: []directory.Authority{{ID: "soc", Name: "SOC", Email: "soc@example.org"},
			{ID: "police", Name: "Police", Email: "p@example.org"}},
		Assets: []directory.Asset{{ID: "web", Entity: "dmv", Name: "Portal", Rating: "high", Owner: "owner"},
			{ID: "trees", Entity: "parks", Name: "Trees", Rating: "low"}},
	}
	for id, office := range map[string]directory.Assignment{
		"iso": {Role: "iso", Entity: "dmv"}, "rep": {Role: "designated_reporter", Entity: "dmv"}, "head": {Role: "agency_head", Entity: "dmv"},
		"owner": {Role: "information_owner", Entity: "dmv"}, "tech": {Role: "technical_support", Entity: "dmv"},
		"coord": {Role: "ir_coordinator", Entity: "state"}, "second": {Role: "ir_coordinator", Entity: "state"},
		"press": {Role: "communications", Entity: "state"}, "counsel": {Role: "legal", Entity: "state"},
		"officer": {Role: "authority_officer", Authority: "police"}, "ranger": {Role: "iso", Entity: "parks"},
	} {
		in.People = append(in.People, directory.Person{ID: id, Name: id, Email: id + "@example.org", Roles: []directory.Assignment{office}})
	}
	slices.SortFunc(in.People, func(a, b directory.Person) int { return strings.Compare(a.ID, b.ID) })
	s, err := directory.NewSnapshot(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rules is a small policy: what commands ask of it, and nothing that it assesses.
type rules struct {
	part.Policy
	part.Procedures
}

func (rules) Coordinator() policy.Recipient {
	return policy.Recipient{Role: "ir_coordinator", At: "state"}
}

func (rules) Corrective() policy.Corrective { return policy.DefaultCorrective() }

func (rules) Playbooks() []policy.Playbook { return []policy.Playbook{{ID: "play"}} }

func (rules) ControlSections() []policy.ControlSection {
	return []policy.ControlSection{{Title: "Post-Incident Analysis"}}
}

func (rules) RuleByID(id string) (policy.Rule, bool) {
	return policy.Rule{ID: id}, id == "start-high"
}

func (rules) Informing() policy.Informing {
	both := []policy.Recipient{{Role: "communications", At: "state"}, {Role: "legal", At: "state"}}
	return policy.Informing{Audiences: []policy.Audience{
		{ID: "managers", Title: "Managers", To: []policy.Recipient{{Role: "agency_head", At: "entity"}}},
		{ID: "police", Title: "Police", To: []policy.Recipient{{Authority: "police"}},
			Approvals: both}, {ID: "public", Title: "Public", Approvals: both}}}
}
