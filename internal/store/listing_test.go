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
	"tocsin/internal/store/engine"
	"tocsin/internal/store/incidents"
)

// told is an incident as the search test has it.
type told struct {
	stream, entity, words string
	received              int64
	authority             string
	restricted            bool
	member                string
}

// fillIncidents puts rows straight into the derived tables and returns them.
func fillIncidents(t *testing.T, c *Record, n int) (all []told) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var rows, tracks, texts, members [][]any
	for i := range n {
		r := told{stream: fmt.Sprintf("incident/%05d", i), entity: fmt.Sprintf("e%d", random.IntN(3)), received: int64(1000 + random.IntN(n))}
		for w := range 12 {
			if random.IntN(w+1) == 0 {
				r.words += fmt.Sprintf(" word%d", w)
			}
		}
		if random.IntN(4) == 0 {
			r.authority = "police"
			tracks = append(tracks, []any{r.stream, "police", r.entity, "sent", int64(1), r.received, r.received, r.received, "", int64(0)})
		}
		if r.restricted = random.IntN(4) == 0; r.restricted {
			r.member = []string{"ana", "ben"}[random.IntN(2)]
			members = append(members, []any{r.stream, r.member, int64(1), r.received}, []any{r.stream, "former", int64(0), r.received})
		}
		all = append(all, r)
		rows = append(rows, []any{r.stream, fmt.Sprint("N", i), r.entity, "open", "low", int64(0), "yes", "malware", r.received, r.received, int64(0), int64(0), r.words, engine.Flag(r.restricted), int64(0)})
		texts = append(texts, []any{r.stream, r.received, strings.TrimSpace(r.words)})
	}
	err := c.Store.Update(context.Background(), func(tx engine.Tx) error {
		for name, rows := range map[string][][]any{"incident": rows, "track": tracks, "member": members, engine.SearchTable: texts} {
			if err := engine.InsertRows(context.Background(), tx, c.ByName[name].Upsert, rows); err != nil {
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
func expected(all []told, scope access.Scope, text string, after *incident.Position, since int64, limit int) (out []string) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b told) int {
		return cmp.Or(cmp.Compare(b.received, a.received), strings.Compare(b.stream, a.stream))
	})
	for _, r := range all {
		fits := !r.restricted && slices.Contains(scope.Entities, r.entity) || r.restricted && scope.Person == r.member || r.authority != "" && slices.Contains(scope.Authorities, r.authority)
		incidents.EachTerm(text, func(word string, prefix bool) {
			fits = fits && slices.ContainsFunc(strings.Fields(r.words), func(w string) bool { return w == word || prefix && strings.HasPrefix(w, word) })
		})
		behind := after == nil || r.received < after.ReceivedAt || r.received == after.ReceivedAt && r.stream < after.Stream
		if fits && behind && r.received > since && len(out) < limit {
			out = append(out, r.stream)
		}
	}
	return out
}

// TestSearchPlansAgree: whether the few matches are found first or the list is walked, the page is the one that a plain look
// at every incident gives.
func TestSearchPlansAgree(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		c := openCases(t, cfg)
		all := fillIncidents(t, c, 400)
		scopes := []access.Scope{{Entities: []string{"e1"}}, {Entities: []string{"e0", "e2"}, Authorities: []string{"police"}}, {Authorities: []string{"police"}},
			{Person: "ana"}, {Entities: []string{"e1"}, Person: "ben"}, {Entities: []string{"e0", "e1", "e2"}, Person: "former"}}
		for _, text := range []string{"", "word0", "word11", "word3 word7", "word1*", "wor", "word2 nowhere"} {
			for _, scope := range scopes {
				var after *incident.Position
				for range 3 { // pages
					want := expected(all, scope, text, after, 0, 20)
					for i := range 6 { // each was changed when it was received
						often, order, since := i%2 == 1, []incident.Order{incident.Newest, incident.Changed, incident.Changed}[i/2], int64(i/4)*1300
						want := want
						if since > 0 {
							want = expected(all, scope, text, after, since, 20)
						}
						got := listed(t, c, scope, incident.Filter{Words: strings.Fields(text), Order: order, After: after, ChangedAfter: since, Limit: 20}, often)
						if !slices.Equal(got, want) {
							t.Fatalf("%q in %+v by %s after %+v, often %v:\n got %v\nwant %v", text, scope, order, after, often, got, want)
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

// TestPlansWithoutStatistics: what few have is found first, and through its own index, also before PostgreSQL has counted its rows,
// as after a bulk load.
func TestPlansWithoutStatistics(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		c := openCases(t, cfg)
		if c.Dialect().Name != "postgres" {
			t.Skip("the planner of SQLite keeps to the order of a query")
		}
		fillIncidents(t, c, 400)
		scope := access.Scope{Entities: []string{"e0", "e1", "e2"}, Person: "ana"}
		owed := []incident.Owed{{Role: "iso", Entities: scope.Entities, Person: "ana"}}
		search, searchArgs, _ := incidents.ListSQL(c.Dialect(), scope, incident.Filter{Words: []string{"word11"}, Limit: 20}, false, false)
		owing, owingArgs, _ := incidents.ListSQL(c.Dialect(), scope, incident.Filter{Owed: owed, Limit: 20}, false, false)
		duties, dutiesArgs := incidents.DutiesOfSQL(c.Dialect(), owed, true, 8)
		for what, ask := range map[string]struct {
			sql  string
			args []any
			by   string
		}{"search": {search, searchArgs, "search_words"}, "owing": {owing, owingArgs, "duty_by_3"}, "duties": {duties, dutiesArgs, "duty_by_3"}} {
			var plan []string
			err := c.Read(t.Context(), func(tx engine.Tx) error {
				return engine.Each(t.Context(), tx, func(r engine.Rows) error {
					var line string
					err := r.Scan(&line)
					plan = append(plan, line)
					return err
				}, "EXPLAIN "+ask.sql, ask.args...)
			})
			if all := strings.Join(plan, "\n"); err != nil || !strings.Contains(all, ask.by) || strings.Contains(all, "duty_by_2") {
				t.Errorf("%s does not go by %s: %v\n%s", what, ask.by, err, all)
			}
		}
	})
}

func listed(t *testing.T, c *Record, scope access.Scope, f incident.Filter, often bool) (out []string) {
	t.Helper()
	sql, args, ok := incidents.ListSQL(c.Dialect(), scope, f, often, false)
	if !ok {
		return nil
	}
	err := c.Read(context.Background(), func(tx engine.Tx) error {
		return engine.Each(context.Background(), tx, func(r engine.Rows) error {
			var row [16]any
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
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		c := openCases(t, cfg)
		fillIncidents(t, c, incidents.OftenFrom+100)
		for text, want := range map[string]bool{"word0": true, "word*": true, "word9": false, "nowhere": false, "": false} {
			err := c.Read(context.Background(), func(tx engine.Tx) error {
				got, err := incidents.MatchesOften(context.Background(), tx, strings.Fields(text))
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
