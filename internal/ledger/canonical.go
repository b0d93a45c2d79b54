package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// MaxInt is the largest magnitude of an integer in a fact: every JSON reader keeps it exact. RFC 8785 writes numbers as
// ECMAScript does, so a larger one could not be carried without loss.
const MaxInt = 1<<53 - 1

// maxDepth bounds nesting, so that hostile input cannot exhaust the stack.
const maxDepth = 64

// Canonicalize returns the RFC 8785 form of one JSON value. Facts hold only strings, integers of magnitude up to MaxInt,
// booleans, arrays and objects: null, fractions, exponents, duplicate keys, lone surrogates and broken UTF-8 are errors,
// because two readers could take them differently and a digest must mean one thing.
func Canonicalize(src []byte) ([]byte, error) {
	c := canon{src: src, dst: make([]byte, 0, len(src))}
	c.space()
	if err := c.value(0); err != nil {
		return nil, fmt.Errorf("at byte %d: %w", c.pos, err)
	}
	c.space()
	if c.pos != len(c.src) {
		return nil, fmt.Errorf("at byte %d: data after the value", c.pos)
	}
	return c.dst, nil
}

// IsCanonical says whether b is already in the form that Canonicalize returns.
func IsCanonical(b []byte) bool {
	out, err := Canonicalize(b)
	return err == nil && bytes.Equal(out, b)
}

// canon reads src and appends the canonical form to dst.
type canon struct {
	src, dst []byte
	pos      int
	members  []member // of the objects that are open, the innermost last
}

var (
	errSyntax  = errors.New("not a string, integer, boolean, array or object")
	errInteger = errors.New("a number must be an integer of magnitude below 2^53, without sign on zero")
	errString  = errors.New("broken string")
	errEnd     = errors.New("unexpected end")
)

func (c *canon) space() {
	for c.pos < len(c.src) {
		switch c.src[c.pos] {
		case ' ', '\t', '\n', '\r':
			c.pos++
		default:
			return
		}
	}
}

func (c *canon) value(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	if c.pos >= len(c.src) {
		return errEnd
	}
	switch ch := c.src[c.pos]; {
	case ch == '{':
		return c.object(depth)
	case ch == '[':
		return c.array(depth)
	case ch == '"':
		s, err := c.string()
		c.dst = appendString(c.dst, s)
		return err
	case ch == '-' || ch >= '0' && ch <= '9':
		return c.integer()
	default:
		return c.word()
	}
}

func (c *canon) word() error {
	for _, w := range []string{"true", "false"} {
		if bytes.HasPrefix(c.src[c.pos:], []byte(w)) {
			c.pos += len(w)
			c.dst = append(c.dst, w...)
			return nil
		}
	}
	return errSyntax
}

// integer accepts the one spelling of an integer that is its canonical form.
func (c *canon) integer() error {
	start, n := c.pos, int64(0)
	if c.src[c.pos] == '-' {
		c.pos++
	}
	first := c.pos
	for ; c.pos < len(c.src) && c.src[c.pos] >= '0' && c.src[c.pos] <= '9'; c.pos++ {
		if n = n*10 + int64(c.src[c.pos]-'0'); n > MaxInt {
			return errInteger
		}
	}
	text := c.src[start:c.pos]
	zeroLed := c.pos-first > 1 && c.src[first] == '0'
	if c.pos == first || zeroLed || string(text) == "-0" {
		return errInteger
	}
	if c.pos < len(c.src) && (c.src[c.pos] == '.' || c.src[c.pos] == 'e' || c.src[c.pos] == 'E') {
		return errInteger
	}
	c.dst = append(c.dst, text...)
	return nil
}

func (c *canon) array(depth int) error {
	c.dst = append(c.dst, '[')
	err := c.list(']', func() error { return c.value(depth + 1) })
	c.dst = append(c.dst, ']')
	return err
}

// list reads items up to the closing byte and puts commas between them.
func (c *canon) list(end byte, item func() error) error {
	c.pos++
	c.space()
	if c.pos < len(c.src) && c.src[c.pos] == end {
		c.pos++
		return nil
	}
	for {
		c.space()
		if err := item(); err != nil {
			return err
		}
		c.space()
		if c.pos >= len(c.src) {
			return errEnd
		}
		c.pos++
		switch c.src[c.pos-1] {
		case end:
			return nil
		case ',':
			c.dst = append(c.dst, ',')
		default:
			return errSyntax
		}
	}
}

// member is one pair of an object: where its canonical form lies in dst.
type member struct {
	key      []byte
	from, to int
}

func (c *canon) object(depth int) error {
	c.dst = append(c.dst, '{')
	start, outer := len(c.dst), len(c.members)
	err := c.list('}', func() error {
		m, err := c.member(depth)
		c.members = append(c.members, m)
		return err
	})
	if err != nil {
		return err
	}
	if err := c.order(start, c.members[outer:]); err != nil {
		return err
	}
	c.members = c.members[:outer]
	c.dst = append(c.dst, '}')
	return nil
}

func (c *canon) member(depth int) (m member, err error) {
	m.from = len(c.dst)
	if c.pos >= len(c.src) || c.src[c.pos] != '"' {
		return m, errSyntax
	}
	key, err := c.string()
	if err != nil {
		return m, err
	}
	m.key = key
	c.dst = append(appendString(c.dst, key), ':')
	c.space()
	if c.pos >= len(c.src) || c.src[c.pos] != ':' {
		return m, errSyntax
	}
	c.pos++
	c.space()
	err = c.value(depth + 1)
	m.to = len(c.dst)
	return m, err
}

// order sorts the members that lie in dst from start on. Structs come sorted rarely, maps always: only then copy.
func (c *canon) order(start int, members []member) error {
	byKey := func(a, b member) int { return compareKeys(a.key, b.key) }
	sorted := slices.IsSortedFunc(members, byKey)
	if !sorted {
		slices.SortFunc(members, byKey)
	}
	for i := 1; i < len(members); i++ {
		if bytes.Equal(members[i].key, members[i-1].key) {
			return errors.New("duplicate key")
		}
	}
	if sorted {
		return nil
	}
	out := make([]byte, 0, len(c.dst)-start)
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, c.dst[m.from:m.to]...)
	}
	c.dst = append(c.dst[:start], out...)
	return nil
}

// compareKeys is compareUTF16 for keys that are nearly always ASCII, where bytes are code units.
func compareKeys(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i]|b[i] >= utf8.RuneSelf {
			return compareUTF16(string(a[i:]), string(b[i:]))
		}
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return len(a) - len(b)
}

// compareUTF16 orders keys by UTF-16 code units (RFC 8785, 3.2.3): like bytes, except that characters beyond the basic
// plane come before U+E000 to U+FFFF.
func compareUTF16(a, b string) int {
	for len(a) > 0 && len(b) > 0 {
		ra, na := utf8.DecodeRuneInString(a)
		rb, nb := utf8.DecodeRuneInString(b)
		if ra != rb {
			wideA, wideB := ra > 0xFFFF, rb > 0xFFFF
			switch {
			case wideA && !wideB && rb >= 0xE000:
				return -1
			case wideB && !wideA && ra >= 0xE000:
				return 1
			}
			return int(ra) - int(rb)
		}
		a, b = a[na:], b[nb:]
	}
	return len(a) - len(b)
}
