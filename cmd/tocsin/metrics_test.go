package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/operation"
)

// record is a record whose gauges say what they are told.
type record struct {
	err   error
	asked int
}

func (r *record) Lanes(context.Context) ([]operation.Lane, error) {
	r.asked++
	return []operation.Lane{{Lane: notify.LaneStatutory, Owed: 7, Failed: 2, Oldest: time.Now().Add(-60500 * time.Millisecond)}}, r.err
}

func (r *record) ClockState(_ context.Context, now time.Time) (operation.Clocks, error) {
	return operation.Clocks{Waiting: 3, Since: now.Add(-90 * time.Second)}, nil
}

func (r *record) TreeState(context.Context) (operation.Tree, error) {
	return operation.Tree{Size: 41, Backlog: 5, BacklogSince: time.Now().Add(-10500 * time.Millisecond)}, nil
}

func scrape(t *testing.T, m *meter) string {
	t.Helper()
	rec := httptest.NewRecorder()
	m.page().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	body, err := io.ReadAll(rec.Body)
	if err != nil || rec.Code != http.StatusOK {
		t.Fatalf("%d, %v: %s", rec.Code, err, body)
	}
	return string(body)
}

// TestMetersTellNothing: whatever is asked for, the labels come from closed lists; no number, token, name or invented address is among
// them, and there are no more series than routes and classes allow.
func TestMetersTellNothing(t *testing.T) {
	m := newMeter()
	site := m.count(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/signin":
			_, _ = io.WriteString(w, "in")
		case "/emergency":
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	ask := func(method, path string) {
		site.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	}
	for i := range 3000 {
		ask("GET", fmt.Sprintf("/incidents/DF5-FW8-%04d", i))
		ask("GET", fmt.Sprintf("/secret-%d/%d", i, i))
		ask("POST", fmt.Sprintf("/invite/tokentoken%d?person=dana", i))
		ask("GET", fmt.Sprintf("/api/v1/incidents/DF5-FW8-%04d", i))
		ask("BREW", "/signin")
	}
	ask("GET", "/signin")
	ask("GET", "/emergency")
	ask("GET", "/scim/v2/Users/dana")
	text := scrape(t, m)
	for _, secret := range []string{"DF5", "secret", "tokentoken", "dana", "BREW"} {
		if strings.Contains(text, secret) {
			t.Errorf("the measurements name %q", secret)
		}
	}
	for _, want := range []string{`tocsin_http_requests_total{route="GET /incidents/{number}",status="4xx"} 3000`,
		`tocsin_http_requests_total{route="other",status="4xx"} 3000`,
		`tocsin_http_requests_total{route="GET /signin",status="2xx"} 1`, `tocsin_http_requests_total{route="GET /emergency",status="5xx"} 1`,
		`tocsin_http_requests_total{route="POST /invite/{token}",status="4xx"} 3000`,
		`tocsin_http_requests_total{route="GET /api/v1/incidents/{number}",status="4xx"} 3000`,
		`tocsin_http_request_seconds_count{route="GET /signin"} 1`, "tocsin_http_requests_in_flight 0",
		"process_resident_memory_bytes", "go_goroutines"} {
		if !strings.Contains(text, want) {
			t.Errorf("missing: %s", want)
		}
	}
	if n := len(regexp.MustCompile(`(?m)^tocsin_http_requests_total`).FindAllString(text, -1)); n > 12 {
		t.Errorf("%d series of 15003 requests", n)
	}
	if !strings.Contains(text, `route="GET /scim/v2/Users/{id}"`) {
		t.Errorf("the routes of SCIM are not known")
	}
}

// A stream that stays open is counted as open, and its length is no time to answer.
func TestMetersOfStreams(t *testing.T) {
	m, during := newMeter(), ""
	m.count(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("the meter is in the way: %v", err)
		}
		during = scrape(t, m)
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/live", nil))
	if after := scrape(t, m); !strings.Contains(during, "tocsin_live_streams 1") || !strings.Contains(after, "tocsin_live_streams 0") ||
		strings.Contains(after, `seconds_count{route="GET /live"}`) {
		t.Errorf("streams:\n%s", after)
	}
}

// The record's gauges: every lane always, ages of what waits, read once however many ask; and where it cannot be read, that alone.
func TestMetersOfTheRecord(t *testing.T) {
	m, r := newMeter(), &record{}
	loops := func() []operation.Loop {
		return []operation.Loop{{Name: "clock", LastRun: time.Now()}, {Name: "canary"}}
	}
	c := &recordMeter{from: r, loops: loops, disk: func() operation.Disk { return operation.Disk{Free: 5, Total: 9} }}
	m.registry.MustRegister(c)
	text := scrape(t, m)
	for _, want := range []string{`tocsin_queue_messages{lane="statutory"} 7`, `tocsin_queue_failing_messages{lane="statutory"} 2`,
		`tocsin_queue_messages{lane="webhook_alarm"} 0`,
		"tocsin_clock_waiting_incidents 3", "tocsin_clock_lag_seconds 90", "tocsin_ledger_leaves 41", "tocsin_sequencer_backlog_changes 5",
		"tocsin_sequencer_lag_seconds 10.",
		`tocsin_queue_oldest_seconds{lane="statutory"} 60.`, `tocsin_loop_since_last_run_seconds{loop="clock"}`, "tocsin_disk_free_bytes 5",
		"tocsin_record_readable 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %s in\n%s", want, text)
		}
	}
	if scrape(t, m); r.asked != 1 {
		t.Errorf("the record was asked %d times", r.asked)
	}
	c.read, r.err = time.Time{}, errors.New("locked by 10.0.0.7")
	if text = scrape(t, m); !strings.Contains(text, "tocsin_record_readable 0") || strings.Contains(text, "tocsin_queue_messages{") ||
		strings.Contains(text, "10.0.0.7") {
		t.Errorf("a record that cannot be read:\n%s", text)
	}
}

// The address serves measurements and nothing else.
func TestMetricsPage(t *testing.T) {
	m := newMeter()
	for _, c := range []struct {
		method, path string
		status       int
	}{{"GET", "/metrics", 200}, {"GET", "/", 404}, {"GET", "/metrics/x", 404}, {"POST", "/metrics", 404}, {"GET", "/debug/pprof/", 404}} {
		rec := httptest.NewRecorder()
		m.page().ServeHTTP(rec, httptest.NewRequest(c.method, c.path, nil))
		if rec.Code != c.status {
			t.Errorf("%s %s: %d", c.method, c.path, rec.Code)
		}
	}
}

// Measurements leave this machine through no flag.
func TestMetricsStayOnLoopback(t *testing.T) {
	for address, ok := range map[string]bool{"": true, "127.0.0.1:9464": true, "localhost:9464": true, "[::1]:9464": true,
		":9464": false, "0.0.0.0:9464": false,
		"10.1.2.3:9464": false, "tocsin.example:9464": false, "9464": false} {
		if err := (&serveCmd{Metrics: address}).checkMetrics(); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
