package policy

import "slices"

// Responsibility is one thing that a role of the response team answers for. MA 6.3.1
type Responsibility struct {
	Rule       string `json:"rule"`
	Role       string `json:"role"` // of the directory
	Text       string `json:"text"`
	Clause     string `json:"clause"`
	Unverified bool   `json:"unverified,omitempty"`
}

// Criterion is one condition under which business continuity is to be activated, and whether it is met. MA 6.6.2.6
type Criterion struct {
	Rule       string `json:"rule"`
	Text       string `json:"text"`
	Clause     string `json:"clause"`
	Met        bool   `json:"met"`
	Open       bool   `json:"open"` // what is not stated yet could meet it
	Unverified bool   `json:"unverified,omitempty"`
}

type responsibilityDoc struct {
	ruleDoc
	Role text `yaml:"role" required:"true" doc:"A role of the directory."`
}

// Responsibilities lists what each role of the response team answers for, in the order of the pack.
func (p *Pack) Responsibilities() []Responsibility { return slices.Clone(p.responsibilities) }

// Continuity asks each criterion of business continuity, in the order of the pack. A person decides; this is what they look at.
func (p *Pack) Continuity(in Inputs) []Criterion {
	out := []Criterion{}
	if len(p.continuity) == 0 {
		return out
	}
	a := p.ask(&in)
	a.rate()
	a.reportability()
	a.missing()
	for _, r := range p.continuity {
		if r.holds(a.on) {
			met := a.yes(r.when)
			out = append(out, Criterion{Rule: r.id, Text: r.title, Clause: r.clause, Met: met, Open: !met && r.when != always && a.known[r.when.index] == Unknown, Unverified: r.unverified})
		}
	}
	return out
}

// team reads who answers for what, and when continuity is to be activated.
func (c *checker) team() {
	for _, d := range c.doc.Responsibilities {
		r := c.rule("responsibility", d.ruleDoc)
		if !slices.Contains(roleNames(), d.Role.S) {
			c.add(d.Role.Pos, oneOf(d.Role.S, roleNames()), "there is no role %q", d.Role.S)
		}
		c.pack.responsibilities = append(c.pack.responsibilities, Responsibility{Rule: r.id, Role: d.Role.S, Text: r.title, Clause: r.clause, Unverified: r.unverified})
	}
	for _, d := range c.doc.Continuity {
		c.pack.continuity = append(c.pack.continuity, c.conditional("continuity", d.ruleDoc, d.When, afterwards))
	}
}
