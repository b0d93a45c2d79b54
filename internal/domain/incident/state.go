package incident

import (
	"maps"
	"slices"
	"time"

	"tocsin/internal/domain/incident/communication"
	"tocsin/internal/domain/incident/containment"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/incident/response"
	"tocsin/internal/domain/incident/review"
	"tocsin/internal/domain/policy"
)

// Track states, in the order they are reached.
const (
	TrackOwed         = "owed"
	TrackSent         = "sent"
	TrackDelivered    = "delivered"
	TrackAcknowledged = "acknowledged"
	TrackAsked        = "asked"
	TrackDeclined     = "declined"
	TrackClosedState  = "closed"
)

// Message states.
const (
	MessageOwed      = "owed"
	MessageAccepted  = "delivered"
	MessageEscalated = "escalated"
	MessageWithdrawn = "withdrawn" // its recipient may no longer know
)

// State is an incident as its facts tell it: a fold of one stream.
type State struct {
	Version    int64
	Number     string
	Entity     string
	Status     string
	OpenedAt   time.Time
	ReceivedAt time.Time // of the first filing
	UpdatedAt  time.Time // of the last fact a person or the policy caused
	LastPack   string    // digest of the pack of the last fact that a pack influenced

	Filings   []FilingRecord
	Calls     []CallRecord
	Known     policy.Inputs // everything stated so far
	Rating    RatingState
	Tracks    []Track
	Duties    []Duty
	Messages  []Message
	Questions []Question
	Told      map[string]bool // rule ids whose recipients were told
	Requests  map[string]Request

	Restriction         Restriction
	Response            Response
	Lifecycle           Lifecycle
	Review              review.State
	Containment         containment.State
	Confidence          Confidence
	Assessment          Assessment
	communication.State           // its users still read what was told as the incident's own
	Mentions            []Mention // whom notes of the investigation name
}

// Request remembers what an idempotency key was used for.
type Request struct {
	Body   string    // digest of the body
	Filing int64     // 0 for a telephone report
	At     time.Time // of the change: its facts are those from here on with the same instant
}

// FilingRecord is one filing of the incident.
type FilingRecord struct {
	Number     int64
	Kind       string
	ReceivedAt time.Time
	By         string
	EntryID    string
	Version    int64
	Texts      map[string]string
}

// CallRecord is one telephone report.
type CallRecord struct {
	ID         string
	At         time.Time
	CalledAt   time.Time
	AfterHours bool
	By         string
	Texts      map[string]string
}

// RatingState is the rating in force.
type RatingState struct {
	Rated
	At       time.Time
	Proposed *LoweringProposed
	Reached  map[policy.Level]time.Time
}

// Track is one authority's own status.
type Track struct {
	OpenedTrack
	Status       string
	Since        time.Time
	Delivered    bool
	Acknowledged bool      // it answered in any way: acknowledged, asked, declined or closed
	AnsweredAt   time.Time // the first of that
	Assignee     string    // person id of the officer who has it; empty for nobody in particular
}

// Duty is something owed, with what became of it.
type Duty struct {
	OwedDuty
	Since        time.Time
	Stages       map[string]bool
	Discharged   bool
	DischargedAt time.Time
	How          string
	DischargedBy string // actor id
	LateBy       time.Duration
	Texts        map[string]string
}

// Message is one message owed, with what became of it.
type Message struct {
	OwedMessage
	OwedAt  time.Time
	Cause   int64 // version of the fact that owed it
	Status  string
	At      time.Time
	Sent    bool
	Refused bool
}

// Question is an authority's question.
type Question struct {
	ID, Authority string
	AskedAt       time.Time
	AskedBy       string
	Text          string // digest
	Answered      bool
	AnsweredAt    time.Time
	AnsweredBy    string
	AnswerText    string // digest
}

