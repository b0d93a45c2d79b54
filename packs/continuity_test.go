package packs

import (
	"slices"
	"testing"
)

// Which criteria for business continuity are met follows from what is stated; what is not stated leaves them open, and never met.
// MA 6.6.2.6
func TestContinuityCriteria(t *testing.T) {
	p, err := Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		facts string
		met   []string
		open  int
	}{
		{`entity: e`, nil, 4},
		{"entity: e\nimpact: {human_safety: true}", []string{"ma-continuity-safety"}, 3},
		{"entity: e\nimpact: {asset_rating: critical, functional: high}", []string{"ma-continuity-critical"}, 3},
		{"entity: e\nimpact: {human_safety: false, asset_rating: critical, functional: low, recoverability: regular}\noutage_minutes: 239", nil,
			0},
		{"entity: e\nimpact: {human_safety: false, asset_rating: low, functional: high, recoverability: extended}\noutage_minutes: 240",
			[]string{"ma-continuity-outage", "ma-continuity-recovery"}, 0},
	} {
		in, err := p.Facts("facts", []byte(c.facts))
		if err != nil {
			t.Fatal(err)
		}
		var met []string
		open := 0
		for _, x := range p.Continuity(in) {
			if x.Met {
				met = append(met, x.Rule)
			}
			if x.Open {
				open++
			}
		}
		if !slices.Equal(met, c.met) || open != c.open {
			t.Errorf("%s: met %v, open %d", c.facts, met, open)
		}
	}
}
