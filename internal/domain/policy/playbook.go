package policy

import (
	"slices"

	"tocsin/internal/domain/directory"
)

// Aim is what a step of a response procedure is for. MA 6.6.1.
type Aim string

// The aims.
const (
	AimAnalysis      Aim = "analysis"      // what happened, how far it goes, its cause. MA 6.6.1.1, MA 6.6.4.2
	AimEvidence      Aim = "evidence"      // what must be kept before anything is changed
	AimContainment   Aim = "containment"   // stop it from spreading. MA 6.6.3
	AimEradication   Aim = "eradication"   // take it out. MA 6.6.1.2
	AimRecovery      Aim = "recovery"      // back to service, watched
	AimCommunication Aim = "communication" // who must know. MA 6.6.1.4
	AimReview        Aim = "review"        // what is learnt. MA 6.6.1.3
)

// Aims lists every aim once, in the order in which pages show them: what stops the harm comes first.
var Aims = []Aim{AimContainment, AimEvidence, AimAnalysis, AimEradication, AimRecovery, AimCommunication, AimReview}

// Playbook is a response procedure for some kinds of incident, or for all. It advises: what is owed, the duties say.
// MA 6.6.1, MA 6.6.2.2
type Playbook struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Purpose    string   `json:"purpose"`
	Clause     string   `json:"clause"`
	Unverified bool     `json:"unverified,omitempty"`
	Categories []string `json:"categories"` // empty: for every incident
	Steps      []Step   `json:"steps"`
}

// Step is one thing to do.
type Step struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Guide    string   `json:"guide"`
	Aim      Aim      `json:"aim"`
	Role     string   `json:"role"`             // of the directory
	Within   string   `json:"within,omitempty"` // "4 hours" from the start of the response; empty where there is no time to aim at
	After    []string `json:"after"`            // steps that come before
	Optional bool     `json:"optional,omitempty"`
	Clause   string   `json:"clause"`
}

// CheckWithin says what is wrong with a time to aim at, as packs write it: "4 hours".
func CheckWithin(s string) error { return new(period).scan(s) }

// Foreign is a response procedure that came from outside any pack, with what says where it came from.
type Foreign struct {
	Playbook
	Origin   string // its identifier there, such as playbook--0b1e…
	Author   string // identifier of who made it
	Modified string // when this version of it was made, as it says itself
	SHA256   string // of the file, in hexadecimal
}

// Playbooks lists every response procedure of the pack.
func (p *Pack) Playbooks() []Playbook { return slices.Clone(p.playbooks) }

// PlaybooksFor lists the procedures for an incident of these categories: those for its categories first, in the order of
// the pack, then those for every incident.
func (p *Pack) PlaybooksFor(categories []string) []Playbook {
	var special, general []Playbook
	for _, b := range p.playbooks {
		switch {
		case len(b.Categories) == 0:
			general = append(general, b)
		case slices.ContainsFunc(b.Categories, func(id string) bool { return slices.Contains(categories, id) }):
			special = append(special, b)
		}
	}
	return append(special, general...)
}

func (c *checker) playbook(d playbookDoc) Playbook {
	r := c.rule("playbook", d.ruleDoc)
	b := Playbook{ID: r.id, Title: r.title, Purpose: d.Purpose.S, Clause: r.clause, Unverified: r.unverified, Categories: []string{}}
	for _, id := range d.Categories {
		if !slices.Contains(c.categories, id.S) {
			c.add(id.Pos, oneOf(id.S, c.categories), "there is no category %q", id.S)
		}
		b.Categories = append(b.Categories, id.S)
	}
	var before []string
	for _, s := range d.Steps {
		b.Steps = append(b.Steps, c.step(s, before))
		if slices.Contains(before, s.ID.S) {
			c.add(s.ID.Pos, "give each its own id", "the step %q is there twice", s.ID.S)
		}
		before = append(before, s.ID.S)
	}
	return b
}

// step resolves one step. It may wait only for those above it: so the steps can be done as they stand, and none waits in a
// circle.
func (c *checker) step(d stepDoc, above []string) Step {
	if !slices.Contains(directory.Roles, directory.Role(d.Role.S)) {
		c.add(d.Role.Pos, oneOf(d.Role.S, roleNames()), "there is no role %q", d.Role.S)
	}
	s := Step{ID: d.ID.S, Title: d.Title.S, Guide: d.Guide.S, Aim: Aim(d.Aim.S), Role: d.Role.S, Within: d.Within.String(), After: []string{},
		Optional: d.Optional != nil && *d.Optional, Clause: d.Cite.S}
	for _, id := range d.After {
		if !slices.Contains(above, id.S) {
			c.add(id.Pos, oneOf(id.S, above), "no step %q comes before this one", id.S)
		}
		s.After = append(s.After, id.S)
	}
	return s
}

func aimNames() (names []string) {
	for _, a := range Aims {
		names = append(names, string(a))
	}
	return names
}
