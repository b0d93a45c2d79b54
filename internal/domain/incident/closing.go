package incident

import (
	"slices"
	"strings"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// Remaining is one thing that is still open when an incident is to be closed.
type Remaining struct {
	ID     string // "duty:d3", "task:t2": what Closed.Remains lists
	Kind   string // duty, task, question, track, handover …
	What   string // plain words; empty where a text says it
	Text   string // digest of that text
	Due    int64  // microseconds UTC; 0 where there is no time
	Clause string
}

// remains are the questions that are asked of an incident before it is closed. What is worked on elsewhere adds its own.
var remains = []func(State) []Remaining{remainingDuties, remainingTasks, remainingQuestions, remainingTracks, remainingHandover,
	remainingAssets}

// Remains lists everything that is still open.
func Remains(s State) []Remaining {
	out := []Remaining{}
	for _, ask := range remains {
		out = append(out, ask(s)...)
	}
	return out
}

// remainingDuties are what the entity and the response owe. What an authority owes, and what a question owes, stands with its track
// and its question. Corrective actions live on beyond closing, and are chased there.
func remainingDuties(s State) (out []Remaining) {
	for _, d := range s.Duties {
		outlives := d.Discharge == policy.DischargeAction || d.Discharge == policy.DischargeVerified || d.Discharge == policy.DischargeValidated
		if !d.Discharged && d.Question == "" && d.By.Authority == "" && !outlives {
			out = append(out, Remaining{ID: "duty:" + d.ID, Kind: "duty", What: d.What, Due: d.Due, Clause: d.Clause})
		}
	}
	return out
}

func remainingTasks(s State) (out []Remaining) {
	for _, t := range s.Response.Tasks {
		if t.Status == TaskOpen && t.Required() {
			out = append(out, Remaining{ID: "task:" + t.ID, Kind: "task", What: t.Title, Text: t.Text, Clause: t.Clause})
		}
	}
	return out
}

func remainingQuestions(s State) (out []Remaining) {
	for _, q := range s.Questions {
		if !q.Answered {
			out = append(out, Remaining{ID: "question:" + q.ID, Kind: "question", Text: q.Text})
		}
	}
	return out
}

func remainingTracks(s State) (out []Remaining) {
	for _, t := range s.Tracks {
		if !t.Acknowledged {
			out = append(out, Remaining{ID: "track:" + t.Authority, Kind: "track", What: t.Authority, Clause: t.Clause})
		}
	}
	return out
}

func remainingHandover(s State) []Remaining {
	if s.Response.Offer == nil {
		return nil
	}
	return []Remaining{{ID: "handover:" + s.Response.Offer.To, Kind: "handover", What: "A handover is offered and not answered"}}
}

func remainingAssets(s State) (out []Remaining) {
	for _, a := range s.AssetsOut() {
		out = append(out, Remaining{ID: "asset:" + a.ID, Kind: "asset", What: "Asset " + a.ID + " is " + strings.ReplaceAll(a.State, "_", " ") +
			": neither back in service nor settled", Clause: "MA 6.8.2"})
	}
	return out
}

// Classes of what was reported: they are kept apart and not counted together. MA 6.4, MA 6.4.1, MA 6.6.3.1
const (
	ClassIncident = "incident" // confirmed
	ClassNearMiss = "near_miss"
	ClassEvent    = "event"
)

// Classes lists every class once.
var Classes = []string{ClassIncident, ClassNearMiss, ClassEvent}

// Classified says what it was that was reported; why is a text.
type Classified struct {
	As string `json:"as"`
}

// FactName implements Fact.
func (Classified) FactName() string { return "incident.classified.v1" }

// KeptClosed says that somebody looked at what came in after closing and left the incident closed; why is a text.
type KeptClosed struct{}

// FactName implements Fact.
func (KeptClosed) FactName() string { return "incident.kept_closed.v1" }

// apply changes nothing: the duty that it discharges has a fact of its own.
func (*KeptClosed) apply(*State, Recorded) {}

// Classify says what it was that was reported; as an incident it is confirmed.
type Classify struct {
	As    string
	Texts map[string]string
}

// Close ends the work. Declined, it was no incident: then As says what it was, and the reporters are told. What is still open
// must have been Seen by who closes, and needs somebody who Accepts it: the coordinator or the CISO.
type Close struct {
	Outcome string
	As      string
	Seen    []string
	Accepts bool
	Texts   map[string]string
}

// Reopen takes a closed incident up again.
type Reopen struct{ Texts map[string]string }

// ValidateResults is the coordinator's word on a response that somebody else ended; on what grounds is a text. MA 6.3.1.1.3
type ValidateResults struct{ Texts map[string]string }

// KeepClosed answers what came in after closing: it changes nothing.
type KeepClosed struct{ Texts map[string]string }

// Kinds of message of the life cycle.
const (
	KindIncidentDeclined = "incident_declined"
	KindIncidentClosed   = "incident_closed"
	KindFiledAfterClose  = "filed_after_closing"
)

// DischargeTriaged discharges the duty to look at what came in after closing: by reopening, or by a decision to keep it closed.
const DischargeTriaged = "triaged"

func (c Classify) decide(d *decision) error {
	if !slices.Contains(Classes, c.As) {
		return fault.Invalid("as", "what was reported is an incident, a near miss or an event", "choose one of the three")
	}
	if d.s.Lifecycle.Class != c.As {
		d.emit(&Classified{As: c.As}, c.Texts)
	}
	return nil
}

func (c Close) decide(d *decision) error {
	if d.s.Status == StatusClosed {
		return nil
	}
	switch c.Outcome {
	case OutcomeResolved:
	case OutcomeDeclined:
		if c.As == ClassIncident {
			return fault.Invalid("as", "what is declined is no incident", "say whether it was an event or a near miss")
		}
		if err := (Classify{As: c.As, Texts: c.Texts}).decide(d); err != nil {
			return err
		}
	default:
		return fault.Invalid("outcome", "an incident is closed as resolved or as declined", "choose one of the two; a duplicate is linked")
	}
	if err := d.finish(c); err != nil {
		return err
	}
	kind, why := KindIncidentClosed, "The response to your report has ended."
	if c.Outcome == OutcomeDeclined {
		kind, why = KindIncidentDeclined, "It was found that what you reported is no incident."
	}
	d.send(d.toPeople(d.reporters(), OwedMessage{Kind: kind, Lane: LaneConfirm, Why: why}))
	return nil
}

// finish closes with what remains open, if somebody who may accepts it and has seen all of it.
func (d *decision) finish(c Close) error {
	var ids []string
	for _, r := range Remains(d.s) {
		ids = append(ids, r.ID)
	}
	if len(ids) > 0 && !c.Accepts {
		return fault.Conflict("%d things are still open; only the IR coordinator or the CISO accepts what remains", len(ids))
	}
	for _, id := range ids {
		if !slices.Contains(c.Seen, id) {
			return fault.Conflict("something is open that was not shown to you: %s; look at the list again", id)
		}
	}
	d.emit(&Closed{Outcome: c.Outcome, Remains: ids}, c.Texts)
	if !c.Accepts {
		d.oweValidation()
	}
	return nil
}

// oweValidation makes it the coordinator's to look at the results of a response that somebody else ended, where the pack says so.
// MA 6.3.1.1.3
func (d *decision) oweValidation() {
	p, owed := d.env.Pack.OwedOn(policy.OnEnded, d.env.Now)
	if !owed {
		return
	}
	p.Rule = d.nextRule(p.Rule)
	d.oweAndTell(d.owed(p, 0), "The response was ended by its lead.")
}

// toValidate says whether somebody is to validate what the response came to.
func toValidate(x Duty) bool { return !x.Discharged && x.Discharge == policy.DischargeValidated }

// Unvalidated says that the incident was closed and the coordinator has not looked at its results yet.
func (s State) Unvalidated() bool { return slices.ContainsFunc(s.Duties, toValidate) }

// decide records the coordinator's word, who is not the one who ended the response.
func (c ValidateResults) decide(d *decision) error {
	switch {
	case d.s.Lifecycle.Validated != nil:
		return nil
	case !d.s.Unvalidated():
		return fault.Conflict("nothing awaits validation: the incident is open, or the coordinator or the CISO closed it")
	case d.env.Actor.ID == d.s.Lifecycle.ClosedBy:
		return fault.Conflict("whoever ended the response does not validate its results; let another coordinator or the CISO do it")
	}
	d.emit(&ResultsValidated{}, c.Texts)
	d.dischargeWhere(policy.DischargeValidated, toValidate)
	return nil
}

func (c Reopen) decide(d *decision) error {
	if d.s.Status != StatusClosed {
		return nil
	}
	d.emit(&Reopened{}, c.Texts)
	d.dischargeWhere(policy.DischargeReplaced, toValidate) // the results did not hold, or work goes on: the next closing is looked at
	d.dischargeWhere(DischargeTriaged, toTriage)
	return nil
}

func (c KeepClosed) decide(d *decision) error {
	if d.s.Status != StatusClosed || !slices.ContainsFunc(d.s.Duties, toTriage) {
		return fault.Conflict("nothing came in after closing that awaits a decision")
	}
	d.emit(&KeptClosed{}, c.Texts)
	d.dischargeWhere(DischargeTriaged, toTriage)
	return nil
}

func toTriage(x Duty) bool { return !x.Discharged && x.Discharge == DischargeTriaged }

// afterClosing makes a filing on a closed incident somebody's to look at: it is in the record like any other, the incident stays closed,
// and the coordinator owes a decision. It has no time of its own: the policy's clocks run on the filing as on any other.
func (d *decision) afterClosing() {
	if d.s.Status != StatusClosed {
		return
	}
	filing := int64(len(d.s.Filings))
	to := d.env.Pack.Coordinator()
	duty := d.oweOne(OwedDuty{Rule: part.Ordinal("after-closing:", int(filing)),
		What: "Decide whether to reopen: a filing came in after closing",
		By:   to, From: "received", Discharge: DischargeTriaged, Clause: d.env.How.Cited("MA 6.2.1.2")})
	d.send(d.to(to, OwedMessage{Kind: KindFiledAfterClose, Lane: LaneStatutory, Duty: duty.ID, Filing: filing,
		Why: "A filing came in after the incident was closed.", Clause: duty.Clause}))
}
