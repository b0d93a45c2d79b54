package act

import (
	"context"
	"sync"
	"time"
)

const (
	// Counting goes over every incident of a scope, so it is done aside and at most every pictureAge, or as seldom as keeps it
	// to a twentieth of one processor. Readers get the last answer, with its time; one older than pictureKept says so.
	pictureAge   = 5 * time.Second
	pictureShare = 20
	// CountKept is the age from which a count says how old it is.
	CountKept = 2 * time.Minute
	// A reader waits this long for newer counts, and longer only where there are none at all.
	pictureWait  = 10 * time.Millisecond
	pictureFirst = 2 * time.Second
	// pictureScopes bounds how many answers are remembered.
	pictureScopes = 64
)

// RefreshingCache remembers the last answers to questions that are counted aside, by question. The zero value is ready.
type RefreshingCache[V any] struct {
	mu   sync.Mutex
	kept map[string]*cachedCount[V]
}

// cachedCount is one such question.
type cachedCount[V any] struct {
	mu   sync.Mutex
	last V
	made bool // last is an answer
	err  error
	next time.Time     // not counted again before
	done chan struct{} // closed when the count that runs is done; nil while none runs
}

// Get is the last answer to a question, and a newer one where that comes soon. It is the zero value, without an error, while the first
// count is still being made. Where a count fails, the last answer stays, and shows its age. count takes a turn first where it has to,
// and says when it began.
func (c *RefreshingCache[V]) Get(ctx context.Context, key string, now func() time.Time, count func(context.Context) (v V, began time.Time, err error)) (V, error) {
	k := c.of(key)
	k.mu.Lock()
	if !now().Before(k.next) && k.done == nil {
		k.done = make(chan struct{})
		go k.recount(context.WithoutCancel(ctx), now, count)
	}
	done, wait := k.done, pictureWait
	if !k.made {
		wait = pictureFirst
	}
	k.mu.Unlock()
	if done != nil {
		select {
		case <-done:
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.made {
		return k.last, k.err
	}
	return k.last, nil
}

func (c *RefreshingCache[V]) of(key string) *cachedCount[V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= pictureScopes && c.kept[key] == nil {
		c.kept = map[string]*cachedCount[V]{}
	}
	if c.kept[key] == nil {
		c.kept[key] = &cachedCount[V]{}
	}
	return c.kept[key]
}

// recount prepares the next answer.
func (k *cachedCount[V]) recount(ctx context.Context, now func() time.Time, count func(context.Context) (V, time.Time, error)) {
	v, began, err := count(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err = err; err == nil {
		k.last, k.made = v, true
	}
	k.next = began.Add(max(pictureAge, pictureShare*now().Sub(began)))
	close(k.done)
	k.done = nil
}
