package policy

import (
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"

	"tocsin/internal/domain/calendar"
)

// asked is one run over a pack's rules for one set of inputs.
type asked struct {
	pack *Pack
	in   *Inputs
	vars *activation
	on   calendar.Date // the date whose rules apply
	// known keeps the answers given so far, by condition: a later stage adds inputs, which no condition asked before uses.
	known []Answer
}

// Assess says everything that the pack has to say about the inputs: the same inputs always give the same answer.
func (p *Pack) Assess(in Inputs) Assessment {
	return p.ask(&in).all()
}

// all asks stage after stage; each works with what the ones before it found.
func (a *asked) all() Assessment {
	var out Assessment
	out.Rating = a.rate()
	out.Reportability = a.reportability()
	out.Missing = a.missing()
	out.Tell = a.tell()
	out.Duties = a.duties(out.Rating.Level)
	out.Advice = a.advice()
	return out
}

// Rate answers the rating alone.
func (p *Pack) Rate(in Inputs) Rating { return p.ask(&in).rate() }

func (p *Pack) ask(in *Inputs) *asked {
	return &asked{pack: p, in: in, vars: activate(in), on: p.rulesOf(in), known: make([]Answer, len(p.conditions))}
}

// yes says that a condition holds for certain.
func (a *asked) yes(c *condition) bool {
	if c == always {
		return true
	}
	if a.known[c.index] == "" {
		a.known[c.index], _ = c.ask(a.vars)
	}
	return a.known[c.index] == Yes
}

// rulesOf is the date whose rules apply: that of the first filing, or, while there is none, of the telephone report or
// the discovery. A rule that changes later changes nothing that was already owed.
func (p *Pack) rulesOf(in *Inputs) calendar.Date {
	if !in.RulesOn.IsZero() {
		return calendar.DateOf(in.RulesOn.In(p.calendar.Zone()))
	}
	for _, event := range []string{"received", "telephoned", "discovered"} {
		if at := in.Events[event]; !at.IsZero() {
			return calendar.DateOf(at.In(p.calendar.Zone()))
		}
	}
	return calendar.Date{}
}

// rate finds the level: the strictest stated characteristic wins. MA 6.5.1.
func (a *asked) rate() Rating {
	var out Rating
	matrix, open := a.characteristics(&out)
	out.Level = matrix
	switch held := a.in.Held; {
	case a.in.Level != "":
		out = Rating{Level: a.in.Level, Reasons: []Reason{a.pack.decision.reason()}}
	case held.Rank() > matrix.Rank():
		out.Level = held
		out.Reasons = []Reason{{Rule: a.pack.decision.id, Clause: a.pack.decision.clause,
			Text: "Rated " + string(held) + " before; only a person's decision lowers it"}}
	case matrix.Rank() == 0:
		out.Level, out.Reasons = Unrated, []Reason{a.pack.unrated.reason()}
	}
	if out.Level != matrix {
		out.Proposed = matrix
	}
	if a.in.Level == "" {
		var hanging mask
		for level, m := range open {
			if level > out.Level.Rank() {
				hanging |= m
			}
		}
		out.Provisional, out.Open = hanging != 0, hanging.names()
	}
	a.vars.set(vLevel, types.String(out.Level))
	a.vars.set(vProvisional, types.Bool(out.Provisional))
	return out
}

// characteristics asks every row of the matrix. It returns the level of the strictest one that holds, whose reasons go
// into out, and for each rank the inputs that could still make it hold.
func (a *asked) characteristics(out *Rating) (Level, [4]mask) {
	level := Unrated
	var open [4]mask
	for i := range a.pack.matrix {
		r := &a.pack.matrix[i]
		if !r.holds(a.on) {
			continue
		}
		answer, hanging := r.when.ask(a.vars)
		switch {
		case answer == Unknown:
			open[r.level.Rank()] |= hanging
		case answer == No || r.level.Rank() < level.Rank():
		default:
			if r.level != level {
				level, out.Reasons = r.level, nil
			}
			out.Reasons = append(out.Reasons, r.reason())
		}
	}
	return level, open
}

