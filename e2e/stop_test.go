package e2e

import (
	"testing"
	"time"
)

// TestStopRepeatsNothing: a server that is asked to stop finishes what it has in hand. Unlike after a crash, no message
// comes twice.
func TestStopRepeatsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	post, dir := startSink(t), t.TempDir()
	keys := provision(t, dir, crew)
	s := startReal(t, dir, keys, post.addr)
	clients := []*client{
		{name: "dmv", person: "ca-dmv-iso", entity: "ca-demo-dmv", keys: keys, pause: 20 * time.Millisecond, url: func() string { return s.url }},
		{name: "rmv", person: "ma-rmv-iso", entity: "ma-demo-rmv", keys: keys, pause: 20 * time.Millisecond, url: func() string { return s.url }},
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 8 {
			time.Sleep(300 * time.Millisecond)
			s.stop()
			if err := s.run(); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	crowd(clients, func(c *client) { c.work(done) })
	crowd(clients, (*client).replay)
	h := gather(t, s, clients)
	h.addMail(settled(t, openRecord(t, dir), post, time.Minute))
	report(t, h, post) // with no interruption allowed for
	s.stop()
	sound(t, dir)
}
