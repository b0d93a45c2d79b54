package packs

import (
	"maps"
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/policy"
)

// want is what a pack must say of a case's facts. A key that is left out is not compared; a list or map that is there is
// compared whole, but duties, of which further ones may be owed.
type want struct {
	Level       string              `yaml:"level"`
	Provisional *bool               `yaml:"provisional"`
	Proposed    *string             `yaml:"proposed"`
	Open        []string            `yaml:"open"`
	Reasons     map[string]string   `yaml:"reasons"` // rule: clause
	Reportable  string              `yaml:"reportable"`
	Why         map[string]string   `yaml:"why"`  // rule of a reportability reason: clause
	Tell        map[string]wantTell `yaml:"tell"` // by rule
	Duties      map[string]wantDuty `yaml:"duties"`
	NotOwed     []string            `yaml:"not_owed"` // rules
	NothingElse bool                `yaml:"nothing_else_owed"`
	Missing     map[string]string   `yaml:"missing"` // item: clause
	NotMissing  []string            `yaml:"not_missing"`
	Advice      map[string]string   `yaml:"advice"`   // rule: clause
	Contacts    map[string][]string `yaml:"contacts"` // instant: whom to call
	Controls    map[string][]string `yaml:"controls"` // section title: NIST controls in order
	NoControls  []string            `yaml:"no_controls"`
	Categories  map[string]string   `yaml:"categories"` // id: clause, all of the pack
	Phases      map[string]string   `yaml:"phases"`     // id: clause
	Statements  map[string]string   `yaml:"statements"` // id: clause, of those that are named
	Corrective  *wantCorrective     `yaml:"corrective_actions"`
	On          []wantOccasion      `yaml:"on"`
}

// wantOccasion says what is owed when something happened at an instant; without owed, nothing is. MA 6.5.2.3, MA 6.3.1.1.3
type wantOccasion struct {
	What string    `yaml:"what" required:"true" enum:"answers,report_again,asked,validation"`
	At   string    `yaml:"at" required:"true"`
	Owed *wantDuty `yaml:"owed"`
}

func (c *oneCase) occasion(w wantOccasion) {
	at, err := time.Parse(time.RFC3339, w.At)
	if err != nil {
		c.fail("on %s: %q is no time", w.What, w.At)
		return
	}
	got, owed := c.pack.OwedOn(policy.Occasion(w.What), at)
	switch {
	case owed != (w.Owed != nil):
		c.fail("on %s: owed %v", w.What, owed)
	case owed:
		c.duty("on "+w.What, *w.Owed, got)
	}
}

// wantCorrective says when an action that was assigned at an instant and is due at another is reminded of and escalated, and by when its
// evidence is looked at once it was completed. MA 6.6.1.2
type wantCorrective struct {
	Assigned  string `yaml:"assigned" required:"true"`
	Due       string `yaml:"due" required:"true"`
	Completed string `yaml:"completed" required:"true"`
	Remind    string `yaml:"remind" required:"true"`
	Escalate  string `yaml:"escalate" required:"true"`
	Verify    string `yaml:"verify" required:"true"`
	Clause    string `yaml:"clause" required:"true"`
}

func (c *oneCase) corrective(w wantCorrective) {
	at := func(text string) time.Time {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			c.fail("corrective_actions: %q is no time", text)
		}
		return t
	}
	got := c.pack.Corrective()
	c.equal("corrective_actions clause", w.Clause, got.Clause)
	c.instant("corrective_actions remind", w.Remind, got.Remind(at(w.Assigned), at(w.Due)))
	c.instant("corrective_actions escalate", w.Escalate, got.Escalate(at(w.Due)))
	c.instant("corrective_actions verify", w.Verify, got.Verify(at(w.Completed)))
}

// wantTell says who is told. Recipients are written "ca-ois" for an authority, "ciso@state" for a role.
type wantTell struct {
	To       string `yaml:"to" required:"true"`
	Clause   string `yaml:"clause" required:"true"`
	Confirms *bool  `yaml:"confirms"`
}

