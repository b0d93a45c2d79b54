// Package delivery is the application's room of that name. Room writes the messages that are owed and records what became of each.
package delivery

import (
	"tocsin/internal/app/act"
	"tocsin/internal/app/directory"
	"tocsin/internal/app/filing"
	"tocsin/internal/app/review"
	"tocsin/internal/app/team"
)

// Room writes the messages that are owed and records what became of each.
type Room struct {
	*act.Kernel
	Filing       *filing.Room
	Directory    *directory.Room
	Review       *review.Room
	Team         *team.Room
	Probes       Probes
	Designations team.Designations
	Teams        team.Teams
}
