package page

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Bounds of live updates. One watcher asks the record for all readers of this process, and only while there are any.
const (
	liveRound     = 300 * time.Millisecond // how often the record is asked
	LiveHeartbeat = 4 * time.Second        // how often a silent stream shows that it lives; a revoked session ends within 5 s
	livePatience  = 15 * time.Second       // how long a reader may take nothing
	livePerPerson = 8                      // open streams of one person
	liveInAll     = 10_000                 // open streams of this process
)

// hub passes changes from the one watcher to the readers who wait for them.
type hub struct {
	app *app.App
	log *slog.Logger

	mu      sync.Mutex
	readers map[*follower]bool
	persons map[string]int
	stop    context.CancelFunc // of the watcher; nil while nobody waits
	begun   chan struct{}      // closed when the watcher knows where it began
}

// follower is one open stream. It is woken when something it may know of changed.
type follower struct {
	person string
	stream string // of one incident; empty for everything that the actor may see
	wake   chan struct{}

	mu      sync.Mutex
	actor   access.Actor
	changed app.Changed // the latest; Version 0 for none
}

// join adds a follower; false where the person or the process has too many. What changes after begun is closed wakes the follower.
func (h *hub) join(f *follower) (begun <-chan struct{}, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.readers) >= liveInAll || h.persons[f.person] >= livePerPerson {
		return nil, false
	}
	if h.readers == nil {
		h.readers, h.persons = map[*follower]bool{}, map[string]int{}
	}
	h.readers[f] = true
	h.persons[f.person]++
	if h.stop == nil {
		var ctx context.Context
		ctx, h.stop = context.WithCancel(context.Background())
		h.begun = make(chan struct{})
		go h.watch(ctx, h.begun)
	}
	return h.begun, true
}

// leave takes a follower out; with the last one the watcher stops.
func (h *hub) leave(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.readers, f)
	if h.persons[f.person]--; h.persons[f.person] == 0 {
		delete(h.persons, f.person)
	}
	if len(h.readers) == 0 {
		h.stop()
		h.stop = nil
	}
}

// watch asks what changed, round after round. A round that fails is made up for by the next: the place to go on from stays.
func (h *hub) watch(ctx context.Context, begun chan<- struct{}) {
	round := time.NewTicker(liveRound)
	defer round.Stop()
	place, known, failed := int64(0), false, false
	for {
		var err error
		if !known {
			place, err = h.app.Head(ctx)
			if known = err == nil; known {
				close(begun)
			}
		} else {
			var changes []app.Changed
			changes, place, err = h.app.ChangesAfter(ctx, place)
			h.tell(changes)
		}
		if err != nil && ctx.Err() == nil && !failed {
			h.log.Error("live updates wait for the record", "error", err.Error())
		}
		failed = err != nil
		select {
		case <-ctx.Done():
			return
		case <-round.C:
		}
	}
}

// tell wakes whoever follows a changed incident, and whoever may see it and follows everything.
func (h *hub) tell(changes []app.Changed) {
	if len(changes) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for f := range h.readers {
		for _, c := range changes {
			f.hear(c)
		}
	}
}

// hear takes a change in. Who follows one incident is woken even where they may see it no more: their stream must end.
func (f *follower) hear(c app.Changed) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stream != "" && f.stream != c.Stream || f.stream == "" && !access.Allow(f.actor, access.Read, c.Object) {
		return
	}
	f.changed = c
	select {
	case f.wake <- struct{}{}:
	default: // woken already and not yet up
	}
}

func (f *follower) latest() app.Changed {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}

func (f *follower) become(a access.Actor) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.actor = a
}

// follow narrows a follower to one incident. What it heard of it so far still counts.
func (f *follower) follow(stream string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stream = stream
	if f.changed.Stream != stream {
		f.changed = app.Changed{}
	}
}
