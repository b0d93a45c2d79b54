package investigation

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mentionable is somebody whom a note can name: "@" and their id or full name.
type Mentionable struct{ ID, Name string }

// maxMentions bounds how many people one note tells.
const maxMentions = 50

// Mentions answers the ids of those whom a text names, each once, and the words after an "@" that name nobody of the list, or several. An
// address such as a@b.example is none.
func Mentions(text string, people []Mentionable) (ids, unknown []string) {
	names := map[string][]string{} // what can stand after "@", in small letters: whose it is
	var forms []string
	for _, p := range people {
		for _, form := range []string{strings.ToLower(p.ID), strings.ToLower(p.Name)} {
			if form != "" && !slices.Contains(names[form], p.ID) {
				forms, names[form] = append(forms, form), append(names[form], p.ID)
			}
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // the longest first
	low := strings.ToLower(text)
	for i := 0; i < len(low); i++ {
		before, _ := utf8.DecodeLastRuneInString(low[:i])
		if low[i] != '@' || wordy(before) {
			continue
		}
		rest := low[i+1:]
		at := slices.IndexFunc(forms, func(form string) bool {
			after, ok := strings.CutPrefix(rest, form)
			return ok && !goesOn(after)
		})
		word := rest[:len(rest)-len(strings.TrimLeftFunc(rest, func(r rune) bool { return wordy(r) || r == '-' || r == '.' }))]
		word = strings.TrimRight(word, ".-")
		switch {
		case at >= 0 && len(names[forms[at]]) == 1:
			if id := names[forms[at]][0]; !slices.Contains(ids, id) && len(ids) < maxMentions {
				ids = append(ids, id)
			}
		case at >= 0:
			word = forms[at]
			fallthrough
		case word != "":
			if !slices.Contains(unknown, word) && len(unknown) < maxMentions {
				unknown = append(unknown, word)
			}
		}
	}
	return ids, unknown
}

// goesOn says whether a name is longer than what was found of it: as in lee-ann and soc.example, and not at the end of a sentence.
func goesOn(after string) bool {
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, "-."))
	first, _ := utf8.DecodeRuneInString(after)
	return wordy(first) || (first == '-' || first == '.') && wordy(next)
}

// wordy says whether a name goes on with this.
func wordy(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}
