package notify

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mark replaces what may not be shown: a reader sees that something was there.
const mark = '\uFFFD'

// shown maps one character of text that is not trusted to what a mail shows. Characters that turn the direction of a line or
// hide are taken out, because they make a line read differently from what it says.
func shown(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case r == utf8.RuneError, unicode.Is(unicode.Cs, r), unicode.Is(unicode.Co, r):
		return mark
	case r == '\u00AD', r == '\uFEFF', r >= '\u200B' && r <= '\u200F', r == '\u061C', r >= '\u2060' && r <= '\u2064':
		return -1
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069':
		return mark
	case r >= 0xE0000 && r <= 0xE007F: // tag characters: invisible text
		return -1
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return ' '
	}
	return r
}

// line makes one line of at most limit characters out of anything: fit for a header, a label or a log.
func line(s string, limit int) string {
	s = strings.Map(shown, clip(s, 8*limit))
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:limit-1])) + "…"
}

// prose cleans what a person wrote and keeps its lines. left is how many characters did not fit into limit.
func prose(s string, limit int) (text string, left int) {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(mark)), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return '\n'
		}
		return shown(r)
	}, s)
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n > limit {
		r := []rune(s)
		return strings.TrimSpace(string(r[:limit])), n - limit
	}
	return s, 0
}

// clip bounds the bytes looked at before characters are counted, without cutting a character.
func clip(s string, bytes int) string {
	if len(s) > bytes {
		s = s[:bytes]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		if r, _ := utf8.DecodeLastRuneInString(s); r == utf8.RuneError && len(s) > 0 {
			s = s[:len(s)-1]
		}
	}
	return strings.ToValidUTF8(s, string(mark))
}

// webLink returns a URL that may stand in a mail, or "". Links come from the program, but a wrong base address in a
// configuration must not turn into a broken or dangerous link.
func webLink(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") || len(s) > 2000 {
		return ""
	}
	for _, r := range s {
		if r <= ' ' || r >= 0x7f || r == '<' || r == '>' || r == '"' {
			return ""
		}
	}
	return s
}
