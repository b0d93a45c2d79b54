package store

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
)

// told is an incident as the search test has it.
type told struct {
	stream, entity, words string
	received              int64
	authority             string
}

// fillIncidents puts rows straight into the derived tables and returns them.
func fillIncidents(t *testing.T, c *Cases, n int) (all []told) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var rows, tracks, texts [][]any
	for i := range n {
		r := told{stream: fmt.Sprintf("incident/%05d", i), entity: fmt.Sprintf("e%d", random.IntN(3)), received: int64(1000 + random.IntN(n))}
		for w := range 12 {
			if random.IntN(w+1) == 0 {
				r.words += fmt.Sprintf(" word%d", w)
			}
		}
		if random.IntN(4) == 0 {
			r.authority = "police"
			tracks = append(tracks, []any{r.stream, "police", r.entity, "sent", int64(1), r.received, r.received})
		}
		all = append(all, r)
		rows = append(rows, []any{r.stream, fmt.Sprint("N", i), r.entity, "open", "low", int64(0), "yes", "malware", r.received, r.received, int64(0), int64(0), r.words})
		texts = append(texts, []any{r.stream, r.received, strings.TrimSpace(r.words)})
	}
	err := c.Store.Update(context.Background(), func(tx Tx) error {
		for name, rows := range map[string][][]any{"incident": rows, "track": tracks, SearchTable: texts} {
			if err := insertRows(context.Background(), tx, c.byName[name].upsert, rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// expected is the list that a plain look at every incident gives.
func expected(all []told, scope access.Scope, text string, after *incident.Position, limit int) (out []string) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b told) int {
		return cmp.Or(cmp.Compare(b.received, a.received), strings.Compare(b.stream, a.stream))
	})
	for _, r := range all {
		fits := slices.Contains(scope.Entities, r.entity) || r.authority != "" && slices.Contains(scope.Authorities, r.authority)
		eachTerm(text, func(word string, prefix bool) {
			fits = fits && slices.ContainsFunc(strings.Fields(r.words), func(w string) bool { return w == word || prefix && strings.HasPrefix(w, word) })
		})
		behind := after == nil || r.received < after.ReceivedAt || r.received == after.ReceivedAt && r.stream < after.Stream
		if fits && behind && len(out) < limit {
			out = append(out, r.stream)
		}
	}
	return out
}

// TestSearchPlansAgree: whether the few matches are found first or the list is walked, the page is the one that a plain look
// at every incident gives.
func TestSearchPlansAgree(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg Config) {
		c := openCases(t, cfg)
		all := fillIncidents(t, c, 400)
		scopes := []access.Scope{{Entities: []string{"e1"}}, {Entities: []string{"e0", "e2"}, Authorities: []string{"police"}}, {Authorities: []string{"police"}}}
		for _, text := range []string{"word0", "word11", "word3 word7", "word1*", "wor", "word2 nowhere"} {
			for _, scope := range scopes {
				var after *incident.Position
				for range 3 { // pages
					want := expected(all, scope, text, after, 20)
					for _, often := range []bool{false, true} {
						got := streams(t, c, scope, incident.Filter{Words: strings.Fields(text), After: after, Limit: 20}, often)
						if !slices.Equal(got, want) {
							t.Fatalf("%q in %+v after %+v, often %v:\n got %v\nwant %v", text, scope, after, often, got, want)
						}
					}
					if len(want) < 20 {
						break
					}
					last := all[slices.IndexFunc(all, func(r told) bool { return r.stream == want[19] })]
					after = &incident.Position{ReceivedAt: last.received, Stream: last.stream}
				}
			}
		}
	})
}

func streams(t *testing.T, c *Cases, scope access.Scope, f incident.Filter, often bool) (out []string) {
	t.Helper()
	sql, args, ok := listSQL(c.Dialect(), scope, f, often)
	if !ok {
		return nil
	}
	err := c.Read(context.Background(), func(tx Tx) error {
		return Each(context.Background(), tx, func(r Rows) error {
			var row [13]any
			into := make([]any, len(row))
			for i := range row {
				into[i] = &row[i]
			}
			err := r.Scan(into...)
			out = append(out, fmt.Sprint(row[0]))
			return err
		}, sql, args...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A word counts as frequent from a number of rows on, whatever else is asked for.
func TestMatchesOften(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg Config) {
		c := openCases(t, cfg)
		fillIncidents(t, c, oftenFrom+100)
		for text, want := range map[string]bool{"word0": true, "word*": true, "word9": false, "nowhere": false, "": false} {
			err := c.Read(context.Background(), func(tx Tx) error {
				got, err := matchesOften(context.Background(), tx, strings.Fields(text))
				if got != want {
					t.Errorf("%q: %v", text, got)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
