// Package team is the application's room of that name. Room keeps response teams and designated reporters, and shows what each person has to do.
package team

import (
	"tocsin/internal/app/act"
	"tocsin/internal/app/incidents/lists"
)

// Room keeps response teams and designated reporters, and shows what each person has to do.
type Room struct {
	*act.Kernel
	Lists        *lists.Room
	Desk         lists.Desk
	Designations Designations
	Teams        Teams
	Workload     Workload
}
