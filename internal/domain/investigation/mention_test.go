package investigation

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/testkit/hostile"
)

func TestMentions(t *testing.T) {
	people := []Mentionable{{"ma-lead", "Grace Okafor"}, {"ma-leader", "Ana Núñez"}, {"x1", "Lee Chan"}, {"x2", "Lee Chan"}, {"x3", "Lee"}}
	for text, want := range map[string]string{
		"ask @ma-lead today":                  "ma-lead|",
		"@ma-leader, not the other":           "ma-leader|",
		"@Grace Okafor and @grace okafor.":    "ma-lead|",
		"(@Ana Núñez)":                        "ma-leader|",
		"@Lee Chan":                           "|lee chan",
		"@Lee knows":                          "x3|",
		"@lee-ann, @lee. @lee- @lee.example":  "x3|lee-ann lee.example",
		"write to soc@ma-lead.example":        "|",
		"@nobody and @ma-leads, @nobody":      "|nobody ma-leads",
		"@ alone, @@ma-lead, @":               "ma-lead|",
		"**@ma-lead**":                        "ma-lead|",
		"@ma-lead @x3 \xff@x3":                "ma-lead x3|",
		"@evil.example.com is no person here": "|evil.example.com",
	} {
		ids, unknown := Mentions(text, people)
		if got := strings.Join(ids, " ") + "|" + strings.Join(unknown, " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if ids, _ := Mentions(strings.Repeat("@ma-lead ", 1000), people); !slices.Equal(ids, []string{"ma-lead"}) {
		t.Errorf("%q", ids)
	}
}

// A note full of signs costs what its length costs, not that times everybody who could be named: whoever opens the notes pays for it.
func TestMentionsOfManyAmongMany(t *testing.T) {
	var people []Mentionable
	for i := range 20_000 {
		people = append(people, Mentionable{fmt.Sprintf("p-%d", i), fmt.Sprintf("@Grace Okafor %d", i)})
	}
	began := time.Now()
	ids, _ := Mentions(strings.Repeat("@", 50_000)+"p-7", people)
	if took := time.Since(began); took > 2*time.Second { // it takes some hundredths of a second; with a look at each of them, twenty seconds
		t.Errorf("took %s", took)
	}
	if !slices.Equal(ids, []string{"p-7"}) {
		t.Errorf("%q", ids)
	}
}

// FuzzMentions: whatever a note and the names are, who is told is somebody of the list, once, who stands in the note behind an "@"; what names
// nobody is a word that hides nothing.
func FuzzMentions(f *testing.F) {
	for _, text := range hostile.Payloads() {
		f.Add(text+" @"+text+" (@ma-lead) @"+text+".", text)
	}
	f.Add("@İ @i̇", "İ")
	f.Add("@\xff@ma-lead", "\xff")
	f.Fuzz(func(t *testing.T, text, name string) {
		people := []Mentionable{{"ma-lead", name}, {"ma-other", "x" + name}, {"x3", name + " "}}
		ids, unknown := Mentions(text, people)
		low := strings.ToLower(text)
		for i, id := range ids {
			at := slices.IndexFunc(people, func(p Mentionable) bool { return p.ID == id })
			if at < 0 || slices.Contains(ids[:i], id) {
				t.Fatalf("%q of %q names %q", text, name, ids)
			}
			if !strings.Contains(low, "@"+id) && !strings.Contains(low, "@"+strings.ToLower(people[at].Name)) {
				t.Fatalf("%q names %q, and nobody wrote it", text, id)
			}
		}
		for i, w := range unknown {
			if w == "" || slices.Contains(unknown[:i], w) || !strings.Contains(low, "@"+w) {
				t.Fatalf("%q of %q: unknown %q", text, name, unknown)
			}
		}
	})
}
