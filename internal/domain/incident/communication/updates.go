package communication

import (
	"slices"
	"time"

	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// UpdateDrafted is a status update for one audience, not yet sent; what it says is the text "update". Who must approve it stands as
// the pack had it then. MA 6.6.1.4
type UpdateDrafted struct {
	Update    string             `json:"update"`   // "u1", "u2" …
	Audience  string             `json:"audience"` // id in the pack
	Approvals []policy.Recipient `json:"approvals"`
}

// FactName implements Fact.
func (UpdateDrafted) FactName() string { return "incident.update_drafted.v1" }

// UpdateRevised gives an update another text; approvals of the earlier one hold no more.
type UpdateRevised struct {
	Update string `json:"update"`
}

// FactName implements Fact.
func (UpdateRevised) FactName() string { return "incident.update_revised.v1" }

// UpdateApproved says that one of those who must approve an update has. MA 6.3.2.4
type UpdateApproved struct {
	Update string           `json:"update"`
	For    policy.Recipient `json:"for"` // the office under which it was approved
}

// FactName implements Fact.
func (UpdateApproved) FactName() string { return "incident.update_approved.v1" }

// UpdateReturned sends an update back to its writer, with the reason as a text.
type UpdateReturned struct {
	Update string `json:"update"`
}

// FactName implements Fact.
func (UpdateReturned) FactName() string { return "incident.update_returned.v1" }

// UpdateSent says that an update left: by mail, or passed on by another way.
type UpdateSent struct {
	Update string `json:"update"`
	Via    string `json:"via"` // one of Channels
}

// FactName implements Fact.
func (UpdateSent) FactName() string { return "incident.update_sent.v1" }

// UpdateDropped says that an update is not sent.
type UpdateDropped struct {
	Update string `json:"update"`
}

// FactName implements Fact.
func (UpdateDropped) FactName() string { return "incident.update_dropped.v1" }

// CommunicationLogged keeps that somebody told somebody something outside this system, a telephone call above all. Who, to whom
// and what are a text. MA 6.3.1.3.4
type CommunicationLogged struct {
	Communication string `json:"communication"` // "k1", "k2" …
	Channel       string `json:"channel"`       // one of Channels
	Incoming      bool   `json:"incoming,omitempty"`
	At            int64  `json:"at"` // microseconds UTC
}

// FactName implements Fact.
func (CommunicationLogged) FactName() string { return "incident.communication_logged.v1" }

// Names of the texts of updates and communications.
const (
	TextUpdate        = "update"
	TextCommunication = "communication" // JSON: who, whom, summary
)

// Channels by which people tell each other something. Mail here is mail that this system sends, or that somebody sent themselves.
var Channels = []string{"telephone", "meeting", "mail", "chat", "letter", "press", "website", "other"}

// Update states.
const (
	UpdateDraft = "draft"
	UpdateLeft  = "sent"
	UpdateEnded = "dropped"
)

// Update is one status update, with what became of it.
type Update struct {
	ID, Audience string
	Approvals    []policy.Recipient // who must approve it
	Approved     []Approval         // of the text as it stands
	Text         string             // digest
	Writer       string             // actor id of who wrote the text as it stands
	WrittenAt    time.Time
	Returned     string // digest: why it came back
	ReturnedBy   string // actor id
	Status       string
	EndedAt      time.Time // sent or dropped
	EndedBy      string    // actor id
	Via          string
}

// Approval is one approval of a text.
type Approval struct {
	For policy.Recipient
	By  string // actor id
	At  time.Time
}

// Open lists the approvals that an update still needs.
func (u Update) Open() []policy.Recipient {
	return slices.DeleteFunc(slices.Clone(u.Approvals), func(r policy.Recipient) bool {
		return slices.ContainsFunc(u.Approved, func(a Approval) bool { return a.For == r })
	})
}

// Alone says that nobody but the writer has approved a text that needs approval.
func (u Update) Alone() bool {
	return len(u.Approvals) > 0 && !slices.ContainsFunc(u.Approved, func(a Approval) bool { return a.By != u.Writer })
}

// Communication is one that was logged.
type Communication struct {
	ID, Channel string
	Incoming    bool
	At          time.Time // when it took place
	LoggedAt    time.Time
	LoggedBy    string // actor id
	Text        string // digest
}

// Update answers one status update by its id.
func (s State) Update(id string) (Update, bool) {
	i := slices.IndexFunc(s.Updates, func(u Update) bool { return u.ID == id })
	if i < 0 {
		return Update{}, false
	}
	return s.Updates[i], true
}

func (f *UpdateDrafted) apply(s *State, r record.Recorded) {
	s.Updates = append(s.Updates, Update{ID: f.Update, Audience: f.Audience, Approvals: f.Approvals, Status: UpdateDraft,
		Text: r.Texts[TextUpdate], Writer: r.Actor, WrittenAt: r.At})
}

func (f *UpdateRevised) apply(s *State, r record.Recorded) {
	s.changeUpdate(f.Update, func(u *Update) {
		u.Approved, u.Returned, u.ReturnedBy, u.Text, u.Writer, u.WrittenAt = nil, "", "", r.Texts[TextUpdate], r.Actor, r.At
	})
}

func (f *UpdateApproved) apply(s *State, r record.Recorded) {
	s.changeUpdate(f.Update, func(u *Update) {
		u.Approved = append(slices.Clone(u.Approved), Approval{For: f.For, By: r.Actor, At: r.At})
	})
}

func (f *UpdateReturned) apply(s *State, r record.Recorded) {
	s.changeUpdate(f.Update, func(u *Update) { u.Approved, u.Returned, u.ReturnedBy = nil, r.Texts[part.TextReason], r.Actor })
}

func (f *UpdateSent) apply(s *State, r record.Recorded) {
	s.changeUpdate(f.Update, func(u *Update) { u.Status, u.EndedAt, u.EndedBy, u.Via = UpdateLeft, r.At, r.Actor, f.Via })
}

func (f *UpdateDropped) apply(s *State, r record.Recorded) {
	s.changeUpdate(f.Update, func(u *Update) { u.Status, u.EndedAt, u.EndedBy = UpdateEnded, r.At, r.Actor })
}

func (f *CommunicationLogged) apply(s *State, r record.Recorded) {
	s.Communications = append(s.Communications, Communication{ID: f.Communication, Channel: f.Channel, Incoming: f.Incoming,
		At: time.UnixMicro(f.At).UTC(), LoggedAt: r.At, LoggedBy: r.Actor, Text: r.Texts[TextCommunication]})
}

func (s *State) changeUpdate(id string, change func(*Update)) {
	for i := range s.Updates {
		if s.Updates[i].ID == id {
			change(&s.Updates[i])
		}
	}
}
