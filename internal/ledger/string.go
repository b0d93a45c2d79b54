package ledger

import (
	"unicode/utf16"
	"unicode/utf8"
)

// string reads a JSON string and returns its characters. The common case, no escapes, is a slice of the source.
func (c *canon) string() ([]byte, error) {
	c.pos++
	start := c.pos
	for c.pos < len(c.src) {
		switch ch := c.src[c.pos]; {
		case ch == '"':
			s := c.src[start:c.pos]
			c.pos++
			if !utf8.Valid(s) {
				return nil, errString
			}
			return s, nil
		case ch == '\\':
			return c.escaped(append([]byte(nil), c.src[start:c.pos]...))
		case ch < 0x20:
			return nil, errString
		}
		c.pos++
	}
	return nil, errEnd
}

// escaped goes on where a string has its first escape.
func (c *canon) escaped(s []byte) ([]byte, error) {
	for c.pos < len(c.src) {
		ch := c.src[c.pos]
		c.pos++
		switch {
		case ch == '"':
			if !utf8.Valid(s) {
				return nil, errString
			}
			return s, nil
		case ch < 0x20:
			return nil, errString
		case ch != '\\':
			s = append(s, ch)
			continue
		}
		r, err := c.escape()
		if err != nil {
			return nil, err
		}
		s = utf8.AppendRune(s, r)
	}
	return nil, errEnd
}

var simpleEscapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads what follows a backslash. A surrogate without its partner is refused: it is no character.
func (c *canon) escape() (rune, error) {
	if c.pos >= len(c.src) {
		return 0, errEnd
	}
	ch := c.src[c.pos]
	c.pos++
	if r, ok := simpleEscapes[ch]; ok {
		return r, nil
	}
	if ch != 'u' {
		return 0, errString
	}
	r, err := c.hex4()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if c.pos+1 >= len(c.src) || c.src[c.pos] != '\\' || c.src[c.pos+1] != 'u' {
		return 0, errString
	}
	c.pos += 2
	low, err := c.hex4()
	if err != nil {
		return 0, err
	}
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, errString
	}
	return r, nil
}

func (c *canon) hex4() (rune, error) {
	if c.pos+4 > len(c.src) {
		return 0, errEnd
	}
	var r rune
	for _, ch := range c.src[c.pos : c.pos+4] {
		switch {
		case ch >= '0' && ch <= '9':
			ch -= '0'
		case ch >= 'a' && ch <= 'f':
			ch -= 'a' - 10
		case ch >= 'A' && ch <= 'F':
			ch -= 'A' - 10
		default:
			return 0, errString
		}
		r = r<<4 | rune(ch)
	}
	c.pos += 4
	return r, nil
}

// appendString writes a string as RFC 8785, 3.2.2.2 has it: only what must be escaped is, in its shortest spelling.
func appendString[S string | []byte](dst []byte, s S) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0 // of the characters that stand as they are
	for i := 0; i < len(s); i++ {
		ch := s[i]
		if ch >= 0x20 && ch != '"' && ch != '\\' {
			continue
		}
		dst = append(dst, s[from:i]...)
		from = i + 1
		switch {
		case ch >= 0x20:
			dst = append(dst, '\\', ch)
		case ch == '\b':
			dst = append(dst, `\b`...)
		case ch == '\t':
			dst = append(dst, `\t`...)
		case ch == '\n':
			dst = append(dst, `\n`...)
		case ch == '\f':
			dst = append(dst, `\f`...)
		case ch == '\r':
			dst = append(dst, `\r`...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[ch>>4], hex[ch&15])
		}
	}
	return append(append(dst, s[from:]...), '"')
}

// AppendObject writes one line: a canonical object of string members, given as key and value in canonical order.
func AppendObject(dst []byte, pairs ...string) []byte {
	for i := 0; i+1 < len(pairs); i += 2 {
		dst = append(dst, "{,"[min(i, 1)])
		dst = appendString(dst, pairs[i])
		dst = appendString(append(dst, ':'), pairs[i+1])
	}
	return append(dst, '}', '\n')
}
