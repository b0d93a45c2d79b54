package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/web"
)

// BenchmarkLiveIdle holds 1,000 readers' streams open while nothing happens, and says what that costs: memory and processor time, of the
// server and of the thousand clients in the same process together.
func BenchmarkLiveIdle(b *testing.B) {
	const readers, people, watched = 1000, 200, 20 * time.Second
	kit := record(1).Start(b)
	err := kit.EditDirectory(b.Context(), access.System("test"), func(in *directory.Import) error {
		for i := range people {
			in.People = append(in.People, directory.Person{ID: "reader-" + strconv.Itoa(i), Name: "Reader", Entity: "ca-state", Roles: []directory.Assignment{{Role: directory.Auditor, Entity: "ca-state"}}})
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	handler, err := web.New(siteOf(kit))
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers}}
	for b.Loop() {
		before := memory()
		for i := range readers {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/live", nil)
			if err != nil {
				b.Fatal(err)
			}
			r.AddCookie(&http.Cookie{Name: "tocsin", Value: kit.Session("reader-" + strconv.Itoa(i%people))})
			resp, err := client.Do(r)
			if err != nil || resp.StatusCode != http.StatusOK {
				b.Fatal(resp, err)
			}
			defer resp.Body.Close()
		}
		after, cpu, began := memory(), processor(), time.Now()
		time.Sleep(watched)
		b.ReportMetric(float64(after-before)/1024/readers, "KiB/reader")
		b.ReportMetric(100*float64(processor()-cpu)/float64(time.Since(began)), "%cpu")
	}
}

func memory() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
