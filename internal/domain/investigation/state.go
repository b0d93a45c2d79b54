package investigation

import (
	"slices"
	"strconv"
	"time"
)

// State is an investigation as its facts tell it.
type State struct {
	Version    int64
	Events     []Happening // in the order of recording
	Indicators []Trace
	Findings   []Finding
	Decisions  []Decision
	Notes      []Note
	arguments  int
	byID       map[string]int // where an event or an indicator stands in its list
}

// Account is one account of an event: as it was recorded, or corrected.
type Account struct {
	Event
	Text   string // digest of a list of EventText …
	Place  int    // … and its place in it
	Noted  time.Time
	By     string // actor id
	Reason string // digest: why it was corrected; empty for the first account, or where nobody said
}

// Happening is an event of the timeline with its history.
type Happening struct {
	Account           // in force
	Earlier []Account // oldest first
	Ended   *Ending   // nil while it stands
}

// Ending says that something was withdrawn.
type Ending struct {
	At     time.Time
	By     string
	Reason string // digest
}

// Trace is an indicator with what became of it.
type Trace struct {
	Indicator
	Text      string // digest of a list of IndicatorText …
	Place     int    // … and its place in it
	At        time.Time
	By        string
	Sightings []Sighting
	Marks     []Mark // earlier markings
	Ended     *Ending
}

// Sighting is one time and place at which an indicator was seen.
type Sighting struct {
	IndicatorSighted
	Where  string // digest
	SeenBy string // actor id of who recorded it
	Noted  time.Time
}

// Mark is a marking that was in force before.
type Mark struct {
	TLP, By string
	Until   time.Time
}

// Finding is a hypothesis with what speaks for and against it, and how it was judged over time.
type Finding struct {
	ID         string
	Statement  string // digest
	By         string
	At         time.Time
	Confidence string
	Status     string
	Judgements []Judgement // oldest first
	Arguments  []Argument
}

// Judgement is one statement of how a finding stands.
type Judgement struct {
	Confidence, Status string
	Reason             string // digest
	By                 string
	At                 time.Time
}

// Argument speaks for or against a finding.
type Argument struct {
	ArgumentRecorded
	Text   string // digest
	Author string
	Noted  time.Time
}

// Decision is a line of the decision log.
type Decision struct {
	DecisionRecorded
	What, Why  string // digests
	RecordedBy string
	RecordedAt time.Time
	ReplacedBy string // the decision that replaced it
}

// Note is a note with its earlier wordings.
type Note struct {
	ID      string
	Wording           // in force
	Earlier []Wording // oldest first
	First   time.Time // when it was first written
	Author  string    // who wrote it first
	Ended   *Ending
	// Mentioned are the ids of people who are told of it.
	Mentioned []string
}

// Wording is one version of a note.
type Wording struct {
	Text string // digest
	By   string
	At   time.Time
}

// Fold applies facts in order.
func Fold(facts []Recorded) State {
	s := State{byID: map[string]int{}}
	for _, r := range facts {
		s.apply(r)
	}
	return s
}

// plus appends to a list that others may still hold.
func plus[T any](list []T, one T) []T { return append(list[:len(list):len(list)], one) }

// apply changes s in place.
func (s *State) apply(r Recorded) {
	s.Version = r.Version
	ended := &Ending{At: r.At, By: r.Actor, Reason: r.Texts[TextReason]}
	switch f := r.Fact.(type) {
	case *EventsRecorded:
		for i, e := range f.Events {
			s.byID[e.ID] = len(s.Events)
			s.Events = append(s.Events, Happening{Account: Account{Event: e, Text: r.Texts[TextEvents], Place: i, Noted: r.At, By: r.Actor}})
		}
	case *EventCorrected:
		if h := s.event(f.Event.ID); h != nil {
			h.Earlier = plus(h.Earlier, h.Account)
			h.Account = Account{Event: f.Event, Text: r.Texts[TextEvents], Noted: r.At, By: r.Actor, Reason: r.Texts[TextReason]}
		}
	case *EventWithdrawn:
		if h := s.event(f.Event); h != nil {
			h.Ended = ended
		}
	case *NoteWritten:
		s.applyNote(f, r)
	case *NoteWithdrawn:
		if n := s.note(f.Note); n != nil {
			n.Ended = ended
		}
	default:
		s.applyIndicator(r, ended)
		s.applyFinding(r)
	}
}