// wantDuty says what is owed. Instants are RFC 3339; "none" says that no time is set.
type wantDuty struct {
	By         string `yaml:"by"`
	To         string `yaml:"to"`
	Due        string `yaml:"due"`
	Warn       string `yaml:"warn"`
	Escalate   string `yaml:"escalate"`
	EscalateTo string `yaml:"escalate_to"`
	Clock      string `yaml:"clock"`
	Discharge  string `yaml:"discharge"`
	Unverified *bool  `yaml:"unverified"`
	Clause     string `yaml:"clause" required:"true"`
}

// assess compares what the pack says with what is wanted.
func (c *oneCase) assess(facts, wanted []byte) {
	in, err := c.pack.Facts(c.section("facts"), facts)
	if err != nil {
		c.fail("%v", err)
		return
	}
	var w want
	if err := policy.DecodeStrict(c.section("want"), wanted, &w); err != nil {
		c.fail("%v", err)
		return
	}
	a := c.pack.Assess(in)
	c.rating(w, a)
	if w.Tell != nil {
		c.told(w.Tell, a.Tell)
	}
	c.owed(w, a.Duties)
	c.itemsAndAdvice(w, a)
	c.reference(w)
}

func (c *oneCase) rating(w want, a policy.Assessment) {
	if w.Level != "" {
		c.equal("level", w.Level, string(a.Rating.Level))
	}
	if w.Provisional != nil && *w.Provisional != a.Rating.Provisional {
		c.fail("provisional: want %v, got %v (open: %s)", *w.Provisional, a.Rating.Provisional, strings.Join(a.Rating.Open, ", "))
	}
	if w.Proposed != nil {
		c.equal("proposed", *w.Proposed, string(a.Rating.Proposed))
	}
	if w.Open != nil {
		c.same("open", w.Open, a.Rating.Open)
	}
	if w.Reasons != nil {
		c.clauses("reasons", w.Reasons, reasons(a.Rating.Reasons))
	}
	if w.Reportable != "" {
		c.equal("reportable", w.Reportable, string(a.Reportability.Answer))
	}
	if w.Why != nil {
		c.clauses("why", w.Why, reasons(a.Reportability.Reasons))
	}
}

func reasons(list []policy.Reason) map[string]string {
	out := map[string]string{}
	for _, r := range list {
		out[r.Rule] = r.Clause
	}
	return out
}

