package policy

import (
	"time"

	"tocsin/internal/domain/calendar"
)

// Corrective says when the owner of a corrective action is reminded, when it is escalated, and by when its evidence is looked at. MA 6.6.1.2
type Corrective struct {
	Title, Clause string
	Unverified    bool
	Within        string // how long there is to look at the evidence, in plain words

	remind, escalate, verify period
	calendar                 *calendar.Calendar
}

// These hold where a pack says nothing: this program's own settings, no law.
var (
	defaultRemind   = period{N: 7, Unit: calendarDays}
	defaultEscalate = period{N: 7, Unit: calendarDays}
	defaultVerify   = period{N: 14, Unit: calendarDays}
)

type correctiveDoc struct {
	ruleDoc
	Remind   period `yaml:"remind_before" required:"true" doc:"How long before its time the owner is reminded; at most half of the time that there is."`
	Escalate period `yaml:"escalate_after" required:"true" doc:"How long after its time the coordinator hears of an action that is still open."`
	Verify   period `yaml:"verify_within" required:"true" doc:"By when, from the completion on, somebody looks at the evidence."`
}

// DefaultCorrective is what holds where a pack says nothing.
func DefaultCorrective() Corrective {
	return Corrective{Title: "Remind of corrective actions, escalate them, and look at their evidence", Clause: "configuration", Within: defaultVerify.String(),
		remind: defaultRemind, escalate: defaultEscalate, verify: defaultVerify}
}

func (c *checker) corrective() Corrective {
	out := DefaultCorrective()
	out.calendar = c.pack.calendar
	if d := c.doc.Corrective; d != nil {
		r := c.rule("corrective actions", d.ruleDoc)
		out.Title, out.Clause, out.Unverified = r.title, r.clause, r.unverified
		out.remind, out.escalate, out.verify, out.Within = d.Remind, d.Escalate, d.Verify, d.Verify.String()
		for _, p := range []period{d.Remind, d.Escalate, d.Verify} {
			if p.Unit == atOnce {
				c.add(p.Pos, "write hours or days", "a reminder at the very time is none")
			}
		}
	}
	return out
}

// Corrective says when the owner of a corrective action is reminded, and so on.
func (p *Pack) Corrective() Corrective { return p.corrective }

// Remind is when the owner of an action that is due is reminded of it: at most half of the time there is before.
func (x Corrective) Remind(now, due time.Time) time.Time {
	at, half := x.shift(due, x.remind, -1), due.Add(-due.Sub(now)/2)
	if at.Before(half) {
		return half
	}
	return at
}

// Escalate is when the coordinator hears of an action that was due and is still open.
func (x Corrective) Escalate(due time.Time) time.Time { return x.shift(due, x.escalate, 1) }

// Verify is by when somebody looks at the evidence of an action that was completed.
func (x Corrective) Verify(done time.Time) time.Time { return x.shift(done, x.verify, 1) }

// shift moves an instant by a period. A calendar day is the same time of another day; business days end when offices close.
func (x Corrective) shift(at time.Time, p period, sign int) time.Time {
	if d, ok := p.elapsed(); ok {
		return at.Add(time.Duration(sign) * d)
	}
	local := at.UTC()
	if x.calendar != nil {
		local = at.In(x.calendar.Zone())
	}
	if p.Unit == calendarDays || x.calendar == nil {
		return local.AddDate(0, 0, sign*p.N).UTC()
	}
	return x.calendar.CloseOn(x.calendar.AddBusinessDays(calendar.DateOf(local), sign*p.N))
}
