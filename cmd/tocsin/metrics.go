package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tocsin/internal/api"
	"tocsin/internal/api/scim"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/operation"
	"tocsin/internal/web"
)

// meter counts requests and reads the gauges of the record, for a monitoring system. Its labels come from closed lists: the routes, the
// lanes, the loops, the classes of status. No number of an incident, no name, no address and no text is ever one, so that what is measured
// says nothing of what is reported, and nobody outside can make the lists grow.
type meter struct {
	registry *prometheus.Registry
	routes   *http.ServeMux // knows every route's pattern and serves nothing
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	inFlight prometheus.Gauge
	streams  prometheus.Gauge
}

// otherRoute stands for every address that is no route.
const otherRoute = "other"

func newMeter() *meter {
	m := &meter{registry: prometheus.NewRegistry(), routes: http.NewServeMux(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tocsin_http_requests_total",
			Help: "Requests answered, by route and class of status."}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tocsin_http_request_seconds",
			Help:    "Time to answer, by route; live streams are left out.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "tocsin_http_requests_in_flight", Help: "Requests being answered now."}),
		streams:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "tocsin_live_streams", Help: "Open streams of live updates."})}
	known := map[string]bool{}
	know := func(pattern string) {
		if !known[pattern] {
			known[pattern] = true
			m.routes.Handle(pattern, http.NotFoundHandler())
		}
	}
	for _, r := range web.Routes() {
		know(r.Method + " " + r.Pattern)
	}
	for _, r := range api.Routes() {
		know(r.Method + " " + r.Pattern)
	}
	for _, r := range scim.Routes() {
		know(r.Method + " " + r.Pattern)
	}
	for _, pattern := range []string{"GET /static/build/", "GET /healthz", "GET /readyz"} {
		know(pattern)
	}
	m.registry.MustRegister(m.requests, m.took, m.inFlight, m.streams, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// route is the pattern that a request falls under.
func (m *meter) route(r *http.Request) string {
	if _, pattern := m.routes.Handler(r); pattern != "" {
		return pattern
	}
	return otherRoute
}

// count measures every answer.
func (m *meter) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route, started, out := m.route(r), time.Now(), &statusWriter{ResponseWriter: w}
		if web.Streaming(r) {
			m.streams.Inc()
			defer m.streams.Dec()
		} else {
			m.inFlight.Inc()
			defer m.inFlight.Dec()
			defer func() { m.took.WithLabelValues(route).Observe(time.Since(started).Seconds()) }()
		}
		defer func() { m.requests.WithLabelValues(route, out.class()).Inc() }()
		next.ServeHTTP(out, r)
	})
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what is below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) class() string {
	if w.status == 0 {
		return "2xx"
	}
	return strconv.Itoa(w.status/100) + "xx"
}

// gauges are what the record says of itself.
type gauges interface {
	Lanes(ctx context.Context) ([]operation.Lane, error)
	ClockState(ctx context.Context, now time.Time) (operation.Clocks, error)
	TreeState(ctx context.Context) (operation.Tree, error)
}

// recordAge is how old what the record said may be: many scrapers cost it no more than one.
const recordAge = 5 * time.Second

// recordMeter reads the record's gauges when somebody asks. What cannot be read is left out, and tocsin_record_readable says so.
type recordMeter struct {
	from  gauges
	loops func() []operation.Loop
	disk  func() operation.Disk

	mu   sync.Mutex
	read time.Time
	last []prometheus.Metric
}

