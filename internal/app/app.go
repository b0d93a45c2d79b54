package app

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/paper"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// Config wires an App. Every field but Providers, Demo, Operator, Tools and Random is needed.
type Config struct {
	Record   Record
	Index    Index
	Proofs   Proofs
	Accounts Accounts
	Book     Book
	Trails   Trails
	Watch    Watch
	Ties     Ties
	Sections SectionStore
	Desk     Desk
	Shelf    Shelf
	Drafts   Drafts // needed by the pages only
	Tips     Tips   // needed by the pages only
	Packs    Packs
	PackIDs  []string // packs in use, for the emergency contacts
	Now      func() time.Time
	Random   io.Reader // crypto/rand by default
	BaseURL  string    // where readers reach the pages, without a slash at the end
	LinkKey  []byte    // signs mailed links; 32 bytes
	From     string    // address that mails come from
	Operator string    // address of the operator's alarms
	Demo     bool
	Tools    []incident.Tool // what the operator lets the response team tell to contain assets; may be empty
	// KeyRing lists and ends access keys.
	KeyRing KeyRing
	// Designations keeps who reports for each entity.
	Designations Designations
	// Teams keeps who is of the response team of each entity, and Workload what each person has to do. MA 6.3
	Teams    Teams
	Workload Workload
	// Investigations keeps what is found out about each incident.
	Investigations Investigations
	// Providers are other ways to sign in; nil for none.
	Providers Providers
	// Provisions keeps what another system brings in.
	Provisions Provisions
	// Remedies lists the corrective actions of all incidents.
	Remedies Remedies
	// Reports keeps who gets the statistics by mail.
	Reports Reports
	Probes  Probes
	// Canary says where a test message goes at intervals.
	Canary    Canary
	Queues    Queues
	Gauges    Gauges
	Machine   func() Machine // what this process knows of itself; nil where there is none, as in tools
	Witnesses []string       // names of the witnesses of checkpoints, as the operator gave them
	Rulebook  Rulebook
	// Mail sends invitations at once. May be nil: then the link of an invitation is shown once instead.
	Mail Mailer
	// Papers makes PDF of documents; nil where none is made.
	Papers func(io.Writer, paper.Doc) error
	// ReadPlaybook reads a CACAO 2.0 playbook; nil where none is read.
	ReadPlaybook func([]byte) (policy.Foreign, error)
	// SharedClock times attempts and codes, the same for all replicas; the database's clock by default.
	SharedClock func(context.Context) (time.Time, error)
	// HashRounds is what trying a password costs; 600,000 by default. Only tests take fewer.
	HashRounds int
	// Committed is called after each write, so that the loops need not wait for their next round. May be nil.
	Committed func()
}

// App is the application. Its methods are safe for concurrent use.
type App struct {
	Config
	dir   dirCache
	keys  keyCache
	rules rules
	// Pictures of a scope, and statistics of a scope and a cut. Statistics are counted one at a time: each goes over one row of
	// every incident.
	pictures   asides[incident.Picture]
	statistics asides[incident.Statistics]
	counting   sync.Mutex
	// proposing is held by whoever checks a proposed pack or asks past incidents about it: one at a time.
	proposing chan struct{}
	// passkeys is nil where the pages have no host name, which passkeys are bound to.
	passkeys   *webauthn.WebAuthn
	hashing    chan struct{} // who may work on a password now
	afterwards afterwards
	lastID     atomic.Int64 // of newID
}

// New checks the configuration and returns the application. The directory is read at first use.
func New(c Config) (*App, error) {
	if c.Record == nil || c.Index == nil || c.Proofs == nil || c.Accounts.Sessions == nil || c.Book == nil || c.Desk == nil || c.Shelf == nil || c.Trails == nil || c.Watch == nil || c.Ties == nil || c.Sections == nil || c.Packs == nil || c.Now == nil ||
		c.KeyRing == nil || c.Designations == nil || c.Provisions == nil || c.Reports == nil || c.Remedies == nil || c.Investigations == nil || c.Teams == nil || c.Workload == nil {
		return nil, fmt.Errorf("app: a port is missing")
	}
	if len(c.LinkKey) < 32 {
		return nil, fmt.Errorf("app: the key for mailed links needs 32 bytes")
	}
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("app: the base URL needs a scheme and a host")
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Committed == nil {
		c.Committed = func() {}
	}
	if c.HashRounds == 0 {
		c.HashRounds = hashRounds
	}
	a := &App{Config: c, hashing: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)), proposing: make(chan struct{}, 1)}
	a.passkeys, err = relyingParty(base)
	return a, err
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

func (a *App) directory(ctx context.Context) (*directory.Snapshot, error) {
	if err := a.refreshRules(ctx, false); err != nil { // what is asked next is mostly a pack
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

// setting is what every use case needs: the directory and the pack of an entity, at one instant.
type setting struct {
	dir  *directory.Snapshot
	pack *policy.Pack
	now  time.Time
}

func (a *App) settingFor(ctx context.Context, entity string) (setting, error) {
	dir, err := a.directory(ctx)
	if err != nil {
		return setting{}, err
	}
	s := setting{dir: dir, now: a.Now().Truncate(time.Microsecond)}
	pack, ok := a.packAt(dir.PackOf(entity), s.now)
	if !ok {
		return setting{}, fmt.Errorf("no pack is in force for entity %q", entity)
	}
	s.pack = pack
	return s, nil
}

func (a *App) env(s setting, by access.Actor) incident.Env {
	return incident.Env{Now: s.now, Actor: by, Pack: s.pack, How: s.pack, Dir: s.dir, NewID: a.newID}
}

// newID returns a UUIDv7: ordered by time, and inside one instant by call, so that indexes grow at their end.
func (a *App) newID() string {
	now := a.Now()
	at := now.UnixMilli()<<12 | int64(now.Nanosecond()%1e6)<<12/1e6 // milliseconds, and 4096ths of them
	for {
		last := a.lastID.Load()
		at = max(at, last+1)
		if a.lastID.CompareAndSwap(last, at) {
			break
		}
	}
	id := uuid.UUID(a.random(16))
	binary.BigEndian.PutUint64(id[:8], uint64(at>>12)<<16|7<<12|uint64(at&0xfff))
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

func (a *App) random(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(a.Random, b); err != nil {
		panic("the system's source of randomness failed: " + err.Error())
	}
	return b
}

// decision turns the domain's drafts into the ledger's.
func (a *App) decision(s setting, by access.Actor, drafts []incident.Draft, texts []ledger.Text) ledger.Decision {
	d := ledger.Decision{At: s.now, Actor: by.ID, Pack: s.pack.Digest, Texts: texts}
	for _, f := range drafts {
		refs := make(map[string]ledger.Digest, len(f.Texts))
		for name, hexDigest := range f.Texts {
			if digest, ok := parseDigest(hexDigest); ok {
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

// seal gives each text its salt and returns the refs that facts bind.
func (a *App) seal(stream string, contents map[string][]byte) (map[string]string, []ledger.Text) {
	refs, texts := make(map[string]string, len(contents)), make([]ledger.Text, 0, len(contents))
	names := make([]string, 0, len(contents))
	for name := range contents {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t := ledger.SealText(stream, [32]byte(a.random(32)), contents[name])
		refs[name] = t.Digest.String()
		texts = append(texts, t)
	}
	return refs, texts
}
