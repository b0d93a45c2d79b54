// Package testkit starts the application for tests: on a real store, with the real packs, under a clock that the test
// moves and a mailbox that it reads.
package testkit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"tocsin/internal/app"
	"tocsin/internal/demo"
	"tocsin/internal/document"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
	"tocsin/internal/exchange"
	"tocsin/internal/ledger"
	"tocsin/internal/store"
	"tocsin/internal/work"
	"tocsin/packs"
)

// Clock is a clock that only the test moves.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts a clock.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now answers the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move sets the clock forward, or back.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Post takes mail as a mail server would and keeps it. Outcomes for a recipient can be scripted.
type Post struct {
	mu     sync.Mutex
	Mails  []notify.Mail
	Answer func(notify.Mail) notify.Outcome // nil: everything is delivered
	clock  *Clock
}

// Send implements work.MailSender.
func (p *Post) Send(_ context.Context, m notify.Mail) notify.Outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := notify.Outcome{Kind: notify.Delivered, At: p.clock.Now()}
	if p.Answer != nil {
		o = p.Answer(m)
		o.At = p.clock.Now()
	}
	if o.Kind == notify.Delivered || o.Uncertain {
		p.Mails = append(p.Mails, m)
	}
	return o
}

// Taken returns the mails received so far.
func (p *Post) Taken() []notify.Mail {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]notify.Mail(nil), p.Mails...)
}

// chance is the same in every run, and may be drawn from by several at a time.
type chance struct {
	mu   sync.Mutex
	from *rand.ChaCha8
}

// Read implements io.Reader.
func (c *chance) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.from.Read(b)
}

// Harness is a whole application without its edges.
type Harness struct {
	*app.App
	T       testing.TB
	Clock   *Clock
	Post    *Post
	Calls   *Calls // what webhooks received
	Record  *store.Record
	Courier *work.Courier
	Signer  note.Signer
	Public  note.Verifier

	replicas byte
	refuse   atomic.Pointer[func(access string) error]
}

// Start opens the application on a fresh SQLite file, with the demonstration's directory.
func Start(t testing.TB) *Harness {
	t.Helper()
	return StartOn(t, Fresh(t))
}

// Fresh answers the DSN of a new SQLite file that was prepared. It is made once for all tests of a binary, and copied.
func Fresh(t testing.TB) string {
	t.Helper()
	content, err := prepared()
	path := filepath.Join(t.TempDir(), "record.db")
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

var prepared = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "tocsin-prepared")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "record.db")
	if err := Prepare("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path) // closing has left nothing beside it
})

// OtherRecord is the record as a second process has it: the same database, and a memory of its own.
func (h *Harness) OtherRecord() *store.Record {
	return store.New(h.Record.Store, h.Record.Registry)
}

// Prepare makes an empty database what StartOn begins with: tables, and the demonstration's directory. Copying what was prepared
// once costs a fraction of making it for each test.
func Prepare(dsn string) error {
	ctx := context.Background()
	registry := store.NewRegistry()
	s, err := store.Open(ctx, store.Config{DSN: dsn, Registry: registry, Projections: store.Projections(registry)})
	if err != nil {
		return err
	}
	defer s.Close()
	in, err := demo.Directory()
	if err != nil {
		return err
	}
	record := store.New(s, registry)
	return record.ReplaceDirectory(ctx, in, 0, access.System("test").ID, begins)
}

// begins is when the clock of every harness stands at first.
var begins = time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC)

// StartOn opens the application on any database that is empty, or was prepared.
func StartOn(t testing.TB, dsn string) *Harness {
	t.Helper()
	return startAs(t, dsn, 0)
}

// startAs makes every number and token of the harness as the replica of that number does.
func startAs(t testing.TB, dsn string, replica byte) *Harness {
	t.Helper()
	registry := store.NewRegistry()
	h := &Harness{T: t, Clock: NewClock(begins), replicas: replica}
	s, err := store.Open(context.Background(), store.Config{DSN: dsn, Registry: registry,
		Projections: store.Projections(registry), Refuse: h.refused})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	h.Record = store.New(s, registry)
	h.Post, h.Calls = &Post{clock: h.Clock}, &Calls{clock: h.Clock}
	h.App = h.onRecord(h.Record)
	h.Signer, h.Public = keys(t)
	in, err := demo.Directory()
	if err != nil {
		t.Fatal(err)
	}
	version, err := h.Record.DirectoryVersion(context.Background())
	if err == nil && version == 0 {
		err = h.ImportDirectory(context.Background(), access.System("test"), in)
	}
	if err != nil {
		t.Fatal(err)
	}
	h.Courier = &work.Courier{Queue: h.Record, Desk: h.App, Mail: h.Post, Hooks: h.Calls, Holder: "test", Workers: 1, Now: h.Clock.Now,
		Log: slog.New(slog.DiscardHandler)}
	return h
}

// Replica is another process on the same record, under the same clock.
func (h *Harness) Replica() *app.App {
	h.T.Helper()
	return h.onRecord(h.OtherRecord())
}

func (h *Harness) onRecord(record *store.Record) *app.App {
	h.T.Helper()
	a, err := app.New(h.settings(record))
	if err != nil {
		h.T.Fatal(err)
	}
	h.replicas++ // no two draw the same
	return a
}

