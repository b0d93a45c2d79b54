package policy

import "slices"

// ReportManagement is the list of items, and the mark of those told, that belong to the report to management. MA 6.5.3
const ReportManagement = "management"

// Audience is a group of people that is kept informed by status updates. MA 6.3.1.1.2, MA 6.6.1.4
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

// Informing is what a pack says about telling management and others.
type Informing struct {
	Items     []Item     // of every report
	Audiences []Audience // of status updates
}

// Informing answers what the pack says about telling management and others.
func (p *Pack) Informing() Informing { return Informing{Items: p.Items(), Audiences: p.Audiences()} }

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
