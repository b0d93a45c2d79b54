package main

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

// gate lets the courier give way to requests: whoever files waits for an answer, the mail about it has half a second. Under
// a flood mails still go out at a steady rate, because no message waits here for longer than giveWayAtMost.
type gate struct{ inFlight atomic.Int64 }

const (
	giveWayAtMost = 100 * time.Millisecond
	giveWayStep   = time.Millisecond
	giveWayQuiet  = 3 // steps without a request in flight that count as quiet
)

// count keeps track of the requests in flight.
func (g *gate) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		g.inFlight.Add(1)
		defer g.inFlight.Add(-1)
		h.ServeHTTP(rw, r)
	})
}

// giveWay returns when no request has been in flight for a moment, or after giveWayAtMost.
func (g *gate) giveWay(ctx context.Context) {
	if g.inFlight.Load() == 0 {
		return
	}
	quiet := 0
	for waited := time.Duration(0); waited < giveWayAtMost && quiet < giveWayQuiet && ctx.Err() == nil; waited += giveWayStep {
		time.Sleep(giveWayStep)
		if quiet++; g.inFlight.Load() > 0 {
			quiet = 0
		}
	}
}
