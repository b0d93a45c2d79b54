package incident

import (
	"slices"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/containment"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// settle discharges the duties whose fact has come about.
func (d *decision) settle(a policy.Assessment) {
	for _, duty := range d.s.Duties {
		if !duty.Discharged && d.fulfilled(duty.OwedDuty, a) {
			d.discharge(duty, duty.Discharge, d.env.Now, nil)
		}
	}
}

// fulfilled says whether the fact that discharges a duty is there.
func (d *decision) fulfilled(duty OwedDuty, a policy.Assessment) bool {
	switch duty.Discharge {
	case policy.DischargeFiled:
		return len(d.s.Filings) > 0
	case policy.DischargeWritten:
		return slices.ContainsFunc(d.s.Filings, func(f FilingRecord) bool { return f.Kind == Written })
	case policy.DischargeItems:
		return len(d.s.Filings) > 0 && len(a.Missing) == 0
	case policy.DischargeRated:
		return d.s.Rating.Level != policy.Unrated
	case policy.DischargeComplete:
		return !d.s.Rating.Provisional && d.s.Rating.Level != policy.Unrated
	case policy.DischargeResponse:
		return !d.s.Response.StartedAt.IsZero()
	case policy.DischargeAnalysis:
		return d.s.Review.Signed
	case policy.DischargeManagement:
		return d.s.reported(duty.Rule)
	case policy.DischargeAcknowledged:
		t := d.s.track(duty.By.Authority)
		return t != nil && t.Acknowledged
	case policy.DischargeItem:
		_, waits := d.s.AwaitedFrom(itemOf(duty.Rule))
		return !waits
	case policy.DischargeAnswered:
		q := d.s.question(duty.Question)
		return q != nil && q.Answered
	}
	return false
}

func (d *decision) discharge(duty Duty, how string, at time.Time, texts map[string]string) {
	f := DutyDischarged{Duty: duty.ID, How: how, At: at.UnixMicro()}
	if duty.Due > 0 {
		f.LateBy = max(0, at.UnixMicro()-duty.Due)
	}
	d.emit(&f, texts)
}

// dischargeWhere ends, by how, the open duties that match.
func (d *decision) dischargeWhere(how string, match func(Duty) bool) {
	for _, duty := range d.s.Duties {
		if !duty.Discharged && match(duty) {
			d.discharge(duty, how, d.env.Now, nil)
		}
	}
}

// openUntil matches duties that one kind of act discharges.
func openUntil(discharge string) func(Duty) bool {
	return func(x Duty) bool { return x.Discharge == discharge }
}

// owe records what the assessment says is owed and is not owed yet. A duty that its own facts already discharge is not
// owed at all: a complete report owes no completion.
func (d *decision) owe(a policy.Assessment) {
	var fresh []OwedDuty
	for _, p := range a.Duties {
		o := d.owed(p, len(fresh))
		if !d.owes(o.Rule, fresh) && !d.fulfilled(o, a) {
			fresh = append(fresh, o)
		}
	}
	if len(fresh) > 0 {
		d.emit(&DutiesOwed{Duties: fresh}, nil)
	}
}

// oweOne records one duty, and answers it with its id.
func (d *decision) oweOne(o OwedDuty) OwedDuty {
	o.ID = part.Ordinal("d", len(d.s.Duties)+1)
	d.emit(&DutiesOwed{Duties: []OwedDuty{o}}, nil)
	return o
}

// KindDutyOwed tells somebody what they owe from now on.
const KindDutyOwed = "duty_owed"

// oweAndTell records a duty and tells whoever owes it, and why.
func (d *decision) oweAndTell(o OwedDuty, why string) {
	o = d.oweOne(o)
	d.send(d.to(o.By, OwedMessage{Kind: KindDutyOwed, Lane: LaneConfirm, Duty: o.ID, Why: why, Clause: o.Clause}))
}

func (d *decision) owes(rule string, fresh []OwedDuty) bool {
	return slices.ContainsFunc(d.s.Duties, func(x Duty) bool { return x.Rule == rule }) ||
		slices.ContainsFunc(fresh, func(x OwedDuty) bool { return x.Rule == rule })
}

// owed freezes a duty's instants: later packs and calendars never change them.
func (d *decision) owed(p policy.Duty, offset int) OwedDuty {
	return OwedDuty{ID: part.Ordinal("d", len(d.s.Duties)+offset+1), Rule: p.Rule, What: p.What, By: p.By, To: p.To, ToLabel: p.ToLabel,
		From: p.From, Clock: p.Clock, Calendar: p.Calendar, Warn: micro(p.Warn), Due: micro(p.Due), Escalate: micro(p.Escalate),
		EscalateTo: p.EscalateTo, Discharge: p.Discharge, Clause: p.Clause, Unverified: p.Unverified}
}

// decide records a named person's word that a duty was fulfilled. Duties that a fact of the incident discharges are
// not open to it: what the system can see, it does not take on trust.
func (c DischargeDuty) decide(d *decision) error {
	duty := d.s.duty(c.Duty)
	switch {
	case duty == nil:
		return fault.NotFound("no such duty")
	case duty.Discharged:
		return nil
	case duty.Discharge != policy.DischargeStatement && duty.Discharge != policy.DischargeResponse:
		return fault.Conflict("this duty is discharged by the act itself, not by a statement")
	}
	d.discharge(*duty, duty.Discharge, d.env.Now, c.Texts)
	return nil
}

// NextInstant is when the duty's clock has something to say next, in microseconds; 0 for never.
func (d Duty) NextInstant() int64 {
	if d.Discharged {
		return 0
	}
	for _, st := range d.stages() {
		if !d.Stages[st.name] {
			return st.at
		}
	}
	return 0
}

type stage struct {
	name string
	at   int64
}

// stages lists the duty's stored instants in the order in which they are reached.
func (d Duty) stages() []stage {
	var s []stage
	for _, st := range []stage{{StageWarned, d.Warn}, {StageOverdue, d.Due}, {StageEscalated, d.Escalate}} {
		if st.at > 0 {
			s = append(s, st)
		}
	}
	slices.SortStableFunc(s, func(a, b stage) int { return int(min(1, max(-1, a.at-b.at))) })
	return s
}

// Overdue says whether the duty is still owed at or after its due instant.
func (d Duty) Overdue(now time.Time) bool { return !d.Discharged && part.Overdue(d.Due, now) }

// NextClock is the earliest instant at which any clock of the incident has something to say, in microseconds; 0 for never.
func (s State) NextClock() int64 {
	var next int64
	for _, d := range s.Duties {
		if at := d.NextInstant(); at > 0 && (next == 0 || at < next) {
			next = at
		}
	}
	if at := s.nextExpiry(); at > 0 && (next == 0 || at < next) {
		next = at
	}
	if at := s.Containment.NextAnswer(); at > 0 && (next == 0 || at < next) {
		next = at
	}
	return next
}

// NextDue is the earliest due instant of what is still owed, in microseconds; 0 for none.
func (s State) NextDue() int64 {
	var next int64
	for _, d := range s.Duties {
		if !d.Discharged && d.Due > 0 && (next == 0 || d.Due < next) {
			next = d.Due
		}
	}
	return next
}

// decide fires every stage whose instant has passed, each once, however long ago: after an outage all are recorded with
// how late they are, and each duty's people are told once, of the last stage. MA 6.1.1.3, MA 6.5.2
func (RunClock) decide(d *decision) error {
	now := d.env.Now.UnixMicro()
	d.expire()
	d.carryOut(containment.Unanswered(d.s.Containment, d.view())...)
	for _, duty := range slices.Clone(d.s.Duties) {
		if duty.Discharged {
			continue
		}
		last := ""
		for _, st := range duty.stages() {
			if part.Overdue(st.at, d.env.Now) && !duty.Stages[st.name] {
				d.emit(&DutyStageReached{Duty: duty.ID, Stage: st.name, At: st.at, LateBy: now - st.at}, nil)
				last = st.name
			}
		}
		if last != "" {
			d.tellOfStage(duty, last)
		}
	}
	return nil
}

// tellOfStage sends the owner a reminder; from the due instant on also the person it escalates to; at the last stage the
// operator is alarmed.
func (d *decision) tellOfStage(duty Duty, stage string) {
	chase := duty.Discharge == policy.DischargeAcknowledged
	m := OwedMessage{Kind: KindDutyWarning, Lane: LaneStatutory, Duty: duty.ID, Why: duty.What, Clause: duty.Clause}
	if chase {
		m.Kind = KindChase
	} else if stage != StageWarned {
		m.Kind = KindDutyOverdue
	}
	messages := d.to(duty.By, m)
	if stage != StageWarned {
		up := m
		up.Kind, up.Lane, up.About = KindDutyEscalated, LaneAlarm, duty.By.Authority
		if chase {
			up.Kind = KindEscalation
		}
		messages = append(messages, d.to(duty.EscalateTo, up)...)
	}
	if stage == StageEscalated {
		alarm := m
		alarm.Kind, alarm.Lane, alarm.About = KindAlarm, LaneAlarm, duty.By.Authority
		messages = append(messages, d.toOperator(alarm)...)
	}
	d.send(messages)
}
