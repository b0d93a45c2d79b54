package jsonin

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"tocsin/internal/domain/fault"
)

// decoder walks the document once. An error that its methods return ends the walk (the document is not JSON); what is
// wrong with a single field is noted in errs, and the walk goes on, so that a person learns of everything at once.
type decoder struct {
	data  []byte
	pos   int
	lim   Limits
	depth int
	path  []step
	errs  fault.List
}

// step is one part of the path to the value being read: a name, or an index where name is empty.
type step struct {
	name  string
	index int
}

// field writes the path as the contract writes it: devices[3].serial.
func (d *decoder) field() string {
	if len(d.path) == 0 {
		return Body
	}
	var b strings.Builder
	for i, s := range d.path {
		switch {
		case s.name == "":
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case i > 0:
			b.WriteString("." + s.name)
		default:
			b.WriteString(s.name)
		}
	}
	return b.String()
}

func (d *decoder) push(s step) { d.path = append(d.path, s) }
func (d *decoder) pop()        { d.path = d.path[:len(d.path)-1] }

// report notes that the field being read is refused.
func (d *decoder) report(detail, remedy string) {
	if len(d.errs) < reportedMax {
		d.errs = append(d.errs, fault.Invalid(d.field(), detail, remedy))
	}
}

// malformed ends the walk and says where, by field and by line, never by quoting the text.
func (d *decoder) malformed(detail, remedy string) error {
	line, column := 1, 1
	for _, c := range d.data[:min(d.pos, len(d.data))] {
		column++
		if c == '\n' {
			line, column = line+1, 1
		}
	}
	return &Malformed{Fault: fault.Invalid(d.field(), fmt.Sprintf("%s (line %d, column %d)", detail, line, column), remedy)}
}

func (d *decoder) syntax() error {
	if d.pos >= len(d.data) {
		return d.malformed("The document ends too early.", "Send the whole document.")
	}
	return d.malformed("This is not valid JSON.", "Check quotes, commas and brackets at this place.")
}

func (d *decoder) space() {
	for d.pos < len(d.data) {
		switch d.data[d.pos] {
		case ' ', '\t', '\r', '\n':
			d.pos++
		default:
			return
		}
	}
}

// next returns the first byte of the next token without taking it; 0 at the end, which no token starts with.
func (d *decoder) next() byte {
	d.space()
	if d.pos == len(d.data) {
		return 0
	}
	return d.data[d.pos]
}

// take takes one given byte.
func (d *decoder) take(c byte) bool {
	if d.next() != c {
		return false
	}
	d.pos++
	return true
}

// literal takes true, false or null.
func (d *decoder) literal(word string) error {
	if !strings.HasPrefix(string(d.data[d.pos:min(d.pos+len(word), len(d.data))]), word) {
		return d.syntax()
	}
	d.pos += len(word)
	return nil
}

// enter and leave bound the nesting: deep nesting means nothing in the contract and costs stack.
func (d *decoder) enter() error {
	d.pos++
	if d.depth++; d.depth > d.lim.Depth {
		return d.malformed("The document is nested too deeply.", "Send it as the contract shows it.")
	}
	return nil
}

func (d *decoder) leave() {
	d.pos++
	d.depth--
}

// flaw is what makes a syntactically sound string unacceptable; empty where nothing does.
type flaw string

const (
	flawNUL       flaw = "The text contains a NUL character."
	flawUTF8      flaw = "The text is not valid UTF-8."
	flawSurrogate flaw = "The text contains half of a surrogate pair."
)

var flawRemedy = map[flaw]string{
	flawNUL:       "Remove it.",
	flawUTF8:      "Send the document in UTF-8.",
	flawSurrogate: "Send the character itself, or both halves.",
}

// str takes a string. Raw control characters end the walk, as RFC 8259 section 7 forbids them.
func (d *decoder) str() (string, flaw, error) {
	d.pos++
	start, plain := d.pos, true
	for ; d.pos < len(d.data); d.pos++ {
		switch c := d.data[d.pos]; {
		case c == '"':
			s, f, err := d.unescape(d.data[start:d.pos], plain)
			d.pos++
			return s, f, err
		case c == '\\':
			plain = false
			d.pos++ // whatever is escaped is no closing quote; unescape judges it
		case c == 0:
			return "", "", d.malformed(string(flawNUL), flawRemedy[flawNUL])
		case c < 0x20:
			return "", "", d.malformed("A control character stands unescaped in a text.", `Write line breaks as \n.`)
		}
	}
	d.pos = len(d.data)
	return "", "", d.syntax()
}

// unescape gives the text of a string token and its first flaw.
func (d *decoder) unescape(raw []byte, plain bool) (string, flaw, error) {
	if !utf8.Valid(raw) {
		return "", flawUTF8, nil
	}
	if plain {
		return string(raw), "", nil
	}
	var found flaw
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		i++
		if raw[i] != 'u' {
			c, ok := shortEscapes[raw[i]]
			if !ok {
				return "", "", d.malformed("A text contains an unknown escape.", `Write a backslash as \\.`)
			}
			out = append(out, c)
			continue
		}
		r, width, f, ok := unicodeEscape(raw[i+1:])
		if !ok {
			return "", "", d.malformed(`A \u escape needs four hexadecimal digits.`, "Complete it.")
		}
		if found == "" {
			found = f
		}
		out = utf8.AppendRune(out, r)
		i += width
	}
	return string(out), found, nil
}

var shortEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unicodeEscape reads what follows \u: four digits, or a surrogate pair of which the second half follows as \uXXXX.
func unicodeEscape(raw []byte) (r rune, width int, f flaw, ok bool) {
	hi, ok := hex4(raw)
	switch {
	case !ok:
		return 0, 0, "", false
	case hi == 0:
		return 0, 4, flawNUL, true
	case !utf16.IsSurrogate(hi):
		return hi, 4, "", true
	}
	if len(raw) >= 10 && raw[4] == '\\' && raw[5] == 'u' {
		if lo, ok := hex4(raw[6:]); ok {
			if r := utf16.DecodeRune(hi, lo); r != utf8.RuneError {
				return r, 10, "", true
			}
		}
	}
	return utf8.RuneError, 4, flawSurrogate, true
}

func hex4(raw []byte) (rune, bool) {
	if len(raw) < 4 {
		return 0, false
	}
	var n rune
	for _, c := range raw[:4] {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			n = n<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return n, true
}

// number takes a number token by the grammar of RFC 8259 section 6. whole says that it has no fraction and no exponent.
func (d *decoder) number() (token string, whole bool, err error) {
	start := d.pos
	if d.pos < len(d.data) && d.data[d.pos] == '-' {
		d.pos++
	}
	leadingZero := d.pos < len(d.data) && d.data[d.pos] == '0'
	n := d.digits()
	if n == 0 || leadingZero && n > 1 {
		return "", false, d.syntax()
	}
	whole = true
	if d.pos < len(d.data) && d.data[d.pos] == '.' {
		d.pos++
		if whole = false; d.digits() == 0 {
			return "", false, d.syntax()
		}
	}
	if d.pos < len(d.data) && d.data[d.pos]|0x20 == 'e' {
		d.pos++
		if d.pos < len(d.data) && (d.data[d.pos] == '+' || d.data[d.pos] == '-') {
			d.pos++
		}
		if whole = false; d.digits() == 0 {
			return "", false, d.syntax()
		}
	}
	return string(d.data[start:d.pos]), whole, nil
}

func (d *decoder) digits() (n int) {
	for d.pos < len(d.data) && '0' <= d.data[d.pos] && d.data[d.pos] <= '9' {
		d.pos++
		n++
	}
	return n
}
