package e2e

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// history is what is known from outside after a run with interruptions: what clients were promised, what the server shows,
// what the record owes, and what the mail server got.
type history struct {
	kills   int // interruptions
	flight  int // messages that may be on their way at one instant
	filed   []promise
	shows   map[string][]string // incident numbers by the idempotency key that stands in their description
	acked   map[string]string   // incident number and authority, joined by a space: the track's status now
	owes    map[string]string   // recipient by Message-ID
	copies  map[string][]string // recipients of each copy, by Message-ID
	orphans int                 // incidents that no key explains
}

// promise is what one client knows of one filing: every answer to its key, in order.
type promise struct {
	key     string
	numbers []string // one for each 201
	filing  []int
	differ  bool // two answers to one key differ in more than their address
}

// problems says everything in which a history breaks a promise. An empty list is what the program must keep.
func (h history) problems() []string {
	return slices.Concat(h.filings(), h.acknowledgements(), h.mail())
}

func (h history) filings() (bad []string) {
	for _, p := range h.filed {
		shown := h.shows[p.key]
		switch {
		case len(p.numbers) == 0:
			continue // never acknowledged: it may be there or not
		case len(shown) == 0:
			bad = append(bad, fmt.Sprintf("%s was acknowledged as %s and is gone", p.key, p.numbers[0]))
		case len(shown) > 1:
			bad = append(bad, fmt.Sprintf("%s is there %d times", p.key, len(shown)))
		}
		for i, n := range p.numbers {
			if n != p.numbers[0] || p.filing[i] != p.filing[0] || (len(shown) > 0 && n != shown[0]) {
				bad = append(bad, fmt.Sprintf("%s was answered with %s filing %d, first with %s filing %d, and is shown in %v", p.key, n, p.filing[i],
					p.numbers[0], p.filing[0], shown))
				break
			}
		}
		if p.differ {
			bad = append(bad, p.key+" got two different answers")
		}
	}
	if h.orphans > 0 {
		bad = append(bad, fmt.Sprintf("%d incidents that nobody filed", h.orphans))
	}
	return bad
}

func (h history) acknowledgements() (bad []string) {
	for _, what := range slices.Sorted(maps.Keys(h.acked)) {
		if h.acked[what] != "acknowledged" {
			bad = append(bad, fmt.Sprintf("%s was acknowledged and its track is %q", what, h.acked[what]))
		}
	}
	return bad
}

func (h history) mail() (bad []string) {
	surplus := 0
	for _, id := range slices.Sorted(maps.Keys(h.owes)) {
		n := len(h.copies[id])
		switch {
		case n == 0:
			bad = append(bad, fmt.Sprintf("message %s never reached %s", id, h.owes[id]))
		case n > 1+h.kills:
			bad = append(bad, fmt.Sprintf("message %s came %d times over %d interruptions", id, n, h.kills))
		}
		surplus += max(0, n-1)
		for _, to := range h.copies[id] {
			if to != h.owes[id] {
				bad = append(bad, fmt.Sprintf("message %s is owed to %s and went to %s", id, h.owes[id], to))
			}
		}
	}
	if surplus > h.kills*h.flight {
		bad = append(bad, fmt.Sprintf("%d copies too many: %d interruptions repeat at most %d messages each", surplus, h.kills, h.flight))
	}
	for _, id := range slices.Sorted(maps.Keys(h.copies)) {
		if h.owes[id] == "" {
			bad = append(bad, fmt.Sprintf("message %s came and is not owed", id))
		}
	}
	return bad
}

// TestHistoryProblems: the checker itself finds each kind of broken promise.
func TestHistoryProblems(t *testing.T) {
	good := func() history {
		return history{kills: 1, flight: 2,
			filed: []promise{{key: "a", numbers: []string{"N1", "N1"}, filing: []int{1, 1}}, {key: "b"}},
			shows: map[string][]string{"a": {"N1"}}, acked: map[string]string{"N1 ois": "acknowledged"},
			owes: map[string]string{"m1": "x", "m2": "y"}, copies: map[string][]string{"m1": {"x", "x"}, "m2": {"y"}}}
	}
	if bad := good().problems(); len(bad) > 0 {
		t.Errorf("a good history: %v", bad)
	}
	for name, spoil := range map[string]func(*history){
		"lost filing":         func(h *history) { h.shows = nil },
		"doubled filing":      func(h *history) { h.shows["a"] = []string{"N1", "N2"} },
		"another number":      func(h *history) { h.filed[0].numbers[1] = "N2" },
		"another filing":      func(h *history) { h.filed[0].filing[1] = 2 },
		"shown elsewhere":     func(h *history) { h.shows["a"] = []string{"N3"} },
		"another answer":      func(h *history) { h.filed[0].differ = true },
		"nobody's incident":   func(h *history) { h.orphans = 1 },
		"lost acknowledgment": func(h *history) { h.acked["N1 ois"] = "delivered" },
		"lost message":        func(h *history) { delete(h.copies, "m2") },
		"too many copies":     func(h *history) { h.flight, h.copies["m2"] = 9, []string{"y", "y", "y"} },
		"many surplus copies": func(h *history) { h.flight = 0 },
		"wrong recipient":     func(h *history) { h.copies["m2"] = []string{"x"} },
		"message from nobody": func(h *history) { h.copies["m3"] = []string{"x"} },
	} {
		h := good()
		spoil(&h)
		if bad := h.problems(); len(bad) != 1 {
			t.Errorf("%s: %v", name, bad)
		}
	}
}