func (s *State) applyIndicator(r Recorded, ended *Ending) {
	switch f := r.Fact.(type) {
	case *IndicatorsRecorded:
		for i, one := range f.Indicators {
			s.byID[one.ID] = len(s.Indicators)
			s.Indicators = append(s.Indicators, Trace{Indicator: one, Text: r.Texts[TextIndicators], Place: i, At: r.At, By: r.Actor})
		}
	case *IndicatorMarked:
		if t := s.trace(f.Indicator); t != nil {
			t.Marks = plus(t.Marks, Mark{TLP: t.TLP, By: r.Actor, Until: r.At})
			t.TLP = f.TLP
		}
	case *IndicatorSighted:
		if t := s.trace(f.Indicator); t != nil {
			t.Sightings = plus(t.Sightings, Sighting{IndicatorSighted: *f, Where: r.Texts[TextSighting], SeenBy: r.Actor, Noted: r.At})
		}
	case *IndicatorWithdrawn:
		if t := s.trace(f.Indicator); t != nil {
			t.Ended = ended
		}
	}
}

func (s *State) applyFinding(r Recorded) {
	switch f := r.Fact.(type) {
	case *FindingRecorded:
		s.Findings = append(s.Findings, Finding{ID: f.Finding, Statement: r.Texts[TextStatement], By: r.Actor, At: r.At, Confidence: f.Confidence, Status: FindingOpen,
			Judgements: []Judgement{{Confidence: f.Confidence, Status: FindingOpen, By: r.Actor, At: r.At}}})
	case *FindingJudged:
		if x := s.finding(f.Finding); x != nil {
			x.Confidence, x.Status = f.Confidence, f.Status
			x.Judgements = plus(x.Judgements, Judgement{Confidence: f.Confidence, Status: f.Status, Reason: r.Texts[TextReason], By: r.Actor, At: r.At})
		}
	case *ArgumentRecorded:
		s.arguments++
		if x := s.finding(f.Finding); x != nil {
			x.Arguments = plus(x.Arguments, Argument{ArgumentRecorded: *f, Text: r.Texts[TextArgument], Author: r.Actor, Noted: r.At})
		}
	case *DecisionRecorded:
		for i := range s.Decisions {
			if s.Decisions[i].Decision == f.Replaces {
				s.Decisions[i].ReplacedBy = f.Decision
			}
		}
		s.Decisions = append(s.Decisions, Decision{DecisionRecorded: *f, What: r.Texts[TextDecision], Why: r.Texts[TextGrounds], RecordedBy: r.Actor, RecordedAt: r.At})
	}
}

func (s *State) applyNote(f *NoteWritten, r Recorded) {
	w := Wording{Text: r.Texts[TextNote], By: r.Actor, At: r.At}
	if n := s.note(f.Note); n != nil {
		n.Earlier, n.Wording = plus(n.Earlier, n.Wording), w
		n.Mentioned = append(n.Mentioned[:len(n.Mentioned):len(n.Mentioned)], f.Mentions...)
		return
	}
	s.Notes = append(s.Notes, Note{ID: f.Note, Wording: w, First: r.At, Author: r.Actor, Mentioned: f.Mentions})
}

func (s *State) event(id string) *Happening {
	if i, ok := s.byID[id]; ok && i < len(s.Events) && s.Events[i].ID == id {
		return &s.Events[i]
	}
	return nil
}

func (s *State) trace(id string) *Trace {
	if i, ok := s.byID[id]; ok && i < len(s.Indicators) && s.Indicators[i].ID == id {
		return &s.Indicators[i]
	}
	return nil
}

func (s *State) finding(id string) *Finding {
	i := slices.IndexFunc(s.Findings, func(f Finding) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Findings[i]
}

func (s *State) note(id string) *Note {
	i := slices.IndexFunc(s.Notes, func(n Note) bool { return n.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Notes[i]
}

// Event answers one event by its id.
func (s State) Event(id string) (Happening, bool) {
	if h := s.event(id); h != nil {
		return *h, true
	}
	return Happening{}, false
}

// Trace answers one indicator by its id.
func (s State) Trace(id string) (Trace, bool) {
	if t := s.trace(id); t != nil {
		return *t, true
	}
	return Trace{}, false
}

func ordinal(letter string, n int) string { return letter + strconv.Itoa(n) }
