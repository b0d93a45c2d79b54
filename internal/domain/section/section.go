// Package section holds what Legal and Human Resources keep about an incident for themselves. Each section is a stream of its own, so
// that nothing in the incident's own (its versions, its times, its number of facts) tells others that there is one.
package section

import (
	"time"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/record"
)

// Fact and Recorded are those of every aggregate.
type (
	// Fact is a typed thing that happened in a section.
	Fact = record.Fact
	// Recorded is a fact as the ledger holds it.
	Recorded = record.Recorded
)

// Noted is one note; what it says is a text.
type Noted struct {
	Section  string `json:"section"`  // legal, human_resources
	Incident string `json:"incident"` // number
}

// FactName implements Fact.
func (Noted) FactName() string { return "section.noted.v1" }

// TextNote names the text of a note.
const TextNote = "note"

// Roles lists the roles that have a section; each section is named by its role. MA 6.3.2.2, MA 6.3.2.3
var Roles = []directory.Role{directory.Legal, directory.HumanResources}

// Stream names the stream of one section of an incident, whose own stream is given.
func Stream(incident, section string) string {
	const prefix = "incident/"
	return "section/" + section + "/" + incident[min(len(prefix), len(incident)):]
}

// Note is one note of a section.
type Note struct {
	At   time.Time
	By   string // actor id
	Text string // digest
}

// Fold lists the notes that facts tell of, oldest first.
func Fold(facts []Recorded) (notes []Note) {
	for _, r := range facts {
		if _, ok := r.Fact.(*Noted); ok {
			notes = append(notes, Note{At: r.At, By: r.Actor, Text: r.Texts[TextNote]})
		}
	}
	return notes
}

// Facts lists every kind of fact of this package, once: what reads the record, and what holds it to its examples, goes by this list.
var Facts = []record.Kind{
	record.Of[Noted](),
}
