package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/internal/domain/access"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/incidents"
)

// openCases opens a whole record of its own.
func openCases(t *testing.T, cfg engine.Config) *Record {
	t.Helper()
	registry := NewRegistry()
	cfg.Registry, cfg.Projections = registry, []engine.Projection{incidents.Incidents{Registry: registry}}
	s, err := engine.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return New(s, registry)
}

func TestSessionsAreKeptWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		c, ctx := openCases(t, cfg), context.Background()
		at := time.Date(2026, 6, 18, 17, 0, 0, 123000, time.UTC)
		session := func(n, person string, expires time.Time) access.Session {
			return access.Session{Digest: strings.Repeat(n, 32), ID: "id-" + n, Person: person, Method: access.ByPasskey, Device: "Firefox", Network: "192.0.2.1",
				Stamp: "s", CreatedAt: at, SeenAt: at, FreshAt: at.Add(time.Second), ExpiresAt: expires, Idle: 30 * time.Minute}
		}
		one, two, other := session("01", "p", at.Add(time.Hour)), session("02", "p", at.Add(time.Hour)), session("03", "q", at.Add(time.Minute))
		for _, v := range []access.Session{one, two, other} {
			if err := c.SaveSession(ctx, v); err != nil {
				t.Fatal(err)
			}
		}
		got, generation, _, err := c.Session(ctx, one.Digest)
		if diff := cmp.Diff(one, got); diff != "" || generation != 0 || err != nil {
			t.Errorf("generation %d, %v\n%s", generation, err, diff)
		}
		if none, _, _, err := c.Session(ctx, strings.Repeat("ff", 32)); err != nil || none.ID != "" {
			t.Errorf("a session that is not there: %+v, %v", none, err)
		}
		if _, _, _, err := c.Session(ctx, "zz"); err == nil {
			t.Error("what is no digest was looked up")
		}
		for _, seen := range []time.Duration{time.Minute, time.Second} { // an older use does not set it back
			if err := c.TouchSession(ctx, two.Digest, at.Add(seen)); err != nil {
				t.Fatal(err)
			}
		}
		list, err := c.SessionsOf(ctx, "p")
		if err != nil || len(list) != 2 || list[0].ID != two.ID || !list[0].SeenAt.Equal(at.Add(time.Minute)) {
			t.Errorf("last used first: %+v, %v", list, err)
		}
		if err := c.EndSessions(ctx, "p", two.Digest); err != nil {
			t.Fatal(err)
		}
		left, err := c.SessionsOf(ctx, "p")
		others, _ := c.SessionsOf(ctx, "q")
		if err != nil || len(left) != 1 || left[0].ID != two.ID || len(others) != 1 {
			t.Errorf("after ending all but one: %+v and %+v, %v", left, others, err)
		}
		later := session("04", "p", at.Add(2*time.Hour))
		later.CreatedAt = at.Add(30 * time.Minute)
		if err := c.SaveSession(ctx, later); err != nil {
			t.Fatal(err)
		}
		if others, _ = c.SessionsOf(ctx, "q"); len(others) != 0 {
			t.Error("a session that has run out is kept for ever")
		}
		if err := c.EndSessions(ctx, "p", ""); err != nil {
			t.Fatal(err)
		}
		if left, _ = c.SessionsOf(ctx, "p"); len(left) != 0 {
			t.Errorf("still there: %+v", left)
		}
	})
}
