package policy

import (
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/response"
)

// What a pack says of the response stands on its page for everybody who signs in, before there is an incident: the life cycle, who
// answers for what, the procedures, when continuity is activated, who is kept informed, how long information is kept. MA 6.1, MA 6.1.1,
// MA 6.5, MA 6.6.2, MA 6.6.2.1, MA 6.6.2.2, CA page process

// answering is what one role of the response team answers for.
type answering struct {
	Role  string // in words
	Rules []policy.Responsibility
}

// Answering lists the roles of the response team in the order of the pack, each with what it answers for. MA 6.1.1.2
func (b packBody) Answering() (out []answering) {
	at := map[string]int{}
	for _, r := range b.Responsibilities() {
		i, known := at[r.Role]
		if !known {
			i = len(out)
			at[r.Role] = i
			out = append(out, answering{Role: app.RoleName(r.Role)})
		}
		out[i].Rules = append(out[i].Rules, r)
	}
	return out
}

// AimsOf names what must be settled before a phase is left. MA 6.1.1.1
func (packBody) AimsOf(p policy.Phase) string {
	words := make([]string, len(p.Aims))
	for i, a := range p.Aims {
		words[i] = strings.ToLower(response.AimWords[a])
	}
	return strings.Join(words, ", ")
}

// AimOf names what a step of a procedure is for.
func (packBody) AimOf(s policy.Step) string { return response.AimWords[s.Aim] }

// RoleOf names who carries out a step.
func (packBody) RoleOf(s policy.Step) string { return app.RoleName(s.Role) }

// AfterOf names the steps that come before one.
func (packBody) AfterOf(p policy.Playbook, s policy.Step) string {
	var words []string
	for _, before := range p.Steps {
		for _, id := range s.After {
			if before.ID == id {
				words = append(words, before.Title)
			}
		}
	}
	return strings.Join(words, "; ")
}

// KindsOf names the categories that a procedure is for.
func (b packBody) KindsOf(p policy.Playbook) string {
	var words []string
	for _, c := range b.Categories() {
		for _, id := range p.Categories {
			if c.ID == id {
				words = append(words, c.Label)
			}
		}
	}
	return strings.Join(words, "; ")
}

// Everybody names several recipients.
func (b packBody) Everybody(all []policy.Recipient) string {
	words := make([]string, len(all))
	for i, r := range all {
		words[i] = b.Name(r)
	}
	return strings.Join(words, ", ")
}
