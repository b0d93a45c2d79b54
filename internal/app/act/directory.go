package act

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// maxEdits bounds how often an edit is made again because somebody else edited the directory at the same time.
const maxEdits = 5

// EditDirectory lets edit change the directory as it stands, checks the whole and writes it. An edit that another was
// faster than is made again on what stands then, so edit must not keep what it saw. Who may edit what is the caller's to
// decide. Errors of the check are fault lists naming each entry.
func (a *Kernel) EditDirectory(ctx context.Context, by access.Actor, edit func(*directory.Import) error) error {
	for try := 1; ; try++ {
		in, version, err := a.Book.ReadDirectory(ctx)
		if err != nil {
			return fmt.Errorf("read the directory: %w", err)
		}
		here := present(in)
		if err := edit(&in); err != nil {
			return err
		}
		if _, err := directory.NewSnapshot(in); err != nil {
			return err
		}
		if err := a.endKeys(ctx, leaving(here, in)); err != nil {
			return err
		}
		err = a.Book.ReplaceDirectory(ctx, in, version, by.ID, a.Now())
		if fault.KindOf(err) == fault.KindConflict && try < maxEdits {
			continue
		}
		if err == nil {
			a.dir.current.Store(nil)
		}
		return err
	}
}

// Forget lets every key be asked for again.
func (c *keyCache) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = nil
}

// present lists who is here in a directory.
func present(in directory.Import) map[string]bool {
	here := map[string]bool{}
	for _, p := range in.People {
		if !p.Gone {
			here[p.ID] = true
		}
	}
	return here
}

// leaving lists who was here and no longer is.
func leaving(here map[string]bool, in directory.Import) (out []string) {
	after := present(in)
	for id := range here {
		if !after[id] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// endKeys revokes the keys of people who leave, before the directory says so: should they come back one day, their old keys must not.
func (a *Kernel) endKeys(ctx context.Context, people []string) error {
	for _, p := range people {
		if _, err := a.KeyRing.RevokeKeys(ctx, p, a.Now()); err != nil {
			return err
		}
	}
	return nil
}

// keyCacheMax bounds the memory; beyond it the cache begins anew.
const keyCacheMax = 10_000

// keyCache remembers who the keys of the last second are: programs send many requests in a row.
type keyCache struct {
	mu    sync.Mutex
	known map[string]KnownKey // by digest
}

// KnownKey is an access key as last looked up.
type KnownKey struct {
	Key   access.Key
	Actor access.Actor
	Dir   *directory.Snapshot // that the actor was made from
	Asked time.Time
}

func (c *keyCache) Get(digest string) (KnownKey, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.known[digest]
	return k, ok
}

func (c *keyCache) Put(digest string, k KnownKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= keyCacheMax {
		c.known = map[string]KnownKey{}
	}
	c.known[digest] = k
}
