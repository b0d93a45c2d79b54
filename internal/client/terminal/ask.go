package terminal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/domain/policy"
)

// errEnded says that the input ended, or that the person wrote "quit", before the report was confirmed.
var errEnded = errors.New("the questions were not finished")

// asker asks on a plain line terminal. Every question can be skipped with Enter, explained with ?, and cleared with -.
// After the input has ended every answer is "skipped" and err tells.
type asker struct {
	in  *bufio.Reader
	out io.Writer
	now func() time.Time
	err error
}

func (a *asker) say(format string, args ...any) { fmt.Fprintf(a.out, format+"\n", args...) }

// read reads one line without its line break.
func (a *asker) read() string {
	if a.err != nil {
		return ""
	}
	line, err := a.in.ReadString('\n')
	if err != nil && line == "" {
		a.err = errEnded
		return ""
	}
	return strings.TrimRight(line, "\r\n")
}

// line asks for one line. current is kept on Enter.
func (a *asker) line(label, help, current string) string {
	for a.err == nil {
		shown := ""
		if current != "" {
			shown = " [" + printable(current) + "]"
		}
		fmt.Fprintf(a.out, "%s%s: ", label, shown)
		switch got := strings.TrimSpace(a.read()); got {
		case "":
			return current
		case "?":
			a.say("  %s", help)
			a.say("  Enter keeps or skips, - clears, quit stops and keeps what you wrote.")
		case "-":
			return ""
		case "quit":
			a.err = errEnded
		default:
			return got
		}
	}
	return current
}

// text asks for several lines, ended by a line with a single dot. Enter at once keeps or skips.
func (a *asker) text(label, help, current string) string {
	a.say("%s (several lines; end with a line that holds only a dot)", label)
	if current != "" {
		a.say("  [%s]", printable(first(current, 70)))
	}
	var lines []string
	for a.err == nil {
		fmt.Fprint(a.out, "> ")
		got := a.read()
		switch {
		case a.err != nil && len(lines) == 0, got == "" && len(lines) == 0 && a.err == nil:
			return current
		case got == "?" && len(lines) == 0:
			a.say("  %s", help)
			continue
		case got == "-" && len(lines) == 0:
			return ""
		case got == ".":
			return strings.TrimSpace(strings.Join(lines, "\n"))
		}
		if a.err == nil {
			lines = append(lines, got)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// yesNo asks for yes or no; Enter leaves it not known. Unknown is not no.
func (a *asker) yesNo(label, help string, current *bool) *bool {
	shown := ""
	if current != nil {
		shown = map[bool]string{true: "yes", false: "no"}[*current]
	}
	for a.err == nil {
		switch got := strings.ToLower(a.line(label+" (yes/no, Enter: not known)", help, shown)); got {
		case "":
			return nil
		case "y", "yes", "n", "no":
			yes := got[0] == 'y'
			return &yes
		default:
			a.say("  Please answer yes or no, or press Enter while it is not known.")
		}
	}
	return current
}

// number asks for a whole number of at least 0.
func (a *asker) number(label, help string, current *int64) *int64 {
	shown := ""
	if current != nil {
		shown = strconv.FormatInt(*current, 10)
	}
	for a.err == nil {
		got := a.line(label, help, shown)
		if got == "" {
			return nil
		}
		n, err := strconv.ParseInt(strings.NewReplacer(",", "", "$", "", " ", "").Replace(got), 10, 64)
		if err == nil && n >= 0 {
			return &n
		}
		a.say("  Please write a whole number of 0 or more, without a fraction.")
	}
	return current
}

// timeForms are the ways to write a time of day here; the first that fits counts.
var timeForms = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02 3:04 PM", "2006-01-02 3:04PM",
	"1/2/2006 15:04", "1/2/2006 3:04 PM"}

// when asks for a time and gives it as RFC 3339 with the offset of this machine's zone at that time.
func (a *asker) when(label, help, current string) string {
	for a.err == nil {
		got := a.line(label, help+" Write now, 14:05, 2026-11-20 14:05, or RFC 3339.", current)
		if got == "" || got == current {
			return got
		}
		if at, ok := parseWhen(got, a.now()); ok {
			a.say("  = %s", clock(at, a.now().Location()))
			return at.Format(time.RFC3339)
		}
		a.say("  This is no time. Write now, 14:05 (today), 2026-11-20 14:05, or 2026-11-20T14:05:00-08:00.")
	}
	return current
}

func parseWhen(s string, now time.Time) (time.Time, bool) {
	if strings.EqualFold(s, "now") {
		return now.Truncate(time.Second), true
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, true
	}
	if len(s) <= 5 {
		s = now.Format("2006-01-02 ") + s
	}
	for _, form := range timeForms {
		if at, err := time.ParseInLocation(form, strings.ToUpper(s), now.Location()); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// choose asks for entries of a list by number or id, several separated by commas where many is set. Without a list (the
// server could not be asked) it takes ids as they are.
func (a *asker) choose(label, help string, terms []policy.Term, current []string, many bool) []string {
	var plain []string
	for i, t := range terms {
		if t.Label == "" {
			plain = append(plain, t.ID)
			continue
		}
		a.say("  %2d  %-24s %s", i+1, printable(t.ID), printable(first(t.Label, 80)))
	}
	if plain != nil {
		label += " (" + strings.Join(plain, ", ") + ")"
	}
	for a.err == nil {
		got := a.line(label, help, strings.Join(current, ", "))
		if got == "" {
			return nil
		}
		picked, wrong := pick(got, terms)
		switch {
		case wrong != "":
			a.say("  %s is not in the list.", printable(wrong))
		case !many && len(picked) > 1:
			a.say("  Please choose one.")
		default:
			return picked
		}
	}
	return current
}

func pick(answer string, terms []policy.Term) (picked []string, wrong string) {
	for _, word := range strings.FieldsFunc(answer, func(r rune) bool { return r == ',' || r == ' ' }) {
		id := word
		if n, err := strconv.Atoi(word); err == nil && n >= 1 && n <= len(terms) {
			id = terms[n-1].ID
		}
		if len(terms) > 0 && !slices.ContainsFunc(terms, func(t policy.Term) bool { return t.ID == id }) {
			return nil, word
		}
		if !slices.Contains(picked, id) {
			picked = append(picked, id)
		}
	}
	return picked, ""
}

// words makes a list of choices out of plain ids.
func words(ids ...string) []policy.Term {
	out := make([]policy.Term, len(ids))
	for i, id := range ids {
		out[i] = policy.Term{ID: id}
	}
	return out
}

func first(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
