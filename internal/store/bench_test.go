package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"tocsin/internal/store/engine"
	pgtest "tocsin/internal/testkit/pg"
)

// cpuNow is the processor time that this process has used; it holds on a shared machine where wall time does not.
func cpuNow() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

// serverNow is the processor time of the PostgreSQL that this process started, and of its children.
func serverNow() int64 {
	ticks := map[string]int64{}
	parent := map[string]string{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		f := strings.Fields(string(b))
		if len(f) < 17 || f[1] != "(postgres)" {
			continue
		}
		parent[f[0]] = f[3]
		for _, field := range f[13:15] {
			n, _ := strconv.ParseInt(field, 10, 64)
			ticks[f[0]] += n
		}
	}
	var sum int64
	self := fmt.Sprint(os.Getpid())
	for pid, up := range parent {
		if up == self || parent[up] == self {
			sum += ticks[pid]
		}
	}
	return sum * 10_000_000 // a tick is 10 ms
}

// parallel runs fn b.N times over a number of callers and reports the rate.
func parallel(b *testing.B, callers int, fn func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	cpu, server := cpuNow(), serverNow()
	b.ResetTimer()
	for range callers {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				fn(int(i))
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(cpuNow()-cpu)/float64(b.N)/1e3, "cpu-us/commit")
	b.ReportMetric(float64(serverNow()-server)/float64(b.N)/1e3, "server-us/commit")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

// benchChange has the shape of a filing: 4 entries, 3 texts, about 10 derived rows.
func benchChange(b testing.TB, run string, i int) engine.Change {
	stream := fmt.Sprintf("incident/%s-%012d", run, i)
	c := toyChangeOn(b, stream, nil, 4, "a laptop with unencrypted records was taken from a locked car in the garage of the office")
	for n := range 5 {
		c.Rows = append(c.Rows, engine.Row{Table: "toy_step", Values: []any{stream, int64(10 + n), "a derived row of some length, as duties and tracks have"}})
	}
	return c
}

func BenchmarkCommit(b *testing.B) {
	for _, eng := range engines(b) {
		for _, callers := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/%d", eng.name, callers), func(b *testing.B) {
				s := openConfig(b, eng.fresh(b))
				run := fmt.Sprint(time.Now().UnixNano())
				changes := make([]engine.Change, b.N+1)
				for i := range changes {
					changes[i] = benchChange(b, run, i)
				}
				parallel(b, callers, func(i int) {
					if err := s.Commit(context.Background(), changes[i]); err != nil {
						b.Error(err)
					}
				})
			})
		}
	}
}

// BenchmarkRaw is what the engine does with one row a transaction, durable: the bound that a commit is measured against.
func BenchmarkRawSQLite(b *testing.B) {
	for _, callers := range []int{1, 8, 32} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "raw.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_txlock=immediate")
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			db.SetMaxOpenConns(1)
			if _, err := db.Exec("CREATE TABLE raw (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"); err != nil {
				b.Fatal(err)
			}
			body := strings.Repeat("x", 600)
			parallel(b, callers, func(i int) {
				if _, err := db.Exec("INSERT INTO raw (body) VALUES (?1)", body); err != nil {
					b.Error(err)
				}
			})
		})
	}
}

func BenchmarkRawPostgres(b *testing.B) {
	for _, callers := range []int{1, 8, 32} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			pool, err := pgxpool.New(context.Background(), pgtest.Database(b)+"&pool_max_conns=32")
			if err != nil {
				b.Fatal(err)
			}
			defer pool.Close()
			if _, err := pool.Exec(context.Background(), "CREATE TABLE raw (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body TEXT NOT NULL)"); err != nil {
				b.Fatal(err)
			}
			body := strings.Repeat("x", 600)
			parallel(b, callers, func(i int) {
				if _, err := pool.Exec(context.Background(), "INSERT INTO raw (body) VALUES ($1)", body); err != nil {
					b.Error(err)
				}
			})
		})
	}
}
