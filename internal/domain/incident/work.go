package incident

import (
	"strconv"
	"strings"
	"time"

	"tocsin/internal/domain/policy"
)

// WorkReturned says that the work of somebody who is away or has left came to somebody else, without a handover: they could not give
// one. MA 6.3.1.1.1
type WorkReturned struct {
	From     string   `json:"from"`         // person id
	Cause    string   `json:"cause"`        // absent, left
	To       string   `json:"to,omitempty"` // person id; empty where nobody was found: then the tasks lie there for anyone of their roles
	Lead     bool     `json:"lead,omitempty"`
	Handover bool     `json:"handover,omitempty"` // an offer of the lead to them ended
	Tasks    []string `json:"tasks,omitempty"`
	Actions  []string `json:"actions,omitempty"` // corrective actions; each has a fact of its own
	Items    []string `json:"items,omitempty"`   // of the assessment, that they were asked for; each has a fact of its own
}

// FactName implements Fact.
func (WorkReturned) FactName() string { return "incident.work_returned.v1" }

// Causes for which work comes back.
const (
	CauseAbsent = "absent"
	CauseLeft   = "left"
)

// Return is one coming back of work.
type Return struct {
	WorkReturned
	At time.Time
}

func (f *WorkReturned) apply(s *State, r Recorded) {
	x := &s.Response
	x.Returned = append(x.Returned, Return{*f, r.At})
	switch {
	case f.Lead && f.To == "":
		x.Stranded = f.From
	case f.Lead:
		x.Lead, x.LeadSince, x.Stranded = f.To, r.At, ""
	}
	if f.Handover || x.Offer != nil && x.Offer.To == x.Lead {
		x.Offer = nil
	}
	for _, id := range f.Tasks {
		s.changeTask(id, func(t *Task) { t.Person = f.To })
	}
}

// Kinds of work that waits for somebody.
const (
	WorkDuty     = "duty"
	WorkQuestion = "question" // an authority's
	WorkTask     = "task"
	WorkHandover = "handover" // the lead, offered
	WorkLead     = "lead"     // an incident that somebody leads
)

// WorkKinds lists the kinds in the order in which a page offers them.
var WorkKinds = []string{WorkTask, WorkDuty, WorkQuestion, WorkHandover, WorkLead}

// States of work.
const (
	WorkOver  = 0 // done, left out, or the incident is closed
	WorkReady = 1
	WorkWaits = 2 // something comes before it
)

// Work is one thing that somebody is to do about an incident, beside its duties.
type Work struct {
	Stream, Kind, ID, Number, Entity string
	Role, Person                     string // one of both; a task that somebody took has both
	What                             string // in the words of a procedure; empty where a person wrote it
	Words                            string // digest of what a person wrote
	State                            int64
	Due, Since                       int64 // microseconds; Due is 0 where there is no time to aim at
	Marks
}

// Work lists what there is to do about an incident, and was: what is over is in it, so that a table of it forgets nothing.
func (s State) Work() (out []Work) {
	x := s.Response
	if x.StartedAt.IsZero() {
		return nil
	}
	closed := s.Status == StatusClosed
	base := Work{Number: s.Number, Entity: s.Entity, Marks: s.Marks()}
	lead, offer := base, base
	lead.Kind, lead.ID, lead.Person, lead.Since = WorkLead, WorkLead, x.Lead, x.LeadSince.UnixMicro()
	if !closed {
		lead.State, lead.Due = WorkReady, s.NextDue()
	}
	offer.Kind, offer.ID = WorkHandover, WorkHandover
	if x.Offer != nil && !closed {
		offer.State, offer.Person, offer.Since, offer.Due = WorkReady, x.Offer.To, x.Offer.At.UnixMicro(), x.Offer.At.UnixMicro()
	}
	out = append(out, lead, offer)
	for _, t := range x.Tasks {
		w := base
		w.Kind, w.ID, w.Role, w.Person, w.What, w.Words, w.Since = WorkTask, t.ID, t.Role, t.Person, t.Title, t.Text, t.AddedAt.UnixMicro()
		if t.Status == TaskOpen && !closed {
			w.State, w.Due = WorkReady, t.aimed(x.StartedAt)
			if len(s.Waits(t)) > 0 {
				w.State = WorkWaits
			}
		}
		out = append(out, w)
	}
	return out
}

// aimed is by when a procedure aims at a task to be done, in microseconds: 0 where it names no time, or one in business days, which
// only the pack's calendar can count.
func (t Task) aimed(start time.Time) int64 {
	if t.Within == "at once" {
		return start.UnixMicro()
	}
	number, unit, _ := strings.Cut(t.Within, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	each := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "calendar day": 24 * time.Hour}[strings.TrimSuffix(unit, "s")]
	if each == 0 {
		return 0
	}
	return start.Add(time.Duration(n) * each).UnixMicro()
}

// PhaseWaiting is where the board shows an incident that nobody responds to yet.
const PhaseWaiting = "waiting"

// Card is one incident as the team's board shows it.
type Card struct {
	Stream, Number, Entity, Phase string
	Level                         policy.Level
	Provisional                   bool
	Lead                          string // person id; empty where nobody leads
	Summary                       string // the beginning of the latest description
	Due, Received                 int64  // microseconds; Due is 0 where nothing is owed by a time
	Tasks, Settled                int64
	Open                          bool
	Marks
}

// Card is the incident on the board. MA 6.5.2.1
func (s State) Card() Card {
	c := Card{Number: s.Number, Entity: s.Entity, Phase: s.phase(), Level: s.Rating.Level, Provisional: s.Rating.Provisional, Lead: s.Response.Lead, Due: s.NextDue(),
		Received: s.ReceivedAt.UnixMicro(), Open: s.Status != StatusClosed, Marks: s.Marks(), Tasks: int64(len(s.Response.Tasks))}
	if s.ReceivedAt.IsZero() {
		c.Received = s.OpenedAt.UnixMicro()
	}
	if c.Phase == "" {
		c.Phase = PhaseWaiting
	}
	for _, t := range s.Response.Tasks {
		if t.Status != TaskOpen {
			c.Settled++
		}
	}
	return c
}

// BoardPhases are the columns of the board, in order.
var BoardPhases = append([]string{PhaseWaiting}, WorkPhases...)

// Rank orders ratings on the board: the highest first, what is not rated yet before Low, because it may be anything.
func Rank(l policy.Level) int64 {
	switch l {
	case policy.High:
		return 0
	case policy.Medium:
		return 1
	case policy.Low:
		return 3
	}
	return 2
}
