package web_test

import (
	"context"
	crypto "crypto/rand"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	pgtest "tocsin/internal/testkit/pg"
	"tocsin/internal/web"
)

// filers report for entities of both states, with the kinds that their packs know.
var filers = []struct {
	person, entity string
	kinds          []string
}{
	{"ca-dmv-iso", "ca-demo-dmv", []string{"equipment", "outage", "unauth_access", "misuse"}}, {"ca-caltrans-iso", "ca-demo-caltrans", []string{"outage", "media"}},
	{"ca-dhcs-iso", "ca-demo-dhcs", []string{"state_data", "unauth_access"}}, {"ca-cdph-iso", "ca-demo-cdph", []string{"state_data", "criminal"}},
	{"ca-ftb-iso", "ca-demo-ftb", []string{"unauth_access", "criminal"}}, {"ma-rmv-iso", "ma-demo-rmv", []string{"malware", "dos", "intrusion"}},
	{"ma-dph-iso", "ma-demo-dph", []string{"disclosure", "malware"}}, {"ma-dta-iso", "ma-demo-dta", []string{"probe", "malware"}},
	{"ma-dor-iso", "ma-demo-dor", []string{"disclosure", "physical_access"}},
}

// filledYear files n incidents over a year that ends now, and acknowledges every tenth.
func filledYear(t testing.TB, dsn string, n int) *testkit.Harness {
	t.Helper()
	h := testkit.StartOn(t, dsn)
	h.Random = crypto.Reader // the harness's own is for one caller at a time
	h.Clock.Move(time.Since(h.Clock.Now()) - 365*24*time.Hour)
	if n == 0 {
		h.Clock.Move(365 * 24 * time.Hour)
		return h
	}
	step := 365 * 24 * time.Hour / time.Duration(n+1)
	actors := map[string]access.Actor{"ca-ois": h.As("ca-ois-duty")}
	for _, f := range filers {
		actors[f.person] = h.As(f.person)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				h.Clock.Move(step)
				who, f := filedBy(i)
				a, err := h.File(context.Background(), actors[who], f, app.FileOptions{})
				if err == nil && i%10 == 0 && strings.HasPrefix(who, "ca-") {
					err = h.Acknowledge(context.Background(), actors["ca-ois"], a.Incident, "ca-ois")
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return h
}

func filedBy(i int64) (string, incident.Filing) {
	random := rand.New(rand.NewPCG(uint64(i), 7))
	who := filers[int(random.ExpFloat64()*3)%len(filers)]
	f := incident.Filing{Entity: who.entity, Categories: []string{who.kinds[random.IntN(len(who.kinds))]},
		Description: fmt.Sprintf("A laptop with case files was taken from a locked car near the office, noticed in the morning; matter %d.", i)}
	if rating := []string{"", "", "low", "medium", "high"}[random.IntN(5)]; rating != "" {
		f.Impact = &incident.Impact{AssetRating: rating}
	}
	return who.person, f
}

// BenchmarkPagesOnRecord prints the server's time for each page, from request to the last byte, on a record of PAGES_ROWS
// incidents (100,000 by default) in each engine. PAGES_KEEP names a file to keep the SQLite record in.
func BenchmarkPagesOnRecord(b *testing.B) {
	rows := 100_000
	if v, err := strconv.Atoi(os.Getenv("PAGES_ROWS")); err == nil {
		rows = v
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		dsn := "sqlite:" + filepath.Join(b.TempDir(), "record.db")
		if keep := os.Getenv("PAGES_KEEP"); keep != "" {
			dsn = "sqlite:" + keep
		}
		if _, err := os.Stat(strings.TrimPrefix(dsn, "sqlite:")); err == nil {
			rows = 0 // kept from before
		}
		if engine == "postgres" {
			dsn = pgtest.DatabaseFrom(b, "demo", testkit.Prepare)
		}
		h := filledYear(b, dsn, rows)
		if engine == "postgres" {
			pgtest.Exec(b, dsn, "VACUUM ANALYZE") // as autovacuum has done on a database that has lived
		}
		site, err := web.New(siteOf(h))
		if err != nil {
			b.Fatal(err)
		}
		for _, person := range []string{"ca-coordinator", "ca-dmv-iso", "ca-ois-duty", "ca-ag-deputy"} {
			for _, path := range timedPages(b, h, person) {
				b.Run(engine+"/"+person+"/"+strings.NewReplacer("/", "_", "?", ":").Replace(path), func(b *testing.B) { timePage(b, h, site, person, path) })
			}
		}
	}
}

func timedPages(b *testing.B, h *testkit.Harness, person string) []string {
	list, err := h.Incidents(context.Background(), h.As(person), app.ListQuery{})
	if err != nil {
		b.Fatal(err)
	}
	paths := []string{"/", "/incidents", "/incidents?level=high", "/incidents?overdue=1&sort=due", "/incidents?status=telephoned", "/incidents?category=media&reportable=no",
		"/incidents?mine=1", "/incidents?unanswered=1&sort=oldest", "/incidents?sort=changed", "/incidents?q=matter+4711", "/incidents?q=laptop"}
	if len(list.Incidents) > 0 {
		paths = append(paths, "/incidents/"+list.Incidents[0].Incident)
	}
	return paths
}

// cpuNow is the processor time that this process has used: wall time says little on a machine that others use too.
func cpuNow() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

func timePage(b *testing.B, h *testkit.Harness, site http.Handler, person, path string) {
	token, err := h.SignInAs(context.Background(), person)
	if err != nil {
		b.Fatal(err)
	}
	ask := func() (time.Duration, int) {
		r := httptest.NewRequest("GET", path, nil)
		r.AddCookie(&http.Cookie{Name: "tocsin", Value: token})
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		start := time.Now()
		site.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("%s: status %d", path, w.Code)
		}
		return time.Since(start), w.Body.Len()
	}
	first, _ := ask()
	took, size := make([]time.Duration, 0, b.N), 0
	cpu := cpuNow()
	for range b.N {
		d, n := ask()
		took, size = append(took, d), n
	}
	cpu = cpuNow() - cpu
	slices.Sort(took)
	b.ReportMetric(float64(cpu)/float64(b.N)/1e6, "cpu-ms")
	b.ReportMetric(float64(first.Microseconds())/1e3, "first-ms")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1e3, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1e3, "p99-ms")
	b.ReportMetric(float64(size), "bytes")
}
