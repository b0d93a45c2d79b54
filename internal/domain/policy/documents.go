package policy

// Ownership says whose the documents of an investigation are. MA 6.5.4
type Ownership struct {
	Owner  Recipient // a role; empty where the pack says nothing
	Title  string
	Clause string
}

// Documents is whose the documents of an investigation are.
func (p *Pack) Documents() Ownership { return p.documents }

type documentsDoc struct {
	ruleDoc
	Owner recipient `yaml:"owner" required:"true" doc:"The role that owns every document of an investigation."`
}

func (c *checker) documents() Ownership {
	d := c.doc.Documents
	if d == nil {
		return Ownership{}
	}
	r := c.rule("documents", d.ruleDoc)
	out := Ownership{Owner: c.recipient(d.Owner, true), Title: r.title, Clause: r.clause}
	if out.Owner.Authority != "" {
		c.add(d.Owner.Pos, "name a role", "an authority outside does not own the documents of an investigation")
	}
	return out
}
