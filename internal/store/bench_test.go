package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	pgtest "tocsin/internal/testkit/pg"
)

// cpuNow is the processor time that this process has used; it holds on a shared machine where wall time does not.
func cpuNow() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

// parallel runs fn b.N times over a number of callers and reports the rate.
func parallel(b *testing.B, callers int, fn func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	cpu := cpuNow()
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
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

// benchChange has the shape of a filing: 4 entries, 3 texts, about 10 derived rows.
func benchChange(b testing.TB, run string, i int) Change {
	stream := fmt.Sprintf("incident/%s-%012d", run, i)
	c := toyChangeOn(b, stream, nil, 4, "a laptop with unencrypted records was taken from a locked car in the garage of the office")
	for n := range 5 {
		c.Rows = append(c.Rows, Row{"toy_step", []any{stream, int64(10 + n), "a derived row of some length, as duties and tracks have"}})
	}
	return c
}

func BenchmarkCommit(b *testing.B) {
	for _, eng := range engines(b) {
		for _, callers := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/%d", eng.name, callers), func(b *testing.B) {
				s := openConfig(b, eng.fresh(b))
				run := fmt.Sprint(time.Now().UnixNano())
				changes := make([]Change, b.N+1)
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
