package sheet

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode makes text of a file: UTF-8 with or without a mark, UTF-16 with one, and what is neither is taken as Windows-1252,
// which older spreadsheets write. Line ends become \n.
func decode(data []byte) (text, encoding string, ok bool) {
	switch {
	case strings.HasPrefix(string(data[:min(3, len(data))]), "\xef\xbb\xbf"):
		text, encoding = string(data[3:]), "UTF-8"
	case len(data) >= 2 && data[0] == 0xff && data[1] == 0xfe:
		text, encoding = wide(data[2:], 1, 0), "UTF-16"
	case len(data) >= 2 && data[0] == 0xfe && data[1] == 0xff:
		text, encoding = wide(data[2:], 0, 1), "UTF-16"
	case utf8.Valid(data):
		text, encoding = string(data), "UTF-8"
	default:
		text, encoding = western(data), "Windows-1252"
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", "", false
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), encoding, true
}

// wide reads UTF-16; high and low are the places of the two bytes of a unit.
func wide(data []byte, high, low int) string {
	units := make([]uint16, 0, len(data)/2)
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i+high])<<8|uint16(data[i+low]))
	}
	return string(utf16.Decode(units))
}

// upper is where Windows-1252 differs from Latin-1: 0x80 to 0x9f. A zero is a byte that it does not use.
var upper = [32]rune{'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ'}

func western(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		switch {
		case c >= 0x80 && c < 0xa0:
			b.WriteRune(upper[c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

// What a spreadsheet takes for the beginning of a formula, and after what a cell can begin when it is opened with another
// separator than it was written with.
const (
	triggers  = "=+-@\t\r\n＝＋－＠'"
	beginners = ";,\t\n\r\""
)

// armed puts an apostrophe before whatever a spreadsheet could run, wherever a cell can begin. disarmed takes exactly those
// away again, so that what was written comes back as it was.
func armed(s string) string {
	var b strings.Builder
	begins := true
	for _, c := range s {
		if begins && strings.ContainsRune(triggers, c) {
			b.WriteByte('\'')
		}
		b.WriteRune(c)
		begins = strings.ContainsRune(beginners, c)
	}
	return b.String()
}

func disarmed(s string) string {
	var b strings.Builder
	begins := true
	list := []rune(s)
	for i := 0; i < len(list); i++ {
		if begins && list[i] == '\'' && i+1 < len(list) && strings.ContainsRune(triggers, list[i+1]) {
			i++
		}
		b.WriteRune(list[i])
		begins = strings.ContainsRune(beginners, list[i])
	}
	return b.String()
}

// Text is a file as text, for a form that carries it from a preview to its confirmation. Reading it again gives the same rows.
func Text(data []byte) string {
	text, _, _ := decode(data)
	return text
}
