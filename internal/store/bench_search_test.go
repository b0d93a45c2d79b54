package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/store/engine"
	"tocsin/internal/store/incidents"
)

const benchRows = 100_000

// fillSearch puts rows straight into the derived tables: about fifty words each, one of them rare.
func fillSearch(b *testing.B, s *Record) {
	b.Helper()
	ctx := context.Background()
	random := rand.New(rand.NewPCG(3, 4))
	for from := 0; from < benchRows; from += 5000 {
		err := s.Streams.Update(ctx, func(tx engine.Tx) error {
			var docs, rows [][]any
			for i := from; i < from+5000; i++ {
				words := make([]string, 50)
				for w := range words {
					words[w] = fmt.Sprintf("word%d", int(random.ExpFloat64()*800))
				}
				key := fmt.Sprintf("incident/%08d", i)
				docs = append(docs, []any{key, int64(i), strings.Join(engine.Words(strings.Join(words, " ")+fmt.Sprintf(" rare%d", i/3)), " ")})
				rows = append(rows, []any{key, int64(i), "a label", []byte{1}})
			}
			if err := engine.InsertRows(ctx, tx, s.ByName[engine.SearchTable].Upsert, docs); err != nil {
				return err
			}
			return engine.InsertRows(ctx, tx, s.ByName["toy"].Upsert, rows)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if s.Dialect().Name == "postgres" {
		if err := s.Eng.Own(ctx, func(tx engine.Tx) error { return engine.ExecAll(ctx, tx, "ANALYZE") }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSearch finds a rare word among 100,000 rows, joined with the table that a list is made from.
func BenchmarkSearch(b *testing.B) {
	for _, eng := range engines(b) {
		s := openConfig(b, eng.fresh(b))
		fillSearch(b, s)
		for _, what := range []string{"rare", "rare and common", "common"} {
			b.Run(eng.name+"/"+what, func(b *testing.B) {
				var took []time.Duration
				for i := range b.N {
					text := map[string]string{"rare": fmt.Sprintf("rare%d", i*7919%30000), "rare and common": fmt.Sprintf("word1 rare%d", i*7919%30000), "common": "word1"}[what]
					start := time.Now()
					query, arg, _ := incidents.Match(s.Dialect(), text, 1)
					err := s.View(context.Background(), func(tx engine.Tx) error {
						return engine.Each(context.Background(), tx, func(rows engine.Rows) error {
							var id, label string
							return rows.Scan(&id, &label)
						}, "SELECT toy.id, toy.label FROM ("+query+") AS m JOIN toy ON toy.id = m.key ORDER BY m.ord DESC LIMIT 50", arg)
					})
					if err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
			})
		}
	}
}

// BenchmarkVerify checks a record of b.N filings of four entries each.
func BenchmarkVerify(b *testing.B) {
	for _, eng := range engines(b) {
		b.Run(eng.name, func(b *testing.B) {
			s := openConfig(b, eng.fresh(b))
			changes := make([]engine.Change, b.N+1)
			for i := range changes {
				changes[i] = toyChangeOn(b, fmt.Sprintf("incident/%012d", i), nil, 4, "a laptop with unencrypted records was taken")
			}
			parallel(b, 32, func(i int) {
				if err := s.Commit(context.Background(), changes[i]); err != nil {
					b.Error(err)
				}
			})
			sequenceAll(b, s)
			for name, run := range map[string]func(){"verify": func() { wantSound(b, mustVerify(b, s)) }, "rebuild": func() {
				if err := s.Rebuild(context.Background(), nil); err != nil {
					b.Error(err)
				}
			}} {
				start := time.Now()
				run()
				b.ReportMetric(float64(4*b.N)/time.Since(start).Seconds(), name+"-entries/s")
			}
		})
	}
}
