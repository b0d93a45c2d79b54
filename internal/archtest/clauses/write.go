package clauses

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Update scans the code and puts the references found into the indexes. Text, status and note stay.
func Update(fsys fs.FS, indexes []*Index) (References, error) {
	refs, err := Scan(fsys, indexes)
	if err != nil {
		return refs, err
	}
	for _, c := range byID(indexes) {
		c.Code, c.Tests = refs.Code[c.ID], refs.Tests[c.ID]
	}
	return refs, nil
}

// SetStatus sets the status of every clause that an id names; "MA 6.5.3.*" names all below it. It returns how many.
func SetStatus(indexes []*Index, status Status, id string) int {
	n := 0
	for _, c := range byID(indexes) {
		prefix, many := strings.CutSuffix(id, "*")
		if c.ID == id || many && strings.HasPrefix(c.ID, prefix) {
			c.Status = status
			n++
		}
	}
	return n
}

// Write stores the index and its page below root.
func (x *Index) Write(root string) error {
	if err := os.WriteFile(filepath.Join(root, x.Path), []byte(x.YAML()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, x.Page), []byte(x.Markdown()), 0o644)
}

// YAML gives the index in its one form, so that a change shows as the lines that changed.
func (x *Index) YAML() string {
	var b strings.Builder
	b.WriteString("# Written by people: text, status, note. Written by `make clauses`: code, tests, and this layout.\n")
	fmt.Fprintf(&b, "title: %s\nabout: %s\nclauses:\n", quote(x.Title), quote(x.About))
	for _, c := range x.Clauses {
		if c.Heading != "" {
			fmt.Fprintf(&b, "\n  - heading: %s\n", quote(c.Heading))
			continue
		}
		fmt.Fprintf(&b, "  - id: %s\n    text: %s\n    status: %s\n", c.ID, quote(c.Text), c.Status)
		optional(&b, "note", c.Note)
		optional(&b, "part_of", c.PartOf)
		list(&b, "code", c.Code)
		list(&b, "tests", c.Tests)
	}
	return b.String()
}

// optional leaves a key out that says nothing.
func optional(b *strings.Builder, key, value string) {
	if value != "" {
		fmt.Fprintf(b, "    %s: %s\n", key, quote(value))
	}
}

// list writes a list one name a line: a merge of two branches then rarely conflicts, and `make clauses` settles it when it does.
func list(b *strings.Builder, key string, values []string) {
	if len(values) == 0 {
		return
	}
	fmt.Fprintf(b, "    %s:\n", key)
	for _, v := range values {
		fmt.Fprintf(b, "      - %s\n", quote(v))
	}
}

// quote gives a double-quoted scalar, which JSON and YAML read alike.
func quote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Markdown gives the page that people read.
func (x *Index) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- Made by `make clauses` from %s. Edit that file. -->\n# %s\n\n%s\n\n%s\n", filepath.Base(x.Path),
		x.Title, x.About, x.summary())
	open := false
	for _, c := range x.Clauses {
		if c.Heading != "" {
			fmt.Fprintf(&b, "\n## %s\n", c.Heading)
			open = false
			continue
		}
		if !open {
			b.WriteString("\n| clause | what it asks | status | code | tests |\n|---|---|---|---|---|\n")
			open = true
		}
		c.row(&b)
	}
	return b.String()
}

// row writes one line of the table. The note follows the text, set apart, because it is ours and not the source's.
func (c *Clause) row(b *strings.Builder) {
	text := c.Text
	if c.Note != "" {
		text += " *" + c.Note + "*"
	}
	whole := ""
	if c.PartOf != "" {
		whole = "as " + c.PartOf
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", c.ID, escape(text), c.Status, links(whole, c.Code), links(whole, c.Tests))
}

// escape keeps a bar from ending a table cell.
func escape(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// links names files relative to the repository and points at them from the folder of the page.
func links(first string, places []string) string {
	var out []string
	if first != "" {
		out = append(out, first)
	}
	for _, p := range places {
		file, test, _ := strings.Cut(p, ": ")
		label := file
		if test != "" {
			label = test
		}
		out = append(out, fmt.Sprintf("[%s](../../%s)", label, file))
	}
	return strings.Join(out, "<br>")
}

// summary counts clauses by status; headings do not count.
func (x *Index) summary() string {
	n := map[Status]int{}
	for _, c := range x.Clauses {
		if c.ID != "" {
			n[c.Status]++
		}
	}
	return fmt.Sprintf("%d clauses: %d done, %d partly, %d not yet, %d that ask nothing.", n[Done]+n[Partly]+n[NotYet]+n[NoDuty], n[Done],
		n[Partly], n[NotYet], n[NoDuty])
}
