package policy

import "time"

// Occasion is something that happens to an incident and makes somebody owe something, apart from the conditions over its facts. Each is
// a key of the pack.
type Occasion string

// Occasions.
const (
	OnQuestion = Occasion("answers")      // an authority asked a question. CA step 5
	OnChange   = Occasion("report_again") // a material item changed after a report to management was issued. MA 6.5.3
	OnAsked    = Occasion("asked")        // the response team asked somebody for an item of the assessment. MA 6.5.2.3
	OnEnded    = Occasion("validation")   // somebody closed an incident who is not the coordinator. MA 6.3.1.1.3
)

func (c *checker) occasions() map[Occasion]*owing {
	out := map[Occasion]*owing{}
	add := func(on Occasion, r ruleDoc, k clockDoc, by Recipient, ends string) {
		out[on] = &owing{conditional: conditional{c.rule("reason", r), always}, clock: c.clock(k), by: by, ends: ends}
	}
	for _, x := range []struct {
		on   Occasion
		doc  *answerDoc
		ends string
	}{{OnQuestion, c.doc.Answers, DischargeAnswered}, {OnChange, c.doc.ReportAgain, DischargeManagement}, {OnEnded, c.doc.Validation, DischargeValidated}} {
		if x.doc != nil {
			add(x.on, x.doc.ruleDoc, x.doc.clockDoc, c.recipient(x.doc.By, true), x.ends)
		}
	}
	if d := c.doc.Asked; d != nil {
		add(OnAsked, d.ruleDoc, d.clockDoc, Recipient{}, DischargeItem)
	}
	return out
}

// OwedOn is what is owed when something happened at an instant; owed is false where the pack asks for nothing then. OnAsked leaves By
// empty: whoever was asked owes it.
func (p *Pack) OwedOn(on Occasion, at time.Time) (d Duty, owed bool) {
	o := p.occasions[on]
	if o == nil {
		return Duty{}, false
	}
	return o.duty(at), true
}

// Agreed puts a time that people agreed on in place of the one that the rule sets. The warning and the escalation keep their distance
// from it; the warning comes when half of the time has passed at the earliest.
func (d Duty) Agreed(now, due time.Time) Duty {
	half := now.Add(due.Sub(now) / 2)
	switch {
	case d.Due.IsZero() || d.Warn.IsZero():
		d.Warn = half
	default:
		if d.Warn = due.Add(-d.Due.Sub(d.Warn)); d.Warn.Before(half) {
			d.Warn = half
		}
	}
	if !d.Due.IsZero() && !d.Escalate.IsZero() {
		d.Escalate = due.Add(d.Escalate.Sub(d.Due))
	}
	d.Due, d.Clock = due, "by the time that was agreed"
	return d
}
