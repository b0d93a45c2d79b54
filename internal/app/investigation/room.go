// Package investigation is the application's room of that name. Room keeps what is found out about an incident: timeline, indicators, findings, decisions, notes.
package investigation

import (
	"tocsin/internal/app/act"
)

// Room keeps what is found out about an incident: timeline, indicators, findings, decisions, notes.
type Room struct {
	*act.Kernel
	Investigations Investigations
}
