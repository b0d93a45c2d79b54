package app_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/enactment"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/domain/record"
	"tocsin/internal/domain/team"
	"tocsin/internal/ledger"
	"tocsin/internal/testkit"
)

var update = flag.Bool("update", false, "write an example of each fact that has none yet")

// testdata/facts keeps one example of every version of every fact ever written. Each must be read and applied for ever: a
// changed meaning is a new version with its own example.
func TestEveryFactEverWrittenIsRead(t *testing.T) {
	if *update {
		writeExamples(t)
	}
	registry := testkit.Start(t).Record.Registry
	var have []string
	files, err := filepath.Glob("testdata/facts/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Base(f[:len(f)-len(".json")])
		have = append(have, name)
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		v, err := registry.Decode(ledger.Entry{Fact: name, Body: body})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if fact, ok := v.(record.Fact); ok {
			team.Fold([]team.Recorded{{Fact: &team.MemberAdded{Member: "m1", Entity: "e", Person: "p"}, Version: 1, At: time.Unix(1, 0)}, {Fact: fact, Version: 2, At: time.Unix(2, 0)}})
			investigation.Fold([]investigation.Recorded{{Fact: fact, Version: 1, At: time.Unix(1, 0)}})
			designation.Fold([]designation.Recorded{{Fact: &designation.Designated{Designee: "d1", Entity: "e", Person: "p"}, Version: 1, At: time.Unix(1, 0)},
				{Fact: fact, Version: 2, At: time.Unix(2, 0)}})
		}
		if fact, ok := v.(enactment.Fact); ok {
			enactment.Fold([]enactment.Recorded{{Fact: &enactment.Enacted{Pack: "p", Digest: "d", EffectiveAt: 3e6}, Version: 1, At: time.Unix(1, 0)},
				{Fact: fact, Version: 2, At: time.Unix(2, 0)}})
		}
		if fact, ok := v.(incident.Fact); ok {
			incident.Fold([]incident.Recorded{{Fact: &incident.Reported{Number: "N", Filing: 1, Kind: incident.Initial}, Version: 1, At: time.Unix(1, 0)},
				{Fact: fact, Version: 2, At: time.Unix(2, 0)}})
		}
	}
	for _, name := range registry.Names() {
		if !slices.Contains(have, name) {
			t.Errorf("no example of %s; run: go test ./internal/app -run EveryFact -update", name)
		}
	}
}

// writeExamples takes an example of each fact from a life of incidents; one that is there already is never replaced.
func writeExamples(t *testing.T) {
	h := testkit.Start(t)
	story(t, h)
	designationStory(t, h)
	policyStory(t, h)
	tellingStory(t, h)
	teamStory(t, h)
	teamMailStory(t, h)
	courseStory(t, h)
	check(t, h.ValidateResults(ctx, h.As("ma-coordinator"), ended(t, h), "Saw it."))
	for _, e := range h.Entries() {
		path := filepath.Join("testdata", "facts", e.Fact+".json")
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := os.WriteFile(path, append(e.Body, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
