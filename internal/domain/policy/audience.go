package policy

import (
	"slices"
	"time"
)

// ReportManagement is the list of items, and the mark of those told, that belong to the report to management. MA 6.5.3
const ReportManagement = "management"

// Audience is a group of people that is kept informed by status updates. MA 6.3.1.1.2, 6.6.1.4
type Audience struct {
	ID         string      `json:"id"`
	Title      string      `json:"title"`
	Clause     string      `json:"clause"`
	Unverified bool        `json:"unverified,omitempty"`
	Template   string      `json:"template"`  // what a new update begins with
	To         []Recipient `json:"to"`        // who gets it by mail; nobody: it is passed on by another way
	Approvals  []Recipient `json:"approvals"` // who must approve it before
}

// Audiences lists who can be kept informed, in the order of the pack.
func (p *Pack) Audiences() []Audience { return slices.Clone(p.audiences) }

// ReportAgain is what is owed when a material item changed, at the given instant, after a report to management was issued; ok is
// false where the pack asks for nothing.
func (p *Pack) ReportAgain(changed time.Time) (d Duty, ok bool) {
	if p.again == nil {
		return Duty{}, false
	}
	return p.again.duty(changed), true
}

func (c *checker) again() *owing {
	if c.doc.ReportAgain == nil {
		return nil
	}
	d := *c.doc.ReportAgain
	return &owing{conditional: conditional{c.rule("reason", d.ruleDoc), always}, clock: c.clock(d.clockDoc), by: c.recipient(d.By, true), ends: DischargeManagement}
}

func (c *checker) audience(d audienceDoc) Audience {
	r := c.rule("audience", d.ruleDoc)
	return Audience{ID: r.id, Title: r.title, Clause: r.clause, Unverified: r.unverified, Template: d.Template.S,
		To: c.recipients(d.To), Approvals: c.recipients(d.Approvals)}
}

func (c *checker) recipients(list []recipient) []Recipient {
	out := make([]Recipient, len(list))
	for i, d := range list {
		out[i] = c.recipient(d, true)
	}
	return out
}
