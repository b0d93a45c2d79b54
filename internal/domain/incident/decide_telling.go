package incident

import (
	"slices"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// Kinds of message.
const (
	KindAuthorityNotice     = "authority_notice"
	KindAuthorityUpdate     = "authority_update"
	KindRoleNotice          = "role_notice"
	KindConfirmDelivered    = "confirm_delivered"
	KindConfirmAcknowledged = "confirm_acknowledged"
	KindChase               = "chase"
	KindEscalation          = "escalation"
	KindAlarm               = "alarm"
	KindQuestion            = "question"
	KindAnswer              = "answer"
	KindDutyWarning         = "duty_warning"
	KindDutyOverdue         = "duty_overdue"
	KindDutyEscalated       = "duty_escalated"
	KindUndeliverable       = "undeliverable"
	KindRatingRaised        = "rating_raised"
	KindLoweringProposed    = "lowering_proposed"
	KindDeclined            = "declined"
	KindTrackClosed         = "track_closed"
)

// tell records who is newly told, opens their tracks, and owes each authority's acknowledgement. CA step 1, MA 6.5.1
func (d *decision) tell(a policy.Assessment) {
	var f MessagesOwed
	for _, t := range a.Tell {
		if d.s.Told[t.Rule] || slices.Contains(f.Told, t.Rule) {
			continue
		}
		m := OwedMessage{Kind: KindRoleNotice, Lane: LaneStatutory, Rule: t.Rule, Why: t.Why, Clause: t.Clause, Filing: int64(len(d.s.Filings))}
		if t.To.Authority != "" {
			m.Kind = KindAuthorityNotice
		}
		if t.Track && t.To.Authority != "" && d.s.track(t.To.Authority) == nil {
			f.Tracks = append(f.Tracks, OpenedTrack{Authority: t.To.Authority, Rule: t.Rule, Clause: t.Clause, Confirms: t.Confirms})
		}
		f.Told = append(f.Told, t.Rule)
		f.Messages = append(f.Messages, d.to(t.To, m)...)
	}
	if len(f.Told) == 0 {
		return
	}
	d.emit(&f, nil)
	d.oweAcknowledgements(f.Tracks)
}

// oweAcknowledgements makes each new track's answer a duty of the authority, so that the one clock chases, escalates and alarms.
func (d *decision) oweAcknowledgements(tracks []OpenedTrack) {
	var fresh []OwedDuty
	for _, t := range tracks {
		k, ok := d.env.Pack.Acknowledge(t.Authority)
		if !ok {
			continue
		}
		at := d.env.Now.UnixMicro()
		fresh = append(fresh, OwedDuty{ID: part.Ordinal("d", len(d.s.Duties)+len(fresh)+1), Rule: "acknowledge:" + t.Authority,
			What: "Acknowledge the report", By: policy.Recipient{Authority: t.Authority}, From: "told",
			Warn: at + k.Chase.Microseconds(), Due: at + k.Due.Microseconds(), Escalate: at + k.Escalate.Microseconds(),
			EscalateTo: k.To, Discharge: policy.DischargeAcknowledged, Clause: k.Clause})
	}
	if len(fresh) > 0 {
		d.emit(&DutiesOwed{Duties: fresh}, nil)
	}
}

// to addresses a message: one copy to each holder of a role, or to an authority by mail and, where it has one, by webhook.
// Where nobody holds the role the operator is told, so that no message is owed to nobody.
func (d *decision) to(r policy.Recipient, m OwedMessage) []OwedMessage {
	if r.Authority != "" {
		return d.toAuthority(r.Authority, m)
	}
	if r.Role == "" && r.Person == "" {
		return nil
	}
	return d.toPeople(Holders(d.env.Dir, r, d.s.Entity), m)
}

func (d *decision) toAuthority(id string, m OwedMessage) []OwedMessage {
	a, ok := d.env.Dir.Authority(id)
	m.Authority = id
	var out []OwedMessage
	if ok && a.Email != "" {
		m.Channel = ChannelMail
		out = append(out, m)
	}
	if ok && a.Webhook != "" {
		m.Channel = ChannelWebhook
		out = append(out, m)
	}
	if len(out) == 0 && d.s.Restriction.On {
		m.About, m.Authority = id, ""
		return d.toPeople(nil, m)
	}
	if len(out) == 0 {
		m.Channel, m.Operator = ChannelMail, true
		out = append(out, m)
	}
	return out
}

func (d *decision) toPeople(people []string, m OwedMessage) []OwedMessage {
	m.Channel = ChannelMail
	var out []OwedMessage
	for _, p := range d.confidants(people) {
		m.Person = p
		out = append(out, m)
	}
	if len(out) == 0 {
		m.Operator = true
		out = append(out, m)
	}
	return out
}

// reporters are the designated reporters of the entity, or else whoever may file for it. CA step 1
func (d *decision) reporters() []string {
	for _, role := range []directory.Role{directory.DesignatedReporter, directory.ISO, directory.CIO} {
		if people := d.env.Dir.HoldersAt(role, d.s.Entity); len(people) > 0 {
			return people
		}
	}
	return d.env.Dir.Holders(directory.DesignatedReporter, d.s.Entity)
}

// send records messages that no assessment rule asked for, each with its clause where the pack rests on that text.
func (d *decision) send(messages []OwedMessage) {
	for i, m := range messages {
		messages[i].Clause = d.env.How.Cited(m.Clause)
	}
	if len(messages) > 0 {
		d.emit(&MessagesOwed{Messages: messages}, nil)
	}
}

// tellTracks sends one message to every authority that was told and has not closed its track.
func (d *decision) tellTracks(kind, why string) {
	var messages []OwedMessage
	for _, t := range d.s.Tracks {
		if t.Status == TrackClosedState || t.Status == TrackDeclined {
			continue
		}
		messages = append(messages, d.to(policy.Recipient{Authority: t.Authority},
			OwedMessage{Kind: kind, Lane: LaneStatutory, Why: why, Clause: t.Clause, Filing: int64(len(d.s.Filings))})...)
	}
	d.send(messages)
}

func (d *decision) tellTracksOfFiling(kind string) {
	why := "The entity filed a supplement."
	if kind == Written {
		why = "The entity filed its written report."
	}
	d.tellTracks(KindAuthorityUpdate, why)
}

// confirm tells the designated reporters once when every confirming authority's message is delivered, and once more
// when every one has answered. CA step 1
func (d *decision) confirm() {
	delivered, acknowledged, any := true, true, false
	for _, t := range d.s.Tracks {
		if t.Confirms {
			any, delivered, acknowledged = true, delivered && (t.Delivered || t.Acknowledged), acknowledged && t.Acknowledged
		}
	}
	for _, c := range []struct {
		now        bool
		rule, kind string
	}{{delivered, "confirm:delivered", KindConfirmDelivered}, {acknowledged, "confirm:acknowledged", KindConfirmAcknowledged}} {
		if !any || !c.now || d.s.Told[c.rule] {
			continue
		}
		messages := d.toPeople(d.reporters(), OwedMessage{Kind: c.kind, Lane: LaneConfirm, Clause: "CA step 1", Filing: int64(len(d.s.Filings))})
		d.emit(&MessagesOwed{Told: []string{c.rule}, Messages: messages}, nil)
	}
}

// decide records what became of an attempt, and what follows from it.
func (c MessageOutcome) decide(d *decision) error {
	m := d.s.message(c.Message)
	if m == nil {
		return fault.NotFound("no such message")
	}
	if m.Status != MessageOwed {
		return nil
	}
	switch c.Outcome {
	case OutcomeSent:
		if !m.Sent {
			d.emit(&MessageSent{Message: m.ID}, nil)
		}
	case OutcomeDelivered:
		d.emit(&MessageDelivered{Message: m.ID, Digest: c.Digest}, nil)
		d.confirm()
	case OutcomeRefused, OutcomeGaveUp:
		if m.Refused && c.Outcome == OutcomeGaveUp {
			return nil
		}
		refused := *m
		d.emit(&MessageRefused{Message: m.ID, GaveUp: c.Outcome == OutcomeGaveUp}, nil)
		d.escalateRefusal(refused)
	}
	return nil
}

// escalateRefusal gives a message that cannot be delivered to a person: the IR coordinator, or the operator when the
// coordinator is the one who cannot be reached.
func (d *decision) escalateRefusal(m Message) {
	if m.Operator {
		return // the operator's own mailbox refuses: the operations page shows it; there is nobody further to write to
	}
	n := OwedMessage{Kind: KindUndeliverable, Lane: LaneAlarm, About: m.ID, Why: m.Why, Clause: m.Clause, Channel: ChannelMail}
	if d.s.Restriction.On {
		d.unreachable(m, n)
		return
	}
	people := slices.DeleteFunc(slices.Clone(Holders(d.env.Dir, d.env.Pack.Coordinator(), d.s.Entity)),
		func(p string) bool { return p == m.Person })
	if m.Kind == KindUndeliverable {
		people = nil
	}
	d.send(d.toPeople(people, n))
}
