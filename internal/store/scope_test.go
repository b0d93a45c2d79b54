package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

// kept is an incident of which the test asks who finds it.
type kept struct {
	number, entity string
	members        []string // of a restricted one
	police         bool     // has it
}

var keptIncidents = []kept{
	{number: "open", entity: "dmv", police: true},
	{number: "sealed", entity: "dmv", members: []string{"boss"}, police: true},
	{number: "foreign", entity: "parks"},
	{number: "confided", entity: "dmv", members: []string{"boss", "ana"}},
}

// asker is somebody with a scope, and the name under which work is theirs.
type asker struct {
	name, person string
	access.Scope
}

var askers = []asker{
	{"somebody of the place", "eve", access.Scope{Entities: []string{"dmv"}}},
	{"a member of the place", "ana", access.Scope{Entities: []string{"dmv"}, Person: "ana"}},
	{"a member from elsewhere", "ana", access.Scope{Person: "ana"}},
	{"a former member", "former", access.Scope{Entities: []string{"dmv"}, Person: "former"}},
	{"an authority", "officer", access.Scope{Authorities: []string{"police"}}},
	{"an authority with a place", "officer", access.Scope{Entities: []string{"parks"}, Authorities: []string{"police"}}},
	{"nobody", "", access.Scope{}},
}

func (a asker) place(k kept) bool  { return slices.Contains(a.Entities, k.entity) }
func (a asker) member(k kept) bool { return a.Person != "" && slices.Contains(k.members, a.Person) }

// reads is the rule of access.Scope. The others are its part for those who ask by name, and for counts that leave restricted ones out.
func (a asker) reads(k kept) bool {
	return a.works(k) || k.police && slices.Contains(a.Authorities, "police")
}

func (a asker) works(k kept) bool {
	return k.members == nil && a.place(k) || a.member(k)
}

func (a asker) owes(k kept) bool {
	return a.place(k) && (k.members == nil || a.member(k)) || k.police && slices.Contains(a.Authorities, "police")
}

func (a asker) counted(k kept) bool { return k.members == nil && a.place(k) }

// owed is what waits for somebody by their office or their authority.
func (a asker) owed() (out []incident.Owed) {
	if len(a.Entities) > 0 {
		out = append(out, incident.Owed{Role: "iso", Entities: a.Entities, Person: a.person})
	}
	for _, x := range a.Authorities {
		out = append(out, incident.Owed{Authority: x})
	}
	return out
}

// lists are all queries over incidents that ask for a scope or for whom something waits, each with the rule that it keeps and the numbers
// of the incidents that it finds.
var lists = map[string]struct {
	rule func(asker, kept) bool
	ask  func(ctx context.Context, c *Record, a asker) ([]string, error)
}{
	"list": {asker.reads, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		return numbers(incidentNumber)(c.List(ctx, a.Scope, incident.Filter{Limit: 100}))
	}},
	"what changed": {asker.reads, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		return numbers(incidentNumber)(c.List(ctx, a.Scope, incident.Filter{Order: incident.Changed, ChangedAfter: 1, Limit: 100}))
	}},
	"open duties": {asker.reads, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		return numbers(dutyNumber)(c.OpenDuties(ctx, a.Scope, 100))
	}},
	"duties of offices": {asker.owes, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		return numbers(dutyNumber)(c.DutiesOf(ctx, a.owed(), 100))
	}},
	"work": {asker.works, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		return numbers(func(w incident.Work) string { return w.Number })(c.WorkFor(ctx, a.Scope, a.person, a.owed(), "", 100))
	}},
	"board": {asker.works, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		cards, _, err := c.Cards(ctx, a.Scope, incident.PhaseDetection, "", 100)
		return numbers(func(x incident.Card) string { return x.Number })(cards, err)
	}},
	"corrective actions": {asker.reads, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		return numbers(actionNumber)(c.CorrectiveActions(ctx, a.Scope, openActions))
	}},
	"corrective actions of somebody": {asker.reads, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		f := openActions
		f.Owners = []string{"boss"}
		return numbers(actionNumber)(c.CorrectiveActions(ctx, a.Scope, f))
	}},
	"indicators": {asker.reads, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		match := investigation.Match(investigation.Domain, "evil.example")
		return numbers(func(s investigation.Shared) string { return s.Incident })(c.IncidentsWith(ctx, a.Scope, match, "other", 100))
	}},
	"shared indicators": {asker.reads, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		return numbers(func(s investigation.Shared) string { return s.Incident })(c.SharedIndicators(ctx, a.Scope, "other", 100))
	}},
	"shared assets": {asker.reads, func(ctx context.Context, c *Record, a asker) ([]string, error) {
		return numbers(func(s investigation.SharedAsset) string { return s.Incident })(c.SharedAssets(ctx, a.Scope, "other", 100))
	}},
}