// Fold applies facts in order to an empty state.
func Fold(facts []Recorded) State {
	var s State
	for _, r := range facts {
		s.apply(r)
	}
	return s
}

// Extend returns the state after more facts and leaves s as it was, so that s may be shared.
func Extend(s State, facts []Recorded) State {
	s = s.clone()
	for _, r := range facts {
		s.apply(r)
	}
	return s
}

// Apply returns the state after one more fact. It owns s: callers do not use the old value again.
func Apply(s State, r Recorded) State {
	s.apply(r)
	return s
}

// fact is a Fact that says itself what it changes in a state that nobody else holds.
type fact interface {
	Fact
	apply(s *State, r Recorded)
}

// apply adds one fact. It works in place, because copying a whole state for each fact of a long stream would be most of the work.
func (s *State) apply(r Recorded) {
	s.Version = r.Version
	if s.OpenedAt.IsZero() {
		s.OpenedAt = r.At
		s.Told, s.Requests = map[string]bool{}, map[string]Request{}
		s.Rating.Level, s.Rating.Computed = policy.Unrated, policy.Unrated
		s.Known.Events, s.Known.Stated = map[string]time.Time{}, map[string]bool{}
		s.Rating.Reached = map[policy.Level]time.Time{}
	}
	if r.Pack != "" {
		s.LastPack = r.Pack
	}
	switch f := r.Fact.(type) {
	case fact:
		f.apply(s, r)
	case containment.Fact:
		containment.Apply(&s.Containment, f, r)
	case response.Fact:
		response.Apply(&s.Response, f, r)
		if _, began := f.(*response.ResponseStarted); began {
			s.statusTold(r)
		}
	case review.Fact:
		review.Apply(&s.Review, f, r)
	case communication.Fact:
		communication.Apply(&s.State, f, r)
	}
	if !quiet(r.Fact) {
		s.UpdatedAt = r.At
	}
}

// Bookkeeping says that a fact only keeps the books of deliveries and duties: what it follows from is a fact of its own.
func Bookkeeping(f Fact) bool {
	switch f := f.(type) {
	case *DutiesOwed:
		return true
	case *DutyStageReached:
		return f.Stage == StageWarned
	case *DutyDischarged:
		return f.How != policy.DischargeStatement && f.How != policy.DischargeResponse
	}
	return quiet(f)
}

// quiet facts are bookkeeping of deliveries: they do not make an incident look changed.
func quiet(f Fact) bool {
	switch f.(type) {
	case *MessageSent, *MessageDelivered, *MessagesOwed, *MessagesWithdrawn:
		return true
	}
	return false
}

func (f *Reported) apply(s *State, r Recorded) {
	s.Number, s.Entity = f.Number, f.Entity
	if s.Status != StatusClosed {
		s.Status = StatusOpen
	}
	if s.ReceivedAt.IsZero() {
		s.ReceivedAt = time.UnixMicro(f.ReceivedAt).UTC()
		s.Known.Events["received"] = s.ReceivedAt
	}
	if f.Kind == Written {
		s.Known.Events["written"] = time.UnixMicro(f.ReceivedAt).UTC()
	}
	s.Filings = append(s.Filings, FilingRecord{Number: f.Filing, Kind: f.Kind, ReceivedAt: time.UnixMicro(f.ReceivedAt).UTC(),
		By: r.Actor, EntryID: r.EntryID, Version: r.Version, Texts: r.Texts})
	if f.Request != "" {
		s.Requests[f.Request] = Request{Body: f.Body, Filing: f.Filing, At: r.At}
	}
	s.learn(f)
	s.Assessment.answered(f.Stated)
	s.stated(r.Version, f.Stated...)
	s.Briefing.Touched = r.Version
}

