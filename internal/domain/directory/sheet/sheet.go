// Package sheet reads and writes the directory as tables that a spreadsheet opens: entities, people, roles and assets, one
// CSV file each. It takes what spreadsheets save (their encodings and separators), names line and column of what is wrong,
// and writes nothing that a spreadsheet would run as a formula.
package sheet

import (
	"fmt"

	"tocsin/internal/domain/fault"
)

// The tables.
const (
	Entities = "entities"
	People   = "people"
	Roles    = "roles"
	Assets   = "assets"
)

// Tables lists every table, in the order in which they build on each other.
var Tables = []string{Entities, People, Roles, Assets}

// Column says what stands in a column of a table.
type Column struct {
	Name     string
	Required bool
	Doc      string
}

// columns of each table, in the order in which they are written.
var columns = map[string][]Column{
	Entities: {
		{"id", true, "Short id without spaces or slashes, such as ca-dmv. It never changes."},
		{"name", true, "Official name."},
		{"parent", false, "Id of the entity above it. Empty for the root of a jurisdiction."},
		{"pack", false, "Id of the policy pack. Empty: that of the parent. A root needs one."},
		{"address", false, "Postal address."},
		{"org_code", false, "Organisation code, where the jurisdiction has one."},
	},
	People: {
		{"id", true, "Short id that never changes."},
		{"name", true, "Full name."},
		{"email", false, "Address for mail, as name@host."},
		{"phones", false, "Telephone numbers, with | between several."},
		{"entity", false, "Id of the entity where they work."},
		{"title", false, "What they are called."},
		{"gone", false, "yes for somebody who has left, else empty."},
	},
	Roles: {
		{"person", true, "Id of the person."},
		{"role", true, "Role, such as designated_reporter or iso."},
		{"entity", false, "Id of the entity where it is held. Empty for an authority's officer."},
		{"authority", false, "Id of the authority that an officer serves."},
	},
	Assets: {
		{"id", true, "Short id that never changes."},
		{"entity", true, "Id of the entity that it belongs to."},
		{"name", true, "What it is called."},
		{"rating", true, "critical, high, medium or low."},
		{"owner", false, "Id of the person who is the information owner."},
	},
}

// Columns documents a table; nil for a table that does not exist.
func Columns(table string) []Column { return columns[table] }

// Bounds of what is read. A directory of a large state is far below them.
const (
	maxBytes = 4 << 20
	maxRows  = 50_000
	maxCell  = 2000 // bytes
	maxFault = 200  // faults reported of one file
)

// Row is one line of a table: its cells by column, and where they stand.
type Row struct {
	Line  int
	cells map[string]string
	at    map[string]int // column of the file, counted from 1, by name
	file  string
}

// Get returns a cell without surrounding space; empty where the file has no such column.
func (r Row) Get(column string) string { return r.cells[column] }

// Has says whether the file has a column: what it does not have is left as it is.
func (r Row) Has(column string) bool { return r.at[column] > 0 }

// Fault names the place of a cell, what is wrong with it and the remedy.
func (r Row) Fault(column, detail, remedy string) *fault.Error {
	return fault.Invalid(fmt.Sprintf("%s, line %d, column %d (%s)", r.file, r.Line, max(r.at[column], 1), column), detail, remedy)
}

// Sheet is one file as read.
type Sheet struct {
	Table     string
	Encoding  string // as detected: "UTF-8", "UTF-16", "Windows-1252"
	Separator string // as detected: "comma", "semicolon", "tab"
	Rows      []Row
}
