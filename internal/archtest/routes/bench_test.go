package routes

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"tocsin/internal/domain/incident"
)

// BenchmarkIncidentPage reads the page of an incident with 30 filings and 500 facts, restricted and open, through the real handlers.
func BenchmarkIncidentPage(b *testing.B) {
	for _, engine := range []string{"open", "restricted"} {
		b.Run(engine, func(b *testing.B) {
			w := newWorld(b, "")
			n := longLived(b, w)
			if engine == "restricted" {
				w.must("ca-coordinator", "/incidents/"+n+"/restrict", map[string][]string{"reason": {"An insider."}})
			}
			var took []time.Duration
			size := 0
			for b.Loop() {
				began := time.Now()
				a := w.get("ca-coordinator", "/incidents/"+n)
				took = append(took, time.Since(began))
				if size = len(a.body); a.status != http.StatusOK {
					b.Fatal(a.status)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(size)/1024, "KiB")
		})
	}
}

// longLived is an incident with 30 filings and at least 500 facts.
func longLived(b *testing.B, w *world) string {
	n := w.filed("ca-dmv-iso", "ca-demo-dmv", "A laptop is missing")
	for i := range 29 {
		w.Clock.Move(time.Hour)
		if _, err := w.File(ctx, w.As("ca-dmv-iso"), incident.Filing{Entity: "ca-demo-dmv", Kind: incident.Supplement, Incident: n,
			Description: fmt.Sprintf("Finding %d: the logs of that night show what was copied and from where, host by host.", i)},
			noOptions); err != nil {
			b.Fatal(err)
		}
		w.Deliver()
	}
	for i := 0; ; i++ {
		if err := w.Ask(ctx, w.As("ca-cciu-investigator"), n, "ca-chp-cciu", fmt.Sprintf("Question %d?", i)); err != nil {
			b.Fatal(err)
		}
		w.Deliver()
		v, err := w.Incident(ctx, w.As("ca-coordinator"), n)
		if err != nil {
			b.Fatal(err)
		}
		if len(v.Ledger) >= 500 {
			w.Sequence()
			return n
		}
		if err := w.AnswerQuestion(ctx, w.As("ca-dmv-iso"), n, fmt.Sprintf("q%d", i+1), "The mail room."); err != nil {
			b.Fatal(err)
		}
	}
}
