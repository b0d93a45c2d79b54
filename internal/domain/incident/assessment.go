package incident

import (
	"slices"
	"time"
)

// Assessed is what the response team states of one item. The value is a text; of an item that is an instant it is At.
// MA 6.6.4.2, 6.6.4.3, 6.6.4.4
type Assessed struct {
	Item   string   `json:"item"`
	At     *Moment  `json:"at,omitempty"`
	Stated []string `json:"stated"` // paths of a filing's fields that this answers
}

// FactName implements Fact.
func (Assessed) FactName() string { return "incident.assessed.v1" }

// Awaited says from whom an item is awaited, a person or a role, and by when.
type Awaited struct {
	Item   string `json:"item"`
	Person string `json:"person,omitempty"` // id in the directory
	Role   string `json:"role,omitempty"`
	Until  int64  `json:"until,omitempty"` // microseconds UTC
}

// FactName implements Fact.
func (Awaited) FactName() string { return "incident.awaited.v1" }

// Names of the texts of an assessment.
const (
	TextValue   = "value"   // what is stated
	TextContact = "contact" // how the person of an item is reached
)

// Item is something that the response team states as it learns it. MA 6.6.4
type Item struct {
	ID      string
	Title   string
	Field   string // of a filing, that it answers; empty where no report asks for it
	Instant bool   // its value is a moment
	Person  bool   // its value is a name, with how to reach them
}

// Items lists every item once, in the order in which pages show them. The ids are stored: they never change.
var Items = []Item{
	{ID: "scope", Title: "Scope: what is affected and what is not"},
	{ID: "nature", Title: "Nature: what kind of incident it is"},
	{ID: "severity", Title: "Severity and impact"},
	{ID: "root_cause", Title: "Root cause"},
	{ID: "response_expectation", Title: "Expected time of the response"},
	{ID: "recovery_expectation", Title: "Expected time to recover", Field: "management.recovery_expectation"},
	{ID: "location", Title: "Location", Field: "management.location"},
	{ID: "affected_systems", Title: "Affected systems", Field: "management.affected_systems"},
	{ID: "user_groups", Title: "User groups affected", Field: "management.user_groups"},
	{ID: "stakeholders", Title: "Stakeholders to be notified, inside and outside", Field: "management.stakeholders_to_notify"},
	{ID: "measures", Title: "Measures of identification, containment and eradication", Field: "management.measures"},
	{ID: "evidence", Title: "Evidence collected", Field: "management.evidence_collected"},
	{ID: "pending_actions", Title: "Pending actions", Field: "management.pending_actions"},
	{ID: "discovered_by", Title: "Who discovered it", Field: "management.discovered_by", Person: true},
	{ID: "reported_to_management_at", Title: "Reported to management at", Field: "management.reported_to_management_at", Instant: true},
}

// ItemByID finds an item.
func ItemByID(id string) (Item, bool) {
	i := slices.IndexFunc(Items, func(it Item) bool { return it.ID == id })
	if i < 0 {
		return Item{}, false
	}
	return Items[i], true
}

// Assessment is what the response team stated, and what it waits for.
type Assessment struct {
	Statements []Statement // in the order in which they were made
	Awaiting   []Awaiting
	StatedAt   map[string]int64 // by field of a filing: the version of the last fact that stated it
}

// Statement is one statement of one item.
type Statement struct {
	Item           string
	At             time.Time // when it was stated
	By             string    // actor id
	Moment         *Moment
	Value, Contact string // digests
}

// Awaiting is an item that somebody was asked for.
type Awaiting struct {
	Item, Person, Role string
	Until              time.Time // zero where no time was said
	Since              time.Time
	By                 string // actor id
}

// Stated answers the last statement of an item.
func (s State) Stated(item string) (Statement, bool) {
	for _, x := range slices.Backward(s.Assessment.Statements) {
		if x.Item == item {
			return x, true
		}
	}
	return Statement{}, false
}

// AwaitedFrom answers from whom an item is awaited.
func (s State) AwaitedFrom(item string) (Awaiting, bool) {
	i := slices.IndexFunc(s.Assessment.Awaiting, func(w Awaiting) bool { return w.Item == item })
	if i < 0 {
		return Awaiting{}, false
	}
	return s.Assessment.Awaiting[i], true
}

func (f *Assessed) apply(s *State, r Recorded) {
	s.Assessment.Statements = append(s.Assessment.Statements, Statement{Item: f.Item, At: r.At, By: r.Actor, Moment: f.At,
		Value: r.Texts[TextValue], Contact: r.Texts[TextContact]})
	s.Assessment.settle(f.Item)
	for _, path := range f.Stated {
		s.Known.Stated[path] = true
	}
	s.stated(r.Version, f.Stated...)
	s.Briefing.Touched = r.Version
}

func (f *Awaited) apply(s *State, r Recorded) {
	s.Assessment.settle(f.Item)
	w := Awaiting{Item: f.Item, Person: f.Person, Role: f.Role, Since: r.At, By: r.Actor}
	if f.Until > 0 {
		w.Until = time.UnixMicro(f.Until).UTC()
	}
	s.Assessment.Awaiting = append(s.Assessment.Awaiting, w)
	s.Briefing.Touched = r.Version
}

// settle ends the waiting for an item.
func (x *Assessment) settle(item string) {
	x.Awaiting = slices.DeleteFunc(slices.Clone(x.Awaiting), func(w Awaiting) bool { return w.Item == item })
}

// answered ends the waiting for items whose fields a filing states.
func (x *Assessment) answered(paths []string) {
	for _, it := range Items {
		if it.Field != "" && slices.ContainsFunc(paths, func(path string) bool {
			return path == it.Field || it.Person &&
				path == it.Field+".name"
		}) {
			x.settle(it.ID)
		}
	}
}

// stated notes which fields a fact answered.
func (s *State) stated(version int64, paths ...string) {
	if s.Assessment.StatedAt == nil {
		s.Assessment.StatedAt = map[string]int64{}
	}
	for _, path := range paths {
		s.Assessment.StatedAt[path] = version
	}
}