// Settings returns what the application was made from, for a test that makes another one.
func (h *Harness) Settings() app.Config { return h.settings(h.Record) }

func (h *Harness) settings(record *store.Record) app.Config {
	c := app.On(record, packs.RunCasesOf)
	c.Packs, c.PackIDs, c.Now = Packs, []string{"us-ca"}, h.Clock.Now
	c.SharedClock = func(context.Context) (time.Time, error) { return h.Clock.Now(), nil }
	c.BaseURL, c.LinkKey, c.From, c.Operator, c.Mail, c.Demo = "http://tocsin.test", make([]byte,
		32), "tocsin@tocsin.test", "operator@tocsin.test", h.Post, true
	c.Papers, c.ReadPlaybook, c.HashRounds, c.Random = document.Render, exchange.ReadCACAO, 1000, &chance{from: rand.NewChaCha8([32]byte{1,
		h.replicas})}
	return c
}

func keys(t testing.TB) (note.Signer, note.Verifier) {
	t.Helper()
	secret, public, err := ledger.GenerateKey(rand.NewChaCha8([32]byte{2}), "tocsin.test/record")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ledger.ParseSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := ledger.ParseVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

var (
	packsMu  sync.Mutex
	packsGot = map[string]*policy.Pack{}
)

// Packs answers the built-in packs, read once for all tests of a binary.
func Packs(id string) (*policy.Pack, bool) {
	packsMu.Lock()
	defer packsMu.Unlock()
	if p, ok := packsGot[id]; ok {
		return p, true
	}
	p, err := packs.Load(id)
	if err != nil {
		return nil, false
	}
	packsGot[id] = p
	return p, true
}

// As answers the actor that a person of the demonstration is.
func (h *Harness) As(person string) access.Actor {
	h.T.Helper()
	token, err := h.SignInAs(context.Background(), person)
	if err != nil {
		h.T.Fatalf("sign in as %s: %v", person, err)
	}
	s, err := h.ActorForSession(context.Background(), token)
	if err != nil {
		h.T.Fatalf("session of %s: %v", person, err)
	}
	return s.Actor
}

// Deliver runs the courier until nothing is due.
func (h *Harness) Deliver() {
	h.T.Helper()
	for range 100 {
		worked, err := h.Courier.Step(context.Background())
		if err != nil {
			h.T.Fatal(err)
		}
		if !worked {
			return
		}
	}
	h.T.Fatal("the courier does not come to an end")
}

// Sequence gives everything that waits its place in the tree.
func (h *Harness) Sequence() {
	h.T.Helper()
	fence, held, err := h.Record.HoldLease(context.Background(), "sequencer", "test", time.Minute, h.Clock.Now())
	if err != nil || !held {
		h.T.Fatal("no lease for the sequencer: ", err)
	}
	if _, err := h.Record.SequenceFor(context.Background(), "test", fence, time.Minute, h.Signer, h.Clock.Now()); err != nil {
		h.T.Fatal(err)
	}
}

// Tick moves the clock and lets it fire and the courier deliver.
func (h *Harness) Tick(d time.Duration) {
	h.T.Helper()
	h.Clock.Move(d)
	if _, err := work.Tick(h.App)(context.Background(), 0); err != nil {
		h.T.Fatal(err)
	}
	h.Deliver()
}

// Sound checks the whole record and fails the test on any finding. It returns how many texts were disposed.
func (h *Harness) Sound() (disposed int64) {
	h.T.Helper()
	report, err := h.Record.Verify(context.Background(), store.VerifyOptions{Key: h.Public})
	if err != nil {
		h.T.Fatal(err)
	}
	for _, f := range report.Findings {
		h.T.Error(f)
	}
	return report.Disposed
}

// Entries returns every entry of the record.
func (h *Harness) Entries() (out []ledger.Entry) {
	h.T.Helper()
	ctx := context.Background()
	var streams []string
	err := h.Record.View(ctx, func(tx store.Tx) error {
		return store.Each(ctx, tx, func(r store.Rows) error {
			var s string
			err := r.Scan(&s)
			streams = append(streams, s)
			return err
		}, "SELECT DISTINCT stream FROM entry ORDER BY stream")
	})
	for _, s := range streams {
		entries, loadErr := h.Record.Load(ctx, s)
		out, err = append(out, entries...), errors.Join(err, loadErr)
	}
	if err != nil {
		h.T.Fatal(err)
	}
	return out
}

// Subjects lists what was mailed to an address, oldest first.
func (h *Harness) Subjects(to string) (out []string) {
	for _, m := range h.Post.Taken() {
		if m.To.Email == to {
			out = append(out, m.Subject)
		}
	}
	return out
}

// Exec runs SQL as the program could, for tests of what the database refuses.
func (h *Harness) Exec(sql string) error {
	return h.Record.Store.Update(context.Background(), func(tx store.Tx) error {
		_, err := tx.Exec(context.Background(), sql)
		return err
	})
}

// String shows the whole post, for failed tests.
func (p *Post) String() (s string) {
	for _, m := range p.Taken() {
		s += fmt.Sprintf("%s: %s\n", m.To.Email, m.Subject)
	}
	return s
}
