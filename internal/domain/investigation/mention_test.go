package investigation

import (
	"slices"
	"strings"
	"testing"
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