// counts are the queries that say how many there are.
var counts = map[string]struct {
	rule func(asker, kept) bool
	ask  func(ctx context.Context, c *Record, a asker) (int64, error)
}{
	"statistics": {asker.reads, func(ctx context.Context, c *Record, a asker) (int64, error) {
		s, err := c.Statistics(ctx, a.Scope, incident.Cut{}, testNow, time.UTC)
		return s.Total, err
	}},
	"corrective actions in statistics": {asker.reads, func(ctx context.Context, c *Record, a asker) (int64, error) {
		s, err := c.Statistics(ctx, a.Scope, incident.Cut{}, testNow, time.UTC)
		return s.ActionsOpen, err
	}},
	"corrective actions": {asker.reads, func(ctx context.Context, c *Record, a asker) (int64, error) {
		return c.CountActions(ctx, a.Scope, openActions)
	}},
	"board": {asker.works, func(ctx context.Context, c *Record, a asker) (n int64, err error) {
		_, n, err = c.Cards(ctx, a.Scope, incident.PhaseDetection, "", 1)
		return n, err
	}},
	"standing": {asker.counted, pictured(func(p incident.Picture) []incident.Tally { return p.Standing })},
	"received": {asker.counted, pictured(func(p incident.Picture) []incident.Tally { return p.Received })},
	"overdue":  {asker.counted, pictured(func(p incident.Picture) []incident.Tally { return p.Overdue })},
}

var openActions = incident.ActionFilter{States: []string{incident.ActionIsOpen}, Limit: 100}

func incidentNumber(r incident.Row) string     { return r.Number }
func dutyNumber(d incident.OpenDuty) string    { return d.Number }
func actionNumber(a incident.ActionRow) string { return a.Number }

// numbers are those of rows, each once, sorted.
func numbers[T any](number func(T) string) func([]T, error) ([]string, error) {
	return func(rows []T, err error) ([]string, error) {
		out := []string{}
		for _, r := range rows {
			out = append(out, number(r))
		}
		slices.Sort(out)
		return slices.Compact(out), err
	}
}

func pictured(tallies func(incident.Picture) []incident.Tally) func(context.Context, *Record, asker) (int64, error) {
	return func(ctx context.Context, c *Record, a asker) (n int64, err error) {
		p, err := c.Picture(ctx, a.Scope, testNow, []incident.Span{{From: 0, Before: testNow.UnixMicro()}})
		for _, t := range tallies(p) {
			n += t.Count
		}
		return n, err
	}
}

// Need to know: whatever is asked, nobody finds an incident that their scope does not hold. An open one, one that is restricted, one of
// another agency and one that the asker is a member of have the same in them, so that each could be found by everything.
func TestQueriesKeepToTheScope(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		t.Parallel()
		c, ctx := openAll(t, cfg), context.Background()
		for _, k := range keptIncidents {
			k.record(t, c)
		}
		traces(t, c, "other")
		for _, a := range askers {
			for _, wide := range []bool{false, true} { // many places are asked for in another way than few
				if wide && len(a.Entities) > 0 {
					a.name += ", with many places"
					a.Entities = slices.Clone(a.Entities)
					for i := range 50 {
						a.Entities = append(a.Entities, fmt.Sprint("empty", i))
					}
				}
				for name, q := range lists {
					want := []string{}
					for _, k := range keptIncidents {
						if q.rule(a, k) {
							want = append(want, k.number)
						}
					}
					slices.Sort(want)
					if got, err := q.ask(ctx, c, a); err != nil || !slices.Equal(got, want) {
						t.Errorf("%s asks for %s: found %q, %v; want %q", a.name, name, got, err, want)
					}
				}
				for name, q := range counts {
					var want int64
					for _, k := range keptIncidents {
						if q.rule(a, k) {
							want++
						}
					}
					if got, err := q.ask(ctx, c, a); err != nil || got != want {
						t.Errorf("%s counts %s: %d, %v; want %d", a.name, name, got, err, want)
					}
				}
			}
		}
	})
}

// openAll opens a store with every projection of the program.
func openAll(t *testing.T, cfg engine.Config) *Record {
	t.Helper()
	registry := NewRegistry()
	cfg.Registry, cfg.Projections = registry, Projections(registry)
	s, err := engine.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return New(s, registry)
}

