package jsonin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"tocsin/internal/domain/fault"
)

// space is what JSON allows between tokens.
const space = " \t\r\n"

// decoder walks the document once, token by token. An error that its methods return ends the walk (the document is not
// JSON); what is wrong with a single field is noted in errs, and the walk goes on, so that a person learns of everything
// at once.
type decoder struct {
	data   []byte
	tokens *jsontext.Decoder
	lim    Limits
	path   []step
	errs   fault.List
	room   []byte // room for the text of one string
}

// start begins to read the document. The tokenizer stops at its first complaint; so names that are stated twice and text
// that is not UTF-8, which are faults of one field, are left to name and str.
func (d *decoder) start() {
	d.tokens = jsontext.NewDecoder(bytes.NewBuffer(d.data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
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
func (d *decoder) malformed(offset int, detail, remedy string) error {
	before := d.data[:min(offset, len(d.data))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return &Malformed{Fault: fault.Invalid(d.field(), fmt.Sprintf("%s (line %d, column %d)", detail, line, column), remedy)}
}

// syntax ends the walk for an error of the tokenizer, whose own words would quote the document.
func (d *decoder) syntax(err error) error {
	var where *jsontext.SyntacticError
	if !errors.As(err, &where) || errors.Is(err, io.ErrUnexpectedEOF) {
		return d.malformed(len(d.data), "The document ends too early.", "Send the whole document.")
	}
	at := int(where.ByteOffset)
	rest, inText := string(d.data[at:]), strings.Contains(where.Err.Error(), "in string")
	switch {
	case inText && strings.HasPrefix(rest, "\x00"):
		return d.malformed(at, string(flawNUL), flawRemedy[flawNUL])
	case inText && strings.HasPrefix(rest, `\u`):
		return d.malformed(at, `A \u escape needs four hexadecimal digits.`, "Complete it.")
	case inText && strings.HasPrefix(rest, `\`):
		return d.malformed(at, "A text contains an unknown escape.", `Write a backslash as \\.`)
	case inText:
		return d.malformed(at, "A control character stands unescaped in a text.", `Write line breaks as \n.`)
	}
	return d.notJSON(at)
}

func (d *decoder) notJSON(at int) error {
	return d.malformed(at, "This is not valid JSON.", "Check quotes, commas and brackets at this place.")
}

// next returns the kind of the next token without taking it; 0 where there is none, which no comparison expects.
func (d *decoder) next() jsontext.Kind { return d.tokens.PeekKind() }

// token takes one token. It bounds the nesting: deep nesting means nothing in the contract and costs stack.
func (d *decoder) token() (jsontext.Token, error) {
	t, err := d.tokens.ReadToken()
	if err != nil {
		return t, d.syntax(err)
	}
	if d.tokens.StackDepth() > d.lim.Depth {
		return t, d.malformed(int(d.tokens.InputOffset()), "The document is nested too deeply.", "Send it as the contract shows it.")
	}
	return t, nil
}

// skip steps over a value that will not be kept. It must still be JSON.
func (d *decoder) skip() error {
	for depth := d.tokens.StackDepth(); ; {
		var err error
		if d.atName() {
			_, err = d.name()
		} else {
			_, err = d.token()
		}
		if err != nil || d.tokens.StackDepth() == depth {
			return err
		}
	}
}

// atName says whether the next token is the name of a member.
func (d *decoder) atName() bool {
	kind, length := d.tokens.StackIndex(d.tokens.StackDepth())
	return kind == '{' && length%2 == 0 && d.next() == '"'
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

// str takes a string and gives its text with its flaw. The tokenizer replaces what is not UTF-8; unquoting tells it.
func (d *decoder) str() (string, flaw, error) {
	raw, err := d.tokens.ReadValue()
	if err != nil {
		return "", "", d.syntax(err)
	}
	d.room, err = jsontext.AppendUnquote(d.room[:0], raw)
	switch {
	case !utf8.Valid(raw):
		return "", flawUTF8, nil
	case err != nil:
		return "", flawSurrogate, nil
	case bytes.IndexByte(d.room, 0) >= 0:
		return "", flawNUL, nil
	}
	return string(d.room), "", nil
}
