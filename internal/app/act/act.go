package act

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// ClockTime writes an instant, in microseconds, by the clock of the policy's calendar.
func (s Setting) ClockTime(us int64) string {
	return time.UnixMicro(us).In(s.Pack.Calendar().Zone()).Format("Mon 2 Jan 2006, 15:04 MST")
}

// Config is what every room stands on.
type Config struct {
	Record    Record
	Index     Index
	Proofs    Proofs
	Book      Book
	Trails    Trails
	Watch     Watch
	Ties      Ties
	KeyRing   KeyRing // lists and ends access keys
	Rulebook  Rulebook
	Packs     Packs
	PackIDs   []string // packs in use, for the emergency contacts
	Now       func() time.Time
	Random    io.Reader
	BaseURL   string // where readers reach the pages, without a slash at the end
	LinkKey   []byte // signs mailed links; 32 bytes
	From      string // address that mails come from
	Operator  string // address of the operator's alarms
	Demo      bool
	Tools     []incident.Tool // what the operator lets the response team tell to contain assets; may be empty
	Canary    Canary
	Providers Providers // other ways to sign in; nil for none
	// Committed is called after each write, so that the loops need not wait for their next round.
	Committed func()
}

// Canary says where a test message goes at intervals, to prove that the path works. Without an address there is none.
type Canary struct {
	To    string
	Every time.Duration
}

// Kernel is what all rooms share: who may, the directory and the packs in force, how a command becomes facts. Its methods are safe for
// concurrent use.
type Kernel struct {
	Config
	dir      dirCache
	KeyCache keyCache
	rules    rules
	lastID   atomic.Int64 // of NewID
}

// dirCache holds the latest directory. Imports are rare and reads are on every request, so the version is looked up at
// most once a second; an import through this process is seen at once.
type dirCache struct {
	mu      sync.Mutex
	current atomic.Pointer[loadedDir]
}

type loadedDir struct {
	snap    *directory.Snapshot
	version int64
	checked time.Time
}

// directoryAge is how old a directory may be before its version is looked up again.
const directoryAge = time.Second

// CurrentDirectory returns the directory, looked up at most a second ago.
func (a *Kernel) CurrentDirectory(ctx context.Context) (*directory.Snapshot, error) {
	if err := a.RefreshRules(ctx, false); err != nil { // what is asked next is mostly a pack
		return nil, err
	}
	now := a.Now()
	if c := a.dir.current.Load(); c != nil && now.Sub(c.checked) < directoryAge && !now.Before(c.checked) {
		return c.snap, nil
	}
	a.dir.mu.Lock()
	defer a.dir.mu.Unlock()
	c := a.dir.current.Load()
	if c != nil && now.Sub(c.checked) < directoryAge && !now.Before(c.checked) {
		return c.snap, nil
	}
	if c != nil {
		if v, err := a.Book.DirectoryVersion(ctx); err == nil && v == c.version {
			a.dir.current.Store(&loadedDir{c.snap, v, now})
			return c.snap, nil
		}
	}
	in, version, err := a.Book.ReadDirectory(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the directory: %w", err)
	}
	snap, err := directory.NewSnapshot(in)
	if err != nil {
		return nil, fmt.Errorf("the stored directory: %w", err)
	}
	a.dir.current.Store(&loadedDir{snap, version, now})
	return snap, nil
}

// DirectoryAt returns the directory no older than a version, so that a person who loses a role loses it with the next request, on
// whichever replica.
func (a *Kernel) DirectoryAt(ctx context.Context, version int64) (*directory.Snapshot, error) {
	if c := a.dir.current.Load(); c != nil && c.version < version {
		a.dir.current.CompareAndSwap(c, nil)
	}
	return a.CurrentDirectory(ctx)
}

// ReloadedDirectory reads the directory anew.
func (a *Kernel) ReloadedDirectory(ctx context.Context) (*directory.Snapshot, error) {
	a.dir.current.Store(nil)
	return a.CurrentDirectory(ctx)
}

// Setting is what every use case needs: the directory and the pack of an entity, at one instant.
type Setting struct {
	Dir  *directory.Snapshot
	Pack *policy.Pack
	Now  time.Time
}

// SettingFor returns the directory and the pack in force for an entity, at one instant.
func (a *Kernel) SettingFor(ctx context.Context, entity string) (Setting, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return Setting{}, err
	}
	s := Setting{Dir: dir, Now: a.Now().Truncate(time.Microsecond)}
	pack, ok := a.packAt(dir.PackOf(entity), s.Now)
	if !ok {
		return Setting{}, fmt.Errorf("no pack is in force for entity %q", entity)
	}
	s.Pack = pack
	return s, nil
}

// Env returns what Decide may know besides the state.
func (a *Kernel) Env(s Setting, by access.Actor) incident.Env {
	return incident.Env{Now: s.Now, Actor: by, Pack: s.Pack, How: s.Pack, Dir: s.Dir, NewID: a.NewID}
}

// NewID returns a UUIDv7: ordered by time, and inside one instant by call, so that indexes grow at their end.
func (a *Kernel) NewID() string {
	now := a.Now()
	at := now.UnixMilli()<<12 | int64(now.Nanosecond()%1e6)<<12/1e6 // milliseconds, and 4096ths of them
	for {
		last := a.lastID.Load()
		at = max(at, last+1)
		if a.lastID.CompareAndSwap(last, at) {
			break
		}
	}
	id := uuid.UUID(a.RandomBytes(16))
	binary.BigEndian.PutUint64(id[:8], uint64(at>>12)<<16|7<<12|uint64(at&0xfff))
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// RandomBytes returns n random bytes. It panics where the system has no randomness left to give.
func (a *Kernel) RandomBytes(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(a.Random, b); err != nil {
		panic("the system's source of randomness failed: " + err.Error())
	}
	return b
}

// Decision turns the domain's drafts into the ledger's.
func (a *Kernel) Decision(s Setting, by access.Actor, drafts []incident.Draft, texts []ledger.Text) ledger.Decision {
	d := ledger.Decision{At: s.Now, Actor: by.ID, Pack: s.Pack.Digest, Texts: texts}
	for _, f := range drafts {
		refs := make(map[string]ledger.Digest, len(f.Texts))
		for name, hexDigest := range f.Texts {
			if digest, ok := ParseDigest(hexDigest); ok {
				refs[name] = digest
			}
		}
		d.Drafts = append(d.Drafts, ledger.Draft{Fact: f.Fact, Texts: refs})
	}
	if len(drafts) == 0 {
		d.Texts = nil
	}
	return d
}

// Seal gives each text its salt and returns the refs that facts bind.
func (a *Kernel) Seal(stream string, contents map[string][]byte) (map[string]string, []ledger.Text) {
	refs, texts := make(map[string]string, len(contents)), make([]ledger.Text, 0, len(contents))
	names := make([]string, 0, len(contents))
	for name := range contents {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t := ledger.SealText(stream, [32]byte(a.RandomBytes(32)), contents[name])
		refs[name] = t.Digest.String()
		texts = append(texts, t)
	}
	return refs, texts
}