// record has everything in it that a query could find: duties, tasks of an office and of each asker, a corrective action, traces.
func (k kept) record(t *testing.T, c *Record) {
	t.Helper()
	at := testNow.Add(-time.Hour)
	iso := policy.Recipient{Role: "iso", At: "entity"}
	duty := func(id string, by policy.Recipient, due time.Time) incident.OwedDuty {
		d := incident.OwedDuty{ID: id, Rule: id, What: id, By: by, Discharge: policy.DischargeStatement}
		if !due.IsZero() {
			d.Due = due.UnixMicro()
		}
		return d
	}
	duties := []incident.OwedDuty{duty("d1", iso, at), duty("d2", iso, time.Time{})}
	action := duty("action:c1", policy.Recipient{Person: "boss"}, testNow.Add(time.Hour))
	action.ID, action.Discharge = "d4", policy.DischargeAction
	duties = append(duties, action)
	told := incident.MessagesOwed{Messages: []incident.OwedMessage{}}
	if k.police {
		told.Tracks = []incident.OpenedTrack{{Authority: "police"}}
		duties = append(duties, duty("d3", policy.Recipient{Authority: "police"}, time.Time{}))
	}
	facts := []record.Fact{
		&incident.Reported{Number: k.number, Filing: 1, Kind: incident.Initial, Entity: k.entity, ReceivedAt: at.UnixMicro(), Stated: []string{}},
		&told, &incident.DutiesOwed{Duties: duties}, &incident.ResponseStarted{Lead: "boss"},
		&incident.PhaseEntered{Phase: incident.PhaseDetection},
		&incident.ActionAssigned{ID: "c1", Owner: "boss", Due: testNow.Add(time.Hour).UnixMicro()},
		&incident.TasksAdded{Playbook: "play", Tasks: []incident.NewTask{{ID: "t1", Role: "iso", After: []string{}}}},
	}
	for i, person := range []string{"eve", "ana", "former"} {
		id := fmt.Sprint("t", i+2)
		facts = append(facts, &incident.TasksAdded{Playbook: id, Tasks: []incident.NewTask{{ID: id, Role: "legal", After: []string{}}}},
			&incident.TaskTaken{Task: id, Person: person})
	}
	if k.members != nil {
		facts = append(facts, &incident.Restricted{Members: append(slices.Clone(k.members), "former")},
			&incident.MemberRemoved{Person: "former", Why: incident.RemovedByMember})
	}
	_, err := c.Create(context.Background(), engine.IncidentPrefix+k.number, func(incident.State) (ledger.Decision, error) {
		return decisionOf(at, facts), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	traces(t, c, k.number)
}

// traces gives an incident an indicator that was seen on an asset.
func traces(t *testing.T, c *Record, id string) {
	t.Helper()
	text := ledger.SealText("investigation/"+id, sha256.Sum256([]byte(id)), []byte(`[{"value":"evil.example"}]`))
	d := decisionOf(testNow, []record.Fact{
		&investigation.IndicatorsRecorded{Indicators: []investigation.Indicator{{ID: "i1", Type: investigation.Domain, TLP: "amber"}}},
		&investigation.IndicatorSighted{Indicator: "i1", At: record.MomentOf(testNow), Assets: []string{"web"}},
	})
	d.Texts, d.Drafts[0].Texts = []ledger.Text{text}, map[string]ledger.Digest{investigation.TextIndicators: text.Digest}
	err := c.UpdateInvestigation(context.Background(), id, func(investigation.State) (ledger.Decision, error) { return d, nil })
	if err != nil {
		t.Fatal(err)
	}
}

func decisionOf(at time.Time, facts []record.Fact) ledger.Decision {
	d := ledger.Decision{At: at, Actor: "person:boss"}
	for _, f := range facts {
		d.Drafts = append(d.Drafts, ledger.Draft{Fact: f})
	}
	return d
}

// What access to changes is decided on one by one says the same of an incident as the lists.
func TestObjectsOfIncidents(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		t.Parallel()
		c := openAll(t, cfg)
		var streams []string
		for _, k := range keptIncidents {
			k.record(t, c)
			streams = append(streams, engine.IncidentPrefix+k.number)
		}
		objects, err := c.Objects(context.Background(), streams)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range keptIncidents {
			want := access.Object{Entity: k.entity, Restricted: k.members != nil, Members: slices.Sorted(slices.Values(k.members))}
			if k.police {
				want.Told = []string{"police"}
			}
			got := objects[engine.IncidentPrefix+k.number]
			slices.Sort(got.Members)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s is %+v, want %+v", k.number, got, want)
			}
		}
	})
}