var (
	queueMessages = desc("tocsin_queue_messages", "Messages owed, by lane.", "lane")
	queueFailed   = desc("tocsin_queue_failing_messages", "Of them, those that were tried and not taken.", "lane")
	queueOldest   = desc("tocsin_queue_oldest_seconds", "Age of the oldest message owed, by lane.", "lane")
	clockWaiting  = desc("tocsin_clock_waiting_incidents", "Incidents whose clocks have something to say that was not said.")
	clockLag      = desc("tocsin_clock_lag_seconds", "How long the oldest of them has waited.")
	treeSize      = desc("tocsin_ledger_leaves", "Entries under the newest checkpoint.")
	treeBacklog   = desc("tocsin_sequencer_backlog_changes", "Changes without a place in the tree.")
	treeLag       = desc("tocsin_sequencer_lag_seconds", "Age of the oldest of them.")
	loopAge       = desc("tocsin_loop_since_last_run_seconds", "Time since a loop of this process last succeeded.", "loop")
	diskFree      = desc("tocsin_disk_free_bytes", "Free bytes where the data folder lies.")
	readable      = desc("tocsin_record_readable", "1 where the record's gauges could be read.")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// laneNames are the lanes as labels.
var laneNames = map[notify.Lane]string{
	notify.LaneStatutory: "statutory", notify.LaneAlarm: "alarm", notify.LaneConfirm: "confirm", notify.LaneDigest: "digest",
	notify.HookLanes + notify.LaneStatutory: "webhook_statutory", notify.HookLanes + notify.LaneAlarm: "webhook_alarm",
	notify.HookLanes + notify.LaneConfirm: "webhook_confirm", notify.HookLanes + notify.LaneDigest: "webhook_digest",
}

// Describe implements prometheus.Collector.
func (m *recordMeter) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{queueMessages, queueFailed, queueOldest, clockWaiting, clockLag, treeSize, treeBacklog, treeLag,
		loopAge, diskFree, readable} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (m *recordMeter) Collect(out chan<- prometheus.Metric) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := time.Now(); now.Sub(m.read) >= recordAge {
		m.last, m.read = m.measure(now), now
	}
	for _, v := range m.last {
		out <- v
	}
}

func (m *recordMeter) measure(now time.Time) (out []prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out = append(out, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	lanes, err1 := m.from.Lanes(ctx)
	clocks, err2 := m.from.ClockState(ctx, now)
	tree, err3 := m.from.TreeState(ctx)
	for _, l := range m.loops() {
		if !l.LastRun.IsZero() {
			gauge(loopAge, since(now, l.LastRun), l.Name)
		}
	}
	if d := m.disk(); d.Total > 0 {
		gauge(diskFree, float64(d.Free))
	}
	if errors.Join(err1, err2, err3) != nil {
		gauge(readable, 0)
		return out
	}
	gauge(readable, 1)
	for lane, name := range laneNames { // an empty lane is 0, and not missing
		var l operation.Lane
		if i := slices.IndexFunc(lanes, func(l operation.Lane) bool { return l.Lane == lane }); i >= 0 {
			l = lanes[i]
		}
		gauge(queueMessages, float64(l.Owed), name)
		gauge(queueFailed, float64(l.Failed), name)
		gauge(queueOldest, since(now, l.Oldest), name)
	}
	gauge(clockWaiting, float64(clocks.Waiting))
	gauge(clockLag, since(now, clocks.Since))
	gauge(treeSize, float64(tree.Size))
	gauge(treeBacklog, float64(tree.Backlog))
	gauge(treeLag, since(now, tree.BacklogSince))
	return out
}

// since is the age of something in seconds; 0 for what is not.
func since(now, at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(0, now.Sub(at).Seconds())
}

// page is all that the address of measurements serves. It is no route of the program: it has a listener of its own.
func (m *meter) page() http.Handler {
	text := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/metrics" || r.Method != http.MethodGet {
			http.NotFound(w, r)
			return
		}
		text.ServeHTTP(w, r)
	})
}

// measured puts the meter around everything, and serves it on an address of its own until the context ends. Nothing is measured
// where no address was given.
func (w *wiring) measured(ctx context.Context) error {
	if w.cmd.Metrics == "" {
		return nil
	}
	listener, err := net.Listen("tcp", w.cmd.Metrics)
	if err != nil {
		return fmt.Errorf("--metrics: %w", err)
	}
	m := newMeter()
	m.registry.MustRegister(&recordMeter{from: w.record, loops: func() []operation.Loop { return w.machine().Loops },
		disk: func() operation.Disk { return diskOf(w.cmd.Data) }})
	w.handler = m.count(w.handler)
	server := &http.Server{Handler: guarded(false, m.page()), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.log.Error("measurements are not served", "error", err.Error())
		}
	}()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return nil
}
