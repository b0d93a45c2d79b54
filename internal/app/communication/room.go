// Package communication is the application's room of that name. Room writes the report to management, status updates, the log of communications, and the sections of Legal and Human Resources.
package communication

import (
	"io"
	"tocsin/internal/app/act"
	"tocsin/internal/app/incidents"
	"tocsin/internal/domain/paper"
)

// Room writes the report to management, status updates, the log of communications, and the sections of Legal and Human Resources.
type Room struct {
	*act.Kernel
	Incidents *incidents.Room
	Sections  SectionStore
	Papers    func(io.Writer, paper.Doc) error // makes PDF of documents; nil where none is made
}
