package serve

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status    int
	sizeBytes int
}

// WriteHeader remembers the first status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write counts bytes.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.sizeBytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// logRequest writes one line per request: who, which route, how it ended. Never a body, a header, a query or a path as
// sent: they may carry report text or an attacker's.
func (s *server) logRequest(r *http.Request, req *request, pattern string, out *recorder, started time.Time) {
	level, status := slog.LevelInfo, out.status
	if status == 0 {
		status = http.StatusOK
	}
	attrs := []slog.Attr{
		slog.String("request", req.id), slog.String("route", pattern), slog.Int("status", status),
		slog.String("actor", req.actor.ID), slog.Duration("took", time.Since(started)), slog.Int("size_bytes", out.sizeBytes),
	}
	if status >= 500 {
		level = slog.LevelError
		if req.cause != nil {
			attrs = append(attrs, slog.String("cause", req.cause.Error()))
		}
	}
	s.Log.LogAttrs(r.Context(), level, "api request", attrs...)
}

// limits holds one token bucket per actor.
type limits struct {
	mu        sync.Mutex
	perSecond rate.Limit
	burst     int
	buckets   map[string]*rate.Limiter
}

// bucketsMax bounds the memory; above it full buckets, which limit nothing, are dropped.
const bucketsMax = 10_000

func newLimits(perSecond float64, burst int) *limits {
	return &limits{perSecond: rate.Limit(perSecond), burst: burst, buckets: map[string]*rate.Limiter{}}
}

func (l *limits) allow(actor string) bool {
	if l.perSecond < 0 {
		return true
	}
	l.mu.Lock()
	b, ok := l.buckets[actor]
	if !ok {
		if len(l.buckets) >= bucketsMax {
			l.sweep()
		}
		b = rate.NewLimiter(l.perSecond, l.burst)
		l.buckets[actor] = b
	}
	l.mu.Unlock()
	return b.Allow()
}

func (l *limits) sweep() {
	for actor, b := range l.buckets {
		if b.Tokens() >= float64(l.burst) {
			delete(l.buckets, actor)
		}
	}
}