// learn adds what a filing states to what is known: a later statement of one value replaces it, lists grow. Nothing
// that was stated becomes unstated.
func (s *State) learn(f *Reported) {
	k := &s.Known
	k.Entity = f.Entity
	if f.Occurred != nil {
		k.Events["occurred"] = f.Occurred.Time()
	}
	// The first discovery time stands: a telephone report's or the first filing's. A supplement does not move clocks.
	if _, ok := k.Events["discovered"]; !ok && f.Discovered != nil {
		k.Events["discovered"] = f.Discovered.Time()
	}
	k.Categories = part.Union(k.Categories, f.Categories)
	k.PITypes = part.Union(k.PITypes, f.PITypes)
	k.InformationImpact = part.Union(k.InformationImpact, f.InformationImpact)
	replace(&k.CrimeSuspected, f.CrimeSuspected)
	replace(&k.TerrorismSuspected, f.TerrorismSuspected)
	replace(&k.MediaCoverage, f.MediaCoverage)
	replace(&k.OutageMinutes, f.OutageMinutes)
	replace(&k.HumanSafety, f.HumanSafety)
	replace(&k.LiabilityUSD, f.LiabilityUSD)
	replaceWord(&k.AssetRating, f.AssetRating)
	replaceWord(&k.InformationClass, f.InformationClass)
	replaceWord(&k.FunctionalImpact, f.FunctionalImpact)
	replaceWord(&k.Recoverability, f.Recoverability)
	replaceWord(&k.PersonalInformation, f.PIInvolved)
	replace(&k.DevicesEncrypted, f.DevicesEncrypted)
	k.Devices += int(f.Devices)
	if len(f.Residents) > 0 {
		merged := maps.Clone(k.Residents)
		if merged == nil {
			merged = map[string]int64{}
		}
		maps.Copy(merged, f.Residents)
		k.Residents = merged
	}
	for _, path := range f.Stated {
		k.Stated[path] = true
	}
}

func (f *Telephoned) apply(s *State, r Recorded) {
	s.Number, s.Entity = f.Number, f.Entity
	if s.Status == "" {
		s.Status = StatusTelephoned
	}
	s.Calls = append(s.Calls, CallRecord{ID: f.Call, At: r.At, CalledAt: f.CalledAt.Time(), AfterHours: f.AfterHours, By: r.Actor,
		Texts: r.Texts})
	s.Known.Entity = f.Entity
	if _, ok := s.Known.Events["telephoned"]; !ok {
		s.Known.Events["telephoned"] = f.CalledAt.Time()
		s.Known.TelephonedAfterHours = f.AfterHours
	}
	if _, ok := s.Known.Events["discovered"]; !ok && f.Discovered != nil {
		s.Known.Events["discovered"] = f.Discovered.Time()
	}
	if f.Request != "" {
		s.Requests[f.Request] = Request{Body: f.Body, At: r.At}
	}
}

func (f *MessagesOwed) apply(s *State, r Recorded) {
	for _, t := range f.Tracks {
		s.Tracks = append(s.Tracks, Track{OpenedTrack: t, Status: TrackOwed, Since: r.At})
	}
	for _, rule := range f.Told {
		s.Told[rule] = true
	}
	for _, m := range f.Messages {
		s.Messages = append(s.Messages, Message{OwedMessage: m, OwedAt: r.At, Cause: r.Version, Status: MessageOwed})
	}
}

func (f *Rated) apply(s *State, r Recorded) {
	s.Rating.Rated, s.Rating.At, s.Rating.Proposed = *f, r.At, nil
	if _, ok := s.Rating.Reached[f.Level]; !ok {
		s.Rating.Reached[f.Level] = r.At
	}
	s.Briefing.Touched = r.Version
}

func (f *LoweringProposed) apply(s *State, _ Recorded) { s.Rating.Proposed = f }

func (f *PostReportDecided) apply(s *State, _ Recorded) { s.Known.PostIncidentReport = &f.Required }

func (f *DutiesOwed) apply(s *State, r Recorded) {
	for _, d := range f.Duties {
		s.Duties = append(s.Duties, Duty{OwedDuty: d, Since: r.At, Stages: map[string]bool{}})
	}
}

