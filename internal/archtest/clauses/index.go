// Package clauses keeps the index of the two source documents: every numbered clause of the Massachusetts standard and
// every step of the California page, each with its status and with the code and tests that refer to it.
//
// A reference is the clause's id in a comment: "MA 6.5.1", "CA step 1". In rule packs, page templates and scripts it may stand
// anywhere in the text. The lists of files in the index are found by scanning; text, status and note are written by people.
package clauses

import (
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"
)

// Status says how far a clause is fulfilled by this program.
type Status string

// The statuses. A clause that binds people and not a program is done when the program states it where it matters, with
// the note saying what stays with people.
const (
	Done   Status = "done"
	Partly Status = "partly"
	NotYet Status = "not yet"
	// NoDuty is an introduction, a heading or a pointer that asks nothing of anybody.
	NoDuty Status = "asks nothing"
)

// Clause is one clause of a source document, or a heading over those that follow (then only Heading is set).
type Clause struct {
	Heading string   `yaml:"heading"`
	ID      string   `yaml:"id"`
	Text    string   `yaml:"text"` // one line, in our words
	Status  Status   `yaml:"status"`
	Note    string   `yaml:"note"`    // what is missing, or for what it waits; of a done one, what stays with people
	PartOf  string   `yaml:"part_of"` // id of the clause whose references count for this one too
	Code    []string `yaml:"code"`    // files
	Tests   []string `yaml:"tests"`   // "file" or "file: TestName"
}

// Index is one source document.
type Index struct {
	Path    string   `yaml:"-"` // of the YAML file
	Page    string   `yaml:"-"` // of the page made from it
	Title   string   `yaml:"title"`
	About   string   `yaml:"about"`
	Clauses []Clause `yaml:"clauses"`
}

// documents names the index files and the pages made from them.
var documents = [][2]string{
	{"docs/standard/massachusetts.yaml", "docs/standard/massachusetts.md"},
	{"docs/standard/california.yaml", "docs/standard/california.md"},
}

// Load reads both indexes. An unknown key is an error.
func Load(fsys fs.FS) ([]*Index, error) {
	var out []*Index
	for _, d := range documents {
		src, err := fs.ReadFile(fsys, d[0])
		if err != nil {
			return nil, err
		}
		x := &Index{Path: d[0], Page: d[1]}
		if err := yaml.UnmarshalWithOptions(src, x, yaml.DisallowUnknownField()); err != nil {
			return nil, fmt.Errorf("%s: %w", d[0], err)
		}
		out = append(out, x)
	}
	return out, nil
}

// byID answers every clause of all indexes by its id.
func byID(indexes []*Index) map[string]*Clause {
	m := map[string]*Clause{}
	for _, x := range indexes {
		for i := range x.Clauses {
			if c := &x.Clauses[i]; c.ID != "" {
				m[c.ID] = c
			}
		}
	}
	return m
}
