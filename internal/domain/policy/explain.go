package policy

// Finding is what one rule of the pack answered, and why it could not say where it could not.
type Finding struct {
	Rule   Rule
	Answer Answer
	Open   []string // inputs that an unknown answer hangs on
	Why    string   // plain words, where the condition was not what decided: out of its dates, or its clock not begun
}

// Explain asks every rule and gives each answer, with the assessment that comes of it.
func (p *Pack) Explain(in Inputs) (Assessment, []Finding) {
	a := p.ask(&in)
	out := a.all()
	var list []Finding
	add := func(r *conditional, event string) {
		f := Finding{}
		f.Rule, _ = p.RuleByID(r.id)
		answer, open := r.when.ask(a.vars)
		f.Answer = answer
		if answer == Unknown {
			f.Open = open.names()
		}
		switch {
		case !r.holds(a.on):
			f.Answer, f.Open, f.Why = No, nil, "not in force on "+a.on.String()
		case event != "" && answer != No && a.event(event, out.Rating.Level).IsZero():
			f.Answer, f.Open, f.Why = No, nil, "its clock runs from "+event+", which has not happened"
		}
		list = append(list, f)
	}
	for i := range p.matrix {
		add(&p.matrix[i].conditional, "")
	}
	for i := range p.reportable {
		add(&p.reportable[i], "")
	}
	for i := range p.tell {
		add(&p.tell[i].conditional, "")
	}
	for i := range p.duties {
		add(&p.duties[i].conditional, p.duties[i].event)
	}
	for i := range p.advice {
		add(&p.advice[i].conditional, "")
	}
	return out, list
}