func (f *DutyDischarged) apply(s *State, r Recorded) {
	if d := s.duty(f.Duty); d != nil {
		d.Discharged, d.DischargedAt, d.How, d.DischargedBy = true, time.UnixMicro(f.At).UTC(), f.How, r.Actor
		d.LateBy, d.Texts = time.Duration(f.LateBy)*time.Microsecond, r.Texts
	}
}

func (f *DutyStageReached) apply(s *State, _ Recorded) {
	if d := s.duty(f.Duty); d != nil {
		d.Stages[f.Stage] = true
	}
}

// apply changes nothing: what was disposed of is a text, and no state holds texts.
func (*Disposed) apply(*State, Recorded) {}

func replace[T any](to **T, from *T) {
	if from != nil {
		*to = from
	}
}

func replaceWord(to *string, from string) {
	if from != "" {
		*to = from
	}
}

func (s *State) duty(id string) *Duty {
	for i := range s.Duties {
		if s.Duties[i].ID == id {
			return &s.Duties[i]
		}
	}
	return nil
}

// Duty answers a duty by its id inside the incident.
func (s State) Duty(id string) (Duty, bool) {
	if d := s.duty(id); d != nil {
		return *d, true
	}
	return Duty{}, false
}

func (s *State) track(authority string) *Track {
	for i := range s.Tracks {
		if s.Tracks[i].Authority == authority {
			return &s.Tracks[i]
		}
	}
	return nil
}

func (s *State) message(id string) *Message {
	for i := range s.Messages {
		if s.Messages[i].ID == id {
			return &s.Messages[i]
		}
	}
	return nil
}

func (s *State) question(id string) *Question {
	for i := range s.Questions {
		if s.Questions[i].ID == id {
			return &s.Questions[i]
		}
	}
	return nil
}

// Authorities lists who was told on a track of their own.
func (s State) Authorities() []string {
	ids := make([]string, len(s.Tracks))
	for i, t := range s.Tracks {
		ids[i] = t.Authority
	}
	return ids
}

// clone copies what Apply changes in place or appends to, so that deciding leaves the caller's state as it was: others may be
// deciding on it at the same time.
func (s State) clone() State {
	s.Filings, s.Calls = slices.Clone(s.Filings), slices.Clone(s.Calls)
	s.Tracks, s.Messages, s.Questions = slices.Clone(s.Tracks), slices.Clone(s.Messages), slices.Clone(s.Questions)
	s.Restriction.Members, s.Restriction.Breakings = slices.Clone(s.Restriction.Members), slices.Clone(s.Restriction.Breakings)
	s.Duties = slices.Clone(s.Duties)
	for i := range s.Duties {
		s.Duties[i].Stages = maps.Clone(s.Duties[i].Stages)
	}
	s.Told, s.Requests = maps.Clone(s.Told), maps.Clone(s.Requests)
	s.Known.Events, s.Known.Stated = maps.Clone(s.Known.Events), maps.Clone(s.Known.Stated)
	s.Rating.Reached = maps.Clone(s.Rating.Reached)
	s.Restriction.Ever = slices.Clone(s.Restriction.Ever)
	s.Response, s.Mentions = response.Clone(s.Response), slices.Clone(s.Mentions)
	s.Lifecycle.Phases, s.Lifecycle.Links = slices.Clone(s.Lifecycle.Phases), slices.Clone(s.Lifecycle.Links)
	s.Assessment.Statements, s.Assessment.StatedAt = slices.Clone(s.Assessment.Statements), maps.Clone(s.Assessment.StatedAt)
	s.Assessment.Awaiting = slices.Clone(s.Assessment.Awaiting)
	s.Containment, s.Review, s.State = containment.Clone(s.Containment), review.Clone(s.Review), communication.Clone(s.State)
	return s
}
