package account

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/internal/domain/fault"
)

// Length of a password in characters.
const (
	MinPassword = 12
	MaxPassword = 256
)

// breachedText lists passwords of at least MinPassword characters that are known from breaches, one a line, lower case.
//
//go:embed breached.txt
var breachedText string

var breached = readList(breachedText)

func readList(text string) map[string]bool {
	list := map[string]bool{}
	for line := range strings.Lines(text) {
		if w := strings.TrimSpace(line); w != "" && !strings.HasPrefix(w, "#") {
			list[w] = true
		}
	}
	return list
}

// CheckPassword refuses a password that is too short, too long, known from breaches, or made of what everybody knows of
// the person. There is no rule on which kinds of characters it holds. The password comes in its normal form; own are words
// such as the person's name and address.
func CheckPassword(password string, own ...string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < MinPassword:
		return fault.Invalid("password", "This password is too short.", "Use 12 characters or more; several words in a row are fine.")
	case n > MaxPassword || !utf8.ValidString(password):
		return fault.Invalid("password", "This password is too long.", "Use 256 characters or fewer.")
	}
	plain := strings.ToLower(password)
	if breached[plain] || repeats(plain) || breached[strings.TrimRightFunc(plain, sign)] {
		return fault.Invalid("password", "This password is among the first that attackers try.", "Choose another; several unrelated words in a row are good.")
	}
	for _, w := range append(own, "tocsin") {
		if w = strings.ToLower(w); utf8.RuneCountInString(w) > 3 && strings.Contains(plain, w) && n-utf8.RuneCountInString(w) < MinPassword/2 {
			return fault.Invalid("password", "This password is little more than a name that others know.", "Choose words that have nothing to do with you or this place.")
		}
	}
	return nil
}

func sign(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// repeats says whether a text is one short piece over and over, or counts along: "abcabcabcabc", "123456789012".
func repeats(s string) bool {
	r := []rune(s)
	for size := 1; size <= 4; size++ {
		same := true
		for i := size; i < len(r) && same; i++ {
			same = r[i] == r[i-size]
		}
		if same {
			return true
		}
	}
	step := r[1] - r[0]
	for i := 1; i < len(r); i++ {
		d := r[i] - r[i-1]
		turn := d == -9 && step == 1 || d == 9 && step == -1 // 9 goes on with 0
		if d != step && !turn {
			return false
		}
	}
	return step == 1 || step == -1
}