// clauses compares what was answered, each with its clause.
func (c *oneCase) clauses(what string, want, got map[string]string) {
	c.same(what, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
	for id, clause := range want {
		if g, ok := got[id]; ok {
			c.equal(what+" "+id+" clause", clause, g)
		}
	}
}

func (c *oneCase) told(want map[string]wantTell, got []policy.Tell) {
	rules := make([]string, len(got))
	for i, t := range got {
		rules[i] = t.Rule
		w, ok := want[t.Rule]
		if !ok {
			continue
		}
		c.equal(t.Rule+" to", w.To, recipient(t.To))
		c.equal(t.Rule+" clause", w.Clause, t.Clause)
		if w.Confirms != nil && *w.Confirms != t.Confirms {
			c.fail("%s confirms: want %v", t.Rule, *w.Confirms)
		}
	}
	c.same("tell", slices.Collect(maps.Keys(want)), rules)
}

func recipient(r policy.Recipient) string {
	switch {
	case r.Authority != "":
		return r.Authority
	case r.Role != "":
		return r.Role + "@" + r.At
	}
	return ""
}

func (c *oneCase) owed(w want, duties []policy.Duty) {
	got := map[string]policy.Duty{}
	for _, d := range duties {
		if _, twice := got[d.Rule]; twice {
			c.fail("%s is owed twice", d.Rule)
		}
		got[d.Rule] = d
	}
	for rule, d := range w.Duties {
		g, ok := got[rule]
		if !ok {
			c.fail("%s is not owed", rule)
			continue
		}
		c.duty(rule, d, g)
	}
	for _, rule := range w.NotOwed {
		if _, ok := got[rule]; ok {
			c.fail("%s is owed", rule)
		}
		if _, ok := c.pack.RuleByID(rule); !ok {
			c.fail("not_owed: the pack has no rule %s", rule)
		}
	}
	if w.NothingElse {
		c.same("duties", slices.Collect(maps.Keys(w.Duties)), slices.Collect(maps.Keys(got)))
	}
}

func (c *oneCase) duty(rule string, w wantDuty, g policy.Duty) {
	c.equal(rule+" clause", w.Clause, g.Clause)
	for what, pair := range map[string][2]string{
		"by": {w.By, recipient(g.By)}, "to": {w.To, recipient(g.To)}, "clock": {w.Clock, g.Clock},
		"discharge": {w.Discharge, g.Discharge}, "escalate_to": {w.EscalateTo, recipient(g.EscalateTo)},
	} {
		if pair[0] != "" {
			c.equal(rule+" "+what, pair[0], pair[1])
		}
	}
	c.instant(rule+" due", w.Due, g.Due)
	c.instant(rule+" warn", w.Warn, g.Warn)
	c.instant(rule+" escalate", w.Escalate, g.Escalate)
	if w.Unverified != nil && *w.Unverified != g.Unverified {
		c.fail("%s unverified: want %v", rule, *w.Unverified)
	}
}

// instant compares points in time, and shows the one that came out with the offset of the one wanted.
func (c *oneCase) instant(what, want string, got time.Time) {
	switch want {
	case "":
		return
	case "none":
		if !got.IsZero() {
			c.fail("%s: want none, got %s", what, got.Format(time.RFC3339))
		}
		return
	}
	at, err := time.Parse(time.RFC3339, want)
	switch {
	case err != nil:
		c.fail("%s: %q is no time", what, want)
	case !at.Equal(got):
		c.fail("%s: want %s, got %s", what, want, got.In(at.Location()).Format(time.RFC3339))
	}
}

func (c *oneCase) itemsAndAdvice(w want, a policy.Assessment) {
	missing, advice := map[string]string{}, map[string]string{}
	for _, i := range a.Missing {
		missing[i.ID] = i.Clause
	}
	for _, one := range a.Advice {
		advice[one.Rule] = one.Clause
	}
	if w.Missing != nil {
		c.clauses("missing", w.Missing, missing)
	}
	for _, id := range w.NotMissing {
		if _, ok := missing[id]; ok {
			c.fail("%s is missing", id)
		}
	}
	if w.Advice != nil {
		c.clauses("advice", w.Advice, advice)
	}
}

// reference compares what pages show: contacts by hour, the control mapping, names of holidays.
func (c *oneCase) reference(w want) {
	if w.Corrective != nil {
		c.corrective(*w.Corrective)
	}
	for _, o := range w.On {
		c.occasion(o)
	}
	for at, names := range w.Contacts {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			c.fail("contacts: %q is no time", at)
			continue
		}
		var got []string
		for _, k := range c.pack.Contacts(when) {
			got = append(got, strings.TrimSpace(k.Name+" "+k.Phone))
		}
		c.same("contacts at "+at, names, got)
	}
	for title, controls := range w.Controls {
		var got []string
		for _, row := range c.pack.ControlsFor(title) {
			if row.NIST != "" {
				got = append(got, row.NIST)
			}
		}
		c.equal("controls for "+title, strings.Join(controls, " "), strings.Join(got, " "))
	}
	if w.Categories != nil {
		got := map[string]string{}
		for _, term := range c.pack.Categories() {
			got[term.ID] = term.Clause
		}
		c.clauses("categories", w.Categories, got)
	}
	if w.Phases != nil {
		got := map[string]string{}
		for _, phase := range c.pack.Phases() {
			got[phase.ID] = phase.Clause
		}
		c.clauses("phases", w.Phases, got)
	}
	for id, clause := range w.Statements {
		r, _ := c.pack.RuleByID(id)
		c.equal("statement "+id, clause, r.Citation)
	}
	for _, title := range w.NoControls {
		if c.pack.ControlsFor(title) != nil {
			c.fail("%q has controls", title)
		}
	}
}