// reportability answers yes if one rule says so, no if none can any more, and otherwise that it is not yet known.
func (a *asked) reportability() Reportability {
	var yes, unknown []Reason
	for i := range a.pack.reportable {
		r := &a.pack.reportable[i]
		if !r.holds(a.on) {
			continue
		}
		switch answer, open := r.when.ask(a.vars); answer {
		case Yes:
			yes = append(yes, r.reason())
		case Unknown:
			reason := r.reason()
			reason.Text = "Not stated whether: " + reason.Text + " (" + strings.Join(open.names(), ", ") + ")"
			unknown = append(unknown, reason)
		}
	}
	out := Reportability{Answer: No, Reasons: []Reason{a.pack.notReportable.reason()}}
	if len(yes) > 0 {
		out = Reportability{Answer: Yes, Reasons: yes}
	} else if len(unknown) > 0 {
		out = Reportability{Answer: Unknown, Reasons: unknown}
	}
	a.vars.set(vReportable, types.String(out.Answer))
	return out
}

// missing lists the items that are asked for and that nothing stated answers. CA step 2; MA 6.5.3.
func (a *asked) missing() []Item {
	var out []Item
	for i := range a.pack.items {
		it := &a.pack.items[i]
		if !it.holds(a.on) {
			continue
		}
		var left []string
		for _, alternatives := range it.fields {
			if !slices.ContainsFunc(alternatives, a.stated) {
				left = append(left, alternatives[0])
			}
		}
		if len(left) == 0 {
			continue
		}
		if a.yes(it.when) {
			item := it.item
			item.Fields = left
			out = append(out, item)
		}
	}
	a.vars.set(vMissing, types.Int(len(out)))
	return out
}

// stated says that a field carries a value. What the record itself keeps need not be filed.
func (a *asked) stated(path string) bool {
	switch path {
	case "record.status":
		return true
	case "record.received_at":
		return !a.in.Events["received"].IsZero()
	}
	return a.in.Stated[path]
}

func (a *asked) tell() []Tell {
	var out []Tell
	for i := range a.pack.tell {
		t := &a.pack.tell[i]
		if !t.holds(a.on) {
			continue
		}
		if a.yes(t.when) {
			out = append(out, t.tell)
		}
	}
	return out
}

// duties lists what is owed. A clock whose event has not happened does not run, so nothing is owed by it yet.
func (a *asked) duties(level Level) []Duty {
	var out []Duty
	for i := range a.pack.duties {
		d := &a.pack.duties[i]
		if !d.holds(a.on) {
			continue
		}
		start := a.event(d.event, level)
		if start.IsZero() {
			continue
		}
		if a.yes(d.when) {
			out = append(out, d.duty(start))
		}
	}
	return out
}

// event is the instant of an event, or zero. The instant at which the level was reached belongs to the level held so far;
// where this assessment reaches another, it is the instant of the assessment.
func (a *asked) event(name string, level Level) time.Time {
	if name != "rated" {
		return a.in.Events[name]
	}
	if level == Unrated || level == "" {
		return time.Time{}
	}
	at := a.in.Events["rated"]
	if at.IsZero() || (a.in.Held != "" && a.in.Held != level) {
		for _, other := range []time.Time{a.in.At, at, a.in.Events["received"], a.in.Events["telephoned"]} {
			if !other.IsZero() {
				return other
			}
		}
	}
	return at
}

func (o *owing) duty(start time.Time) Duty {
	d := Duty{Rule: o.id, What: o.title, By: o.by, To: o.to, ToLabel: o.label, From: o.event, Discharge: o.ends,
		Clause: o.clause, Unverified: o.unverified}
	o.clock.apply(&d, start)
	return d
}

func (a *asked) advice() []Advice {
	var out []Advice
	for i := range a.pack.advice {
		r := &a.pack.advice[i]
		if !r.holds(a.on) {
			continue
		}
		if a.yes(r.when) {
			out = append(out, r.advice)
		}
	}
	return out
}
