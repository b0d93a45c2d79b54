package document

import (
	_ "embed" // the fonts
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed fonts/DejaVuSansCondensed.ttf
var regular []byte

//go:embed fonts/DejaVuSansCondensed-Bold.ttf
var bold []byte

// glyphs says which characters of the first plane both fonts have a glyph for.
var glyphs = sync.OnceValue(func() *[1 << 16]bool {
	var both, r, b [1 << 16]bool
	covered(regular, &r)
	covered(bold, &b)
	for i := range both {
		both[i] = r[i] && b[i]
	}
	return &both
})

// covered reads a TrueType font's character map of format 4 (OpenType specification, "cmap").
func covered(font []byte, out *[1 << 16]bool) {
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(font[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(font[at:])) }
	cmap := 0
	for i := range u16(4) {
		if record := 12 + 16*i; string(font[record:record+4]) == "cmap" {
			cmap = u32(record + 8)
		}
	}
	for i := range u16(cmap + 2) {
		record := cmap + 4 + 8*i
		if table := cmap + u32(record+4); u16(record) == 3 && u16(table) == 4 {
			segments(u16, table, out)
		}
	}
}

func segments(u16 func(int) int, table int, out *[1 << 16]bool) {
	n := u16(table+6) / 2
	ends, starts := table+14, table+16+2*n
	deltas, offsets := starts+2*n, starts+4*n
	for s := range n {
		for c := u16(starts + 2*s); c <= u16(ends+2*s) && c < 0xFFFF; c++ {
			glyph, offset := c, u16(offsets+2*s)
			if offset != 0 {
				glyph = u16(offsets + 2*s + offset + 2*(c-u16(starts+2*s)))
			}
			out[c] = glyph != 0 && (glyph+u16(deltas+2*s))&0xFFFF != 0
		}
	}
}

// drawn are the scripts that read rightly when their letters stand one after the other from left to right.
var drawn = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian,
	unicode.Common, unicode.Inherited}

// able says whether a character is drawn as itself.
func able(r rune) bool {
	return r < 0xFFFF && glyphs()[r] && unicode.In(r, drawn...) && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}

// shown gives the form of a text that the fonts can draw: composed, and each run of other characters named by its script and
// code points, "[Han U+6F22 U+5B57]". Line ends stay.
func shown(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", "    ", "\u00ad",
		"").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x7F || r < ' ' && r != '\n' }) {
		return s
	}
	var out strings.Builder
	inside := ""
	for _, r := range norm.NFC.String(s) {
		if r == '\n' || able(r) {
			if inside != "" {
				out.WriteByte(']')
			}
			inside = ""
			out.WriteRune(r)
			continue
		}
		name := script(r, inside)
		if name != inside {
			if inside != "" {
				out.WriteByte(']')
			}
			out.WriteString("[" + name)
			inside = name
		}
		fmt.Fprintf(&out, " U+%04X", r)
	}
	if inside != "" {
		out.WriteByte(']')
	}
	return out.String()
}

var scripts = sync.OnceValue(func() []string { return slices.Sorted(maps.Keys(unicode.Scripts)) })

// script names what a character belongs to; it asks first for the script of the one before.
func script(r rune, before string) string {
	switch {
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
		return "control"
	case unicode.In(r, unicode.Common, unicode.Inherited):
		return "symbol"
	case unicode.Scripts[before] != nil && unicode.Is(unicode.Scripts[before], r):
		return before
	}
	for _, name := range scripts() {
		if unicode.Is(unicode.Scripts[name], r) {
			return strings.ReplaceAll(name, "_", " ")
		}
	}
	return "unassigned"
}
