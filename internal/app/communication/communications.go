package communication

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/incidents"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
)

// CommunicationView is one communication about an incident: a message of this system, an update, a call, or what somebody logged.
type CommunicationView struct {
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"`    // logged, report_by_telephone, update, or the kind of the message
	Channel  string    `json:"channel"` // telephone, meeting, mail, webhook …
	Incoming bool      `json:"incoming"`
	Who      string    `json:"who"`
	Whom     string    `json:"whom"`
	Summary  string    `json:"summary"`
	Status   string    `json:"status,omitempty"` // of a message
	LoggedBy string    `json:"logged_by,omitempty"`
}

// CommunicationsView is everything that was said about an incident, newest first.
type CommunicationsView struct {
	Incident string              `json:"incident"`
	Marking  string              `json:"marking" enum:"none,confidential,restricted"`
	Entries  []CommunicationView `json:"communications"`
	PackID   string              `json:"-"`
	Zone     *time.Location      `json:"-"`
	MayLog   bool                `json:"-"`
}

// CommunicationLog is what somebody logs of a communication.
type CommunicationLog struct {
	Channel  string
	Incoming bool
	At       string // RFC 3339
	Who      string // on our side
	Whom     string // on the other
	Summary  string
}

// communicationText is the stored form. Field names never change meaning.
type communicationText struct {
	Who     string `json:"who"`
	Whom    string `json:"whom"`
	Summary string `json:"summary"`
}

// Communications answers the log of every communication. MA 6.3.1.3.4
func (a *Room) Communications(ctx context.Context, by access.Actor, number string) (CommunicationsView, error) {
	b, err := a.brief(ctx, by, number, "communications")
	if err != nil {
		return CommunicationsView{}, err
	}
	v := CommunicationsView{Incident: b.St.Number, Marking: b.St.Marking(), Entries: []CommunicationView{}, PackID: b.s.Pack.ID, Zone: b.s.Pack.Calendar().Zone(),
		MayLog: access.Allow(by, access.Work, act.ObjectOf(b.St))}
	for _, c := range b.St.Communications {
		var t communicationText
		_ = json.Unmarshal(b.texts[c.Text], &t) // a disposed text leaves the fields empty
		v.Entries = append(v.Entries, CommunicationView{At: c.At, Kind: "logged", Channel: c.Channel, Incoming: c.Incoming, Who: t.Who, Whom: t.Whom, Summary: t.Summary,
			LoggedBy: act.ActorName(c.LoggedBy, b.s.Dir)})
	}
	for _, c := range incidents.CallViews(b.St, b.texts) {
		v.Entries = append(v.Entries, CommunicationView{At: c.CalledAt, Kind: "report_by_telephone", Channel: "telephone", Who: c.Caller, Whom: c.Called, Summary: c.Description})
	}
	for _, u := range b.St.Updates {
		if u.Status == incident.UpdateLeft && u.Via != incident.ChannelOfMail {
			v.Entries = append(v.Entries, CommunicationView{At: u.EndedAt, Kind: "update", Channel: u.Via, Who: act.ActorName(u.EndedBy, b.s.Dir), Whom: u.Audience, Summary: "Status update " + u.ID})
		}
	}
	for _, m := range b.St.Messages {
		one := CommunicationView{At: m.OwedAt, Kind: m.Kind, Channel: m.Channel, Who: "Tocsin", Whom: a.MessageTo(m.OwedMessage, b.s), Summary: m.Why, Status: m.Status}
		if !m.At.IsZero() {
			one.At = m.At
		}
		v.Entries = append(v.Entries, one)
	}
	slices.SortStableFunc(v.Entries, func(x, y CommunicationView) int { return y.At.Compare(x.At) })
	return v, nil
}

// LogCommunication keeps that somebody told somebody something: a telephone call above all.
func (a *Room) LogCommunication(ctx context.Context, by access.Actor, number string, l CommunicationLog) error {
	for _, f := range []struct{ name, text, why string }{{"who", l.Who, "say who of us it was"}, {"whom", l.Whom, "say with whom"}, {"summary", l.Summary, "say what was said"}} {
		if err := incident.CheckProse(f.name, f.text, f.why); err != nil {
			return err
		}
	}
	at, err := momentOf("at", l.At)
	if err != nil {
		return err
	}
	text, err := json.Marshal(communicationText{Who: l.Who, Whom: l.Whom, Summary: l.Summary})
	if err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), map[string]string{incident.TextCommunication: string(text)}, func(refs map[string]string) incident.Command {
		return incident.LogCommunication{Channel: l.Channel, Incoming: l.Incoming, At: time.UnixMicro(at.At).UTC(), Texts: refs}
	})
}
