package e2e

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// inFlight is how many messages the courier has between handing over and recording at a time, and so how many an
// interruption repeats at most.
const inFlight = 4

// people who get a key where a server is no demonstration.
var crew = []string{"ca-dmv-iso", "ca-caltrans-iso", "ca-ftb-iso", "ma-rmv-iso", "ca-ois-duty", "ma-soc-duty",
	"ca-coordinator", "ma-coordinator"}

// interruptions is how often to kill: TOCSIN_KILLS, or 200, or a few in a short run.
func interruptions(t testing.TB) int {
	if n, err := strconv.Atoi(os.Getenv("TOCSIN_KILLS")); err == nil {
		return n
	}
	if testing.Short() {
		return 10
	}
	return 200
}

// TestKill200 cuts the program off again and again while clients file and acknowledge: nothing acknowledged is lost, nothing
// is there twice, and each message arrives, with at most the copies that were on their way.
func TestKill200(t *testing.T) {
	t.Parallel()
	post, dir, kills := startSink(t), t.TempDir(), interruptions(t)
	keys := provision(t, dir, crew)
	s := startReal(t, dir, keys, post.addr)
	var clients []*client
	for _, c := range []struct{ person, entity string }{{"ca-dmv-iso", "ca-demo-dmv"}, {"ca-caltrans-iso", "ca-demo-caltrans"},
		{"ca-ftb-iso", "ca-demo-ftb"}, {"ma-rmv-iso", "ma-demo-rmv"}} {
		clients = append(clients, &client{name: c.entity, person: c.person, entity: c.entity, keys: keys, pause: 60 * time.Millisecond,
			url: func() string { return s.url }})
	}
	done, began := make(chan struct{}), time.Now()
	go func() {
		defer close(done)
		for i := range kills {
			if err := s.interrupt(i); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	crowd(clients, func(c *client) { c.work(done) })
	<-done
	t.Logf("%d interruptions in %v", kills, time.Since(began).Round(time.Millisecond))
	crowd(clients, (*client).replay)
	h := gather(t, s, clients)
	h.kills, h.flight = kills+kills/5, inFlight // interrupt kills some twice
	h.addMail(settled(t, openRecord(t, dir), post, 2*time.Minute))
	s.stop()
	report(t, h, post)
	sound(t, dir)
}

// interrupt lets the program work for a moment, kills it and starts it again; every fifth time it is killed a second time
// while it is still starting.
func (s *server) interrupt(i int) error {
	time.Sleep(30*time.Millisecond + rand.N(120*time.Millisecond))
	s.kill()
	if i%5 == 4 {
		if err := s.launch(); err != nil {
			return err
		}
		time.Sleep(rand.N(120 * time.Millisecond))
		s.kill()
	}
	return s.run()
}

// report fails with the broken promises, at most a screenful, and logs how much was tried.
func report(t testing.TB, h history, post *sink) {
	t.Helper()
	bad := h.problems()
	for _, p := range bad[:min(len(bad), 20)] {
		t.Error(p)
	}
	if len(bad) > 20 {
		t.Errorf("and %d more", len(bad)-20)
	}
	t.Logf("%d requests, %d acknowledgements, %d messages in %d copies", len(h.filed), len(h.acked), len(h.owes), post.total)
	if len(h.filed) == 0 || len(h.acked) == 0 || len(h.owes) == 0 {
		t.Error("nothing was tried")
	}
}
