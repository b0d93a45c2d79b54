package incident

import (
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

func (d *decision) told(authority string) (*Track, error) {
	t := d.s.track(authority)
	if t == nil {
		return nil, fault.NotFound("this authority was not told of the incident")
	}
	return t, nil
}

// decide records that an authority has the report. A second time changes nothing.
func (c Acknowledge) decide(d *decision) error {
	t, err := d.told(c.Authority)
	if err != nil || t.Acknowledged {
		return err
	}
	d.emit(&Acknowledged{Authority: c.Authority, Via: c.Via}, nil)
	d.afterAnswer(c.Authority)
	return nil
}

// afterAnswer discharges what the authority's answer discharges and confirms to the reporters.
func (d *decision) afterAnswer(authority string) {
	d.dischargeWhere(policy.DischargeAcknowledged, func(x Duty) bool {
		return x.Discharge == policy.DischargeAcknowledged &&
			x.By.Authority == authority
	})
	d.confirm()
}

// decide puts a question to the entity, which then owes an answer. CA step 5
func (c Ask) decide(d *decision) error {
	t, err := d.told(c.Authority)
	if err != nil {
		return err
	}
	if t.Status == TrackClosedState {
		return fault.Conflict("this authority has closed its track")
	}
	for _, q := range d.s.Questions {
		if q.Authority == c.Authority && !q.Answered && q.Text == c.Texts[TextQuestion] {
			return nil
		}
	}
	id := part.Ordinal("q", len(d.s.Questions)+1)
	d.emit(&Asked{Question: id, Authority: c.Authority}, c.Texts)
	p, _ := d.env.Pack.OwedOn(policy.OnQuestion, d.env.Now) // every pack has it
	duty := d.owed(p, 0)
	duty.Rule, duty.Question, duty.Discharge, duty.To = duty.Rule+":"+id, id, policy.DischargeAnswered,
		policy.Recipient{Authority: c.Authority}
	if a, ok := d.env.Dir.Authority(c.Authority); ok {
		duty.ToLabel = a.Name
	}
	duty = d.oweOne(duty)
	d.send(d.toPeople(d.reporters(), OwedMessage{Kind: KindQuestion, Lane: LaneStatutory, Question: id, Duty: duty.ID, About: c.Authority,
		Why: "An authority asks for more.", Clause: duty.Clause}))
	d.afterAnswer(c.Authority)
	return nil
}

// decide closes a question and tells the authority.
func (c AnswerQuestion) decide(d *decision) error {
	q := d.s.question(c.Question)
	switch {
	case q == nil:
		return fault.NotFound("no such question")
	case q.Answered:
		return fault.Conflict("this question is answered; file a supplement to add to it")
	}
	authority := q.Authority
	d.emit(&Answered{Question: c.Question}, c.Texts)
	d.dischargeWhere(policy.DischargeAnswered, func(x Duty) bool { return x.Question == c.Question })
	d.send(d.to(policy.Recipient{Authority: authority}, OwedMessage{Kind: KindAnswer, Lane: LaneStatutory, Question: c.Question,
		Why: "The entity answered your question."}))
	return nil
}

// decide records that an authority will not act and tells the reporters. What the entity owes stays owed.
func (c Decline) decide(d *decision) error {
	t, err := d.told(c.Authority)
	if err != nil || t.Status == TrackDeclined {
		return err
	}
	if t.Status == TrackClosedState {
		return fault.Conflict("this authority has closed its track")
	}
	d.emit(&Declined{Authority: c.Authority}, c.Texts)
	d.send(d.toPeople(d.reporters(), OwedMessage{Kind: KindDeclined, Lane: LaneConfirm, About: c.Authority,
		Why: "An authority will not act on this report. What you owe stays owed."}))
	d.afterAnswer(c.Authority)
	return nil
}

// decide records that an authority is done and tells the reporters.
func (c CloseTrack) decide(d *decision) error {
	t, err := d.told(c.Authority)
	if err != nil || t.Status == TrackClosedState {
		return err
	}
	d.emit(&TrackClosed{Authority: c.Authority}, c.Texts)
	d.send(d.toPeople(d.reporters(), OwedMessage{Kind: KindTrackClosed, Lane: LaneConfirm, About: c.Authority,
		Why: "An authority has finished its work on this report."}))
	d.afterAnswer(c.Authority)
	return nil
}
