package investigation

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tocsin/internal/domain/record"
)

// Pasted is one line of pasted text as an event, or why it is none.
type Pasted struct {
	Line    int // from 1
	Text    string
	Event   Event
	Told    EventText
	Problem string // empty where it can be recorded
}

// maxLine bounds what one line tells, in bytes.
const maxLine = 8_000

// ParseEvents reads events from pasted text: one on each line, or a table with a heading, separated by commas or tabs. Every line
// that holds something comes back, with its problem where it is no event.
func ParseEvents(text string, how Reading) []Pasted {
	text = strings.ToValidUTF8(strings.TrimPrefix(text, "\uFEFF"), "\uFFFD")
	if columns, comma, ok := heading(text); ok {
		return parseTable(text, columns, comma, how)
	}
	var out []Pasted
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		out = append(out, parseEvent(n, line, how))
	}
	return out
}

func parseEvent(n int, line string, how Reading) Pasted {
	p := Pasted{Line: n, Text: clip(line)}
	stamp, rest, problem := ReadStamp(line, how)
	p.Event, p.Told.Description, p.Problem = eventOf(stamp), rest, problem
	p.finish(how)
	return p
}

func eventOf(s Stamp) Event {
	return Event{At: record.MomentOf(s.At), Zone: s.Zone, Precision: s.Precision, About: s.About, Kind: Bystander}
}

// finish holds a line to what every event is held to.
func (p *Pasted) finish(how Reading) {
	at := p.Event.At.Time()
	switch {
	case p.Problem != "":
	case at.Before(oldest) || at.After(how.Now.Add(tomorrow)):
		p.Problem = notAllowed
	case p.Told.Description == "":
		p.Problem = "Nothing is said about what happened."
	case len(p.Told.Description) > maxLine:
		p.Problem = "The line is too long. Shorten it, or keep the log elsewhere and say what it shows."
	}
	for _, f := range checkAttack(p.Event.Tactic, p.Event.Techniques) {
		if p.Problem == "" {
			p.Problem = strings.TrimSpace(f.Detail + " " + f.Remedy)
		}
	}
}

// columnNames are the headings that are understood, by what they mean.
var columnNames = map[string]string{"time": "time", "datetime": "time", "timestamp": "time", "date": "time", "date/time": "time", "when": "time", "event time": "time",
	"message": "description", "description": "description", "event": "description", "what": "description", "details": "description", "summary": "description",
	"source": "source", "log": "source", "timestamp_desc": "source", "asset": "assets", "assets": "assets", "host": "assets", "hostname": "assets", "computer": "assets",
	"person": "people", "people": "people", "user": "people", "username": "people", "account": "people", "technique": "techniques", "techniques": "techniques",
	"tactic": "tactic", "kind": "kind", "precision": "precision", "discovered": "discovered", "zone": "zone", "timezone": "zone"}

// heading says whether the first line is that of a table with a time and a description.
func heading(text string) (columns []string, comma rune, ok bool) {
	first, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	for _, comma := range []rune{'\t', ',', ';'} {
		cells, err := csvReader(first, comma).Read()
		if err != nil || len(cells) < 2 {
			continue
		}
		columns = nil
		for _, c := range cells {
			columns = append(columns, columnNames[strings.ToLower(strings.TrimSpace(c))])
		}
		if slices.Contains(columns, "time") && slices.Contains(columns, "description") {
			return columns, comma, true
		}
	}
	return nil, 0, false
}

func csvReader(text string, comma rune) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = comma, -1, true, true
	return r
}

func parseTable(text string, columns []string, comma rune, how Reading) (out []Pasted) {
	r := csvReader(text, comma)
	if _, err := r.Read(); err != nil {
		return []Pasted{{Line: 1, Problem: "The table cannot be read."}}
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			return append(out, Pasted{Line: len(out) + 2, Problem: fmt.Sprintf("The table cannot be read from here: %v", err)})
		}
		p := Pasted{Text: clip(strings.Join(cells, " | "))}
		p.Line, _ = r.FieldPos(0)
		p.readRow(cells, columns, how)
		p.finish(how)
		out = append(out, p)
	}
}

// readRow reads the cells of a row under their headings.
func (p *Pasted) readRow(cells, columns []string, how Reading) {
	cell := map[string]string{}
	for i, c := range cells {
		if i < len(columns) && columns[i] != "" && cell[columns[i]] == "" {
			cell[columns[i]] = strings.TrimSpace(c)
		}
	}
	written := cell["time"]
	if z := cell["zone"]; z != "" {
		written += " " + z
	}
	stamp, rest, problem := ReadStamp(written, how)
	if problem == "" && rest != "" {
		problem = "The time ends in something that was not understood: " + clip(rest)
	}
	p.Event, p.Problem = eventOf(stamp), problem
	if d := cell["discovered"]; d != "" && p.Problem == "" {
		found, _, problem := ReadStamp(d, how)
		m := record.MomentOf(found.At)
		p.Event.Discovered, p.Problem = &m, problem
	}
	if k := strings.ToLower(cell["kind"]); slices.Contains(Kinds, k) {
		p.Event.Kind = k
	}
	if given := strings.ToLower(cell["precision"]); slices.Contains(Precisions, given) {
		p.Event.Precision = given
	}
	p.Event.Tactic = strings.ReplaceAll(strings.ToLower(cell["tactic"]), " ", "-")
	p.Event.Techniques = words(strings.ToUpper(cell["techniques"]))
	p.Told = EventText{Description: cell["description"], Source: cell["source"], Assets: words(cell["assets"]), People: words(cell["people"])}
}

// words are the entries of a cell, between commas, semicolons and bars.
func words(s string) (out []string) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '\n' }) {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// Words is a list as people write it: its entries, between commas, semicolons or lines.
func Words(s string) []string { return words(s) }
