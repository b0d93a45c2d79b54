package act

import (
	"strings"

	"tocsin/internal/domain/directory"
)

// OwnerView is whose the documents of an investigation are, by the policy in force. MA 6.5.4
type OwnerView struct {
	Name   string `json:"name" doc:"The office, and who holds it."`
	Clause string `json:"clause,omitempty"`
}

// DocumentOwner names the office that owns what is written about an incident of an entity, with who holds it now; nil where the policy names none.
func (a *Kernel) DocumentOwner(entity string, s Setting) *OwnerView {
	owned := s.Pack.Documents()
	if owned.Owner.Role == "" {
		return nil
	}
	at := entity
	if owned.Owner.At == "state" {
		at = s.Dir.Root(entity)
	}
	v := OwnerView{Name: a.RecipientName(owned.Owner, entity, s), Clause: owned.Clause}
	var names []string
	for _, id := range s.Dir.Holders(directory.Role(owned.Owner.Role), at) {
		if p, ok := s.Dir.Person(id); ok && !p.Gone {
			names = append(names, p.Name)
		}
	}
	if len(names) > 0 {
		v.Name += ": " + strings.Join(names, ", ")
	}
	return &v
}

// Line is what a document says of its owner; empty where nobody is named.
func (v *OwnerView) Line() string {
	if v == nil {
		return ""
	}
	return "Owner of this document: " + v.Name + " (" + v.Clause + ")."
}
