// Package response is the application's room of that name. Room runs the response: who leads, tasks, phases, links to other incidents, closing.
package response

import (
	"tocsin/internal/app/act"
	"tocsin/internal/app/filing"
	"tocsin/internal/app/team"
	"tocsin/internal/domain/policy"
)

// Room runs the response: who leads, tasks, phases, links to other incidents, closing.
type Room struct {
	*act.Kernel
	Filing       *filing.Room
	Teams        team.Teams
	ReadPlaybook func([]byte) (policy.Foreign, error) // reads a CACAO 2.0 playbook; nil where none is read
}
