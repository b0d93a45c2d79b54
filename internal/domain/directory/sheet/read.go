package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"tocsin/internal/domain/fault"
)

// separators that spreadsheets write, with their names.
var separators = []struct {
	char rune
	name string
}{{',', "comma"}, {';', "semicolon"}, {'\t', "tab"}}

// Read reads one file. All faults are returned at once, each with line, column and remedy; values are not repeated.
func Read(table string, data []byte) (Sheet, error) {
	s := Sheet{Table: table}
	if columns[table] == nil {
		return s, fault.NotFound("there is no such table")
	}
	if len(data) > maxBytes {
		return s, fault.Invalid(table, "the file is larger than 4 MiB", "split it, or import fewer columns")
	}
	text, encoding, ok := decode(data)
	if !ok {
		return s, fault.Invalid(table, "the file is not text", "save it as CSV, in UTF-8 where there is a choice")
	}
	s.Encoding = encoding
	text = skipHint(text)
	if strings.TrimSpace(text) == "" {
		return s, fault.Invalid(table, "the file is empty", "download the template and fill it")
	}
	separator := separatorOf(table, text)
	for _, k := range separators {
		if k.char == separator {
			s.Separator = k.name
		}
	}
	return s, s.parse(text, separator)
}

// skipHint drops the line "sep=;" with which some spreadsheets begin. Its line is counted all the same.
func skipHint(text string) string {
	first, rest, _ := strings.Cut(text, "\n")
	if strings.HasPrefix(strings.ToLower(first), "sep=") {
		return "\n" + rest
	}
	return text
}

// separatorOf takes the separator under which most names of the first line are columns of the table.
func separatorOf(table, text string) rune {
	first := strings.ToLower(firstLine(text))
	best, most := ',', -1
	for _, k := range separators {
		n := 0
		for name := range strings.SplitSeq(first, string(k.char)) {
			if isColumn(table, strings.Trim(name, "\" \t\r")) {
				n++
			}
		}
		if n > most {
			best, most = k.char, n
		}
	}
	return best
}

func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			return line
		}
	}
	return ""
}

func isColumn(table, name string) bool {
	return slices.ContainsFunc(columns[table], func(c Column) bool { return c.Name == name })
}

// parse fills the rows.
func (s *Sheet) parse(text string, separator rune) error {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator, -1
	var names []string
	var faults fault.List
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return append(faults, s.broken(err))
		}
		if names == nil {
			if names, faults = s.header(record); len(faults) > 0 {
				return faults
			}
			continue
		}
		line, _ := r.FieldPos(0)
		row, bad := s.row(names, record, line)
		if faults = append(faults, bad...); len(faults) > maxFault {
			return faults[:maxFault]
		}
		if row.cells != nil {
			s.Rows = append(s.Rows, row)
		}
		if len(s.Rows) > maxRows {
			return fault.Invalid(s.Table, fmt.Sprintf("the file has more than %d rows", maxRows), "split it")
		}
	}
	if names == nil {
		return fault.Invalid(s.Table, "the file has no line of column names", "download the template and fill it")
	}
	return faults.Err()
}

// broken puts a fault of the CSV syntax into words.
func (s *Sheet) broken(err error) *fault.Error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return fault.Invalid(s.Table, "the file cannot be read as CSV", "save it again as CSV")
	}
	detail, remedy := "the line is not CSV", "save the file again as CSV"
	if errors.Is(p.Err, csv.ErrQuote) || errors.Is(p.Err, csv.ErrBareQuote) {
		detail, remedy = "a quotation mark stands where none can be, or is never closed", `write a cell with quotation marks as "…", and each mark inside it twice`
	}
	return fault.Invalid(fmt.Sprintf("%s, line %d, column %d", s.Table, p.StartLine, p.Column), detail, remedy)
}

// header checks the line of column names.
func (s *Sheet) header(record []string) ([]string, fault.List) {
	var faults fault.List
	names := make([]string, len(record))
	for i, cell := range record {
		name := strings.ToLower(strings.TrimSpace(cell))
		at := fmt.Sprintf("%s, line 1, column %d", s.Table, i+1)
		switch {
		case name == "" && i == len(record)-1:
			continue // a separator at the end of each line
		case !isColumn(s.Table, name):
			faults = append(faults, fault.Invalid(at, "this is not the name of a column of "+s.Table, "use the names of the template: "+columnList(s.Table)))
		case slices.Contains(names[:i], name):
			faults = append(faults, fault.Invalid(at, "this column is there twice", "leave one of them out"))
		}
		names[i] = name
	}
	for _, c := range columns[s.Table] {
		if c.Required && !slices.Contains(names, c.Name) && len(faults) == 0 {
			faults = append(faults, fault.Invalid(s.Table+", line 1", "the column "+c.Name+" is missing", "use the names of the template: "+columnList(s.Table)))
		}
	}
	return names, faults
}

// columnList lists the columns of a table for a remedy.
func columnList(table string) string {
	list := make([]string, len(columns[table]))
	for i, c := range columns[table] {
		list[i] = c.Name
	}
	return strings.Join(list, ", ")
}

// row checks the cells of one line. An empty line gives no row.
func (s *Sheet) row(names, record []string, line int) (Row, fault.List) {
	row := Row{Line: line, file: s.Table, at: map[string]int{}}
	if !slices.ContainsFunc(record, func(c string) bool { return strings.TrimSpace(c) != "" }) {
		return row, nil
	}
	var faults fault.List
	row.cells = map[string]string{}
	for i, cell := range record {
		if i >= len(names) || names[i] == "" {
			if strings.TrimSpace(cell) != "" {
				faults = append(faults, fault.Invalid(fmt.Sprintf("%s, line %d, column %d", s.Table, line, i+1),
					"there is a cell beyond the named columns", "check for a separator inside a cell; such a cell needs quotation marks"))
			}
			continue
		}
		row.at[names[i]] = i + 1
		row.cells[names[i]] = strings.TrimSpace(disarmed(cell))
	}
	for i, name := range names {
		if name != "" && row.at[name] == 0 {
			row.at[name] = i + 1
		}
	}
	for _, c := range columns[s.Table] {
		if f := row.check(c); f != nil {
			faults = append(faults, f)
		}
	}
	return row, faults
}

func (r Row) check(c Column) *fault.Error {
	v := r.cells[c.Name]
	switch {
	case v == "" && c.Required:
		return r.Fault(c.Name, "the cell is empty", "fill it: "+c.Doc)
	case len(v) > maxCell:
		return r.Fault(c.Name, "the cell is longer than 2000 characters", "shorten it")
	case strings.ContainsFunc(v, func(x rune) bool { return unicode.IsControl(x) && x != '\n' && x != '\t' }):
		return r.Fault(c.Name, "the cell holds characters that are not text", "type it anew")
	}
	return nil
}
