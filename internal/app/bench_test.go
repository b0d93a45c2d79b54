package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	pgtest "tocsin/internal/testkit/pg"
)

// cpuNow is the processor time that this process has used: wall time says little on a machine that others use too.
func cpuNow() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

func benchFiling(i int) incident.Filing {
	f := incident.Filing{Entity: "ca-demo-dmv", Categories: []string{"equipment"}, Description: strings.Repeat("a laptop was taken from a locked car ", 10),
		ActionsTaken: "The account was locked.", DiscoveredAt: "2026-06-18T08:00:00-07:00",
		Reporter: &incident.Contact{Name: "Pat Reporter", Email: "pat@agency.example", Phones: []string{"+1 555 555 0100"}},
		Devices:  []incident.Device{{MakeModel: "Example Laptop 14", Serial: fmt.Sprint(i)}}}
	if i%2 == 1 {
		f.Entity, f.Categories = "ma-demo-rmv", []string{"malware"}
		f.Impact = &incident.Impact{AssetRating: "high"}
	}
	return f
}

// BenchmarkFile files through the application, without HTTP and without mail. The processor time is this process's: on
// PostgreSQL the server's comes on top.
func BenchmarkFile(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, callers := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/%d", engine, callers), func(b *testing.B) {
				dsn := "sqlite:" + filepath.Join(b.TempDir(), "record.db")
				if engine == "postgres" {
					dsn = pgtest.DatabaseFrom(b, "demo", testkit.Prepare)
				}
				fileAll(b, testkit.StartOn(b, dsn), callers)
			})
		}
	}
}

func fileAll(b *testing.B, h *testkit.Harness, callers int) {
	by := map[string]access.Actor{"ca-demo-dmv": h.As("ca-dmv-iso"), "ma-demo-rmv": h.As("ma-rmv-iso")}
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuNow()
	for range callers {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= b.N; i = int(next.Add(1)) {
				f := benchFiling(i)
				if _, err := h.File(context.Background(), by[f.Entity], f, app.FileOptions{IdempotencyKey: fmt.Sprint(i)}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(cpuNow()-cpu)/float64(b.N)/1e3, "cpu-us/filing")
}

// BenchmarkDeliver delivers what filings owe, to a mailbox in memory.
func BenchmarkDeliver(b *testing.B) {
	h := testkit.Start(b)
	by := map[string]access.Actor{"ca-demo-dmv": h.As("ca-dmv-iso"), "ma-demo-rmv": h.As("ma-rmv-iso")}
	for i := range b.N {
		f := benchFiling(i)
		if _, err := h.File(context.Background(), by[f.Entity], f, app.FileOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	h.Courier.Workers = 4
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuNow()
	for worked := true; worked; {
		var err error
		if worked, err = h.Courier.Step(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpuNow()-cpu)/float64(b.N)/1e3, "cpu-us/filing")
	b.ReportMetric(float64(len(h.Post.Taken()))/float64(b.N), "mails/filing")
}
