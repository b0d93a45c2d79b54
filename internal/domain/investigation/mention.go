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
	f := formsOf(people)
	low := strings.ToLower(text)
	for i := 0; i < len(low); i++ {
		before, _ := utf8.DecodeLastRuneInString(low[:i])
		if low[i] != '@' || wordy(before) {
			continue
		}
		rest := low[i+1:]
		form := f.longest(rest)
		whose := f.whose[form]
		word := rest[:len(rest)-len(strings.TrimLeftFunc(rest, func(r rune) bool { return wordy(r) || r == '-' || r == '.' }))]
		word = strings.TrimRight(word, ".-")
		switch {
		case len(whose) == 1:
			if id := whose[0]; !slices.Contains(ids, id) && len(ids) < maxMentions {
				ids = append(ids, id)
			}
		case len(whose) > 1:
			word = form
			fallthrough
		case word != "":
			if !slices.Contains(unknown, word) && len(unknown) < maxMentions {
				unknown = append(unknown, word)
			}
		}
	}
	return ids, unknown
}

// forms are what can stand after "@", in small letters. A note is read anew for each of its readers, so that an "@" costs as many looks
// as there are lengths of names, not as there are people.
type forms struct {
	whose   map[string][]string // ids
	lengths []int               // of the forms in bytes, the longest first
}

func formsOf(people []Mentionable) forms {
	f := forms{whose: map[string][]string{}}
	for _, p := range people {
		for _, form := range []string{strings.ToLower(p.ID), strings.ToLower(p.Name)} {
			if form != "" && !slices.Contains(f.whose[form], p.ID) {
				f.whose[form] = append(f.whose[form], p.ID)
			}
		}
	}
	seen := map[int]bool{}
	for form := range f.whose {
		if !seen[len(form)] {
			seen[len(form)], f.lengths = true, append(f.lengths, len(form))
		}
	}
	slices.SortFunc(f.lengths, func(a, b int) int { return cmp.Compare(b, a) })
	return f
}

// longest answers the longest form that a text begins with, as far as the name ends there; empty where there is none.
func (f forms) longest(text string) string {
	for _, n := range f.lengths {
		if n <= len(text) && f.whose[text[:n]] != nil && !goesOn(text[n:]) {
			return text[:n]
		}
	}
	return ""
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
