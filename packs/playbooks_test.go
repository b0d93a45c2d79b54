package packs

import (
	"slices"
	"strings"
	"testing"

	"tocsin/internal/domain/policy"
)

// Every category of both states has a procedure of its own beside the one for every incident, and each of them contains,
// finds out or tells: a procedure that only talks is none. MA 6.6.1, MA 6.6.2.2
func TestEveryCategoryHasAProcedure(t *testing.T) {
	for _, id := range []string{"us-ca", "us-ma"} {
		p, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Categories() {
			books := p.PlaybooksFor([]string{c.ID})
			if len(books) != 2 || len(books[0].Categories) == 0 || len(books[1].Categories) != 0 {
				t.Errorf("%s: %s has the procedures %+v", id, c.ID, books)
				continue
			}
			aims := map[policy.Aim]bool{}
			for _, s := range books[0].Steps {
				aims[s.Aim] = true
			}
			if len(books[0].Steps) < 3 || len(aims) < 2 {
				t.Errorf("%s: the procedure for %s has %d steps for %d aims", id, c.ID, len(books[0].Steps), len(aims))
			}
		}
		var all []policy.Aim
		for _, b := range p.Playbooks() {
			for _, s := range b.Steps {
				all = append(all, s.Aim)
			}
		}
		for _, aim := range policy.Aims {
			if !slices.Contains(all, aim) {
				t.Errorf("%s: no step is for %s", id, aim)
			}
		}
	}
}

// Whatever type of incident it is, its procedures find the cause, carry out corrective actions, analyse afterwards and say who is told,
// each as a step that is not optional. MA 6.6.1.1, MA 6.6.1.2, MA 6.6.1.3, MA 6.6.1.4
func TestProceduresHoldTheFourParts(t *testing.T) {
	p, err := Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	for part, aims := range map[string][]policy.Aim{"MA 6.6.1.1": {policy.AimAnalysis},
		"MA 6.6.1.2": {policy.AimEradication, policy.AimReview, policy.AimContainment},
		"MA 6.6.1.3": {policy.AimReview}, "MA 6.6.1.4": {policy.AimCommunication}} {
		for _, c := range p.Categories() {
			if !slices.ContainsFunc(p.PlaybooksFor([]string{c.ID}), func(b policy.Playbook) bool {
				return slices.ContainsFunc(b.Steps, func(s policy.Step) bool {
					return !s.Optional && slices.Contains(strings.Split(s.Clause, "; "), part) && slices.Contains(aims, s.Aim)
				})
			}) {
				t.Errorf("no procedure for %s has a step for %s", c.ID, part)
			}
		}
	}
}
