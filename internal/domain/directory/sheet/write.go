package sheet

import (
	"strings"

	"tocsin/internal/domain/directory"
)

// Write gives a table of the directory as CSV: UTF-8 with a mark, so that spreadsheets know it, commas, every cell quoted,
// and nothing in it that a spreadsheet would run. Read and Merge bring it back as it was.
func Write(table string, in directory.Import) []byte {
	var b strings.Builder
	b.WriteString("\ufeff")
	line(&b, header(table))
	switch table {
	case Entities:
		for _, e := range in.Entities {
			line(&b, []string{e.ID, e.Name, e.Parent, e.Pack, e.Address, e.OrgCode})
		}
	case People:
		for _, p := range in.People {
			gone := ""
			if p.Gone {
				gone = "yes"
			}
			line(&b, []string{p.ID, p.Name, p.Email, strings.Join(p.Phones, " | "), p.Entity, p.Title, gone})
		}
	case Roles:
		for _, p := range in.People {
			for _, r := range p.Roles {
				line(&b, []string{p.ID, string(r.Role), r.Entity, r.Authority})
			}
		}
	case Assets:
		for _, a := range in.Assets {
			line(&b, []string{a.ID, a.Entity, a.Name, a.Rating, a.Owner})
		}
	}
	return []byte(b.String())
}

// Template is a table without rows, to be filled.
func Template(table string) []byte { return Write(table, directory.Import{}) }

func header(table string) []string {
	names := make([]string, len(columns[table]))
	for i, c := range columns[table] {
		names[i] = c.Name
	}
	return names
}

func line(b *strings.Builder, cells []string) {
	for i, c := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(strings.ReplaceAll(armed(c), `"`, `""`))
		b.WriteByte('"')
	}
	b.WriteString("\r\n")
}
