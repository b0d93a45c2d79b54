// Package review is the application's room of that name. Room looks back: analysis, corrective actions, statistics and the mails about them.
package review

import (
	"io"
	"sync"
	"tocsin/internal/app/act"
	"tocsin/internal/app/communication"
	"tocsin/internal/app/incidents"
	"tocsin/internal/app/incidents/lists"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/paper"
)

// Room looks back: analysis, corrective actions, statistics and the mails about them.
type Room struct {
	*act.Kernel
	Incidents  *incidents.Room
	Desk       lists.Desk
	Sections   communication.SectionStore
	Papers     func(io.Writer, paper.Doc) error // makes PDF of documents; nil where none is made
	Remedies   Remedies
	Reports    Reports
	statistics act.RefreshingCache[incident.Statistics] // by scope and cut
	// counting is held while statistics are counted, one at a time: each goes over one row of every incident.
	counting sync.Mutex
}
