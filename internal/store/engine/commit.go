package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tocsin/internal/domain/fault"
	"tocsin/internal/ledger"
)

// maxGroup is the most changes that share one transaction.
const maxGroup = 64

// pending is a change on its way into the record.
type pending struct {
	Change
	rows map[*DerivedTable][][]any
	done chan error
	err  error // why this change is left out of its group

	taken bool // it is in a group that is being written, and done will say how that went; under the queue's mutex
}

// group is what one transaction writes.
type group struct{ changes []*pending }

// live are the changes that are not left out.
func (g *group) live() []*pending {
	return slices.DeleteFunc(slices.Clone(g.changes), func(p *pending) bool { return p.err != nil })
}

// stepper turns the changes that remain into statements.
type stepper func([]*pending) []step

func (g *group) disposes() bool {
	return slices.ContainsFunc(g.changes, func(p *pending) bool { return len(p.Dispose) > 0 })
}

// errStale marks a change whose stream has moved on.
var errStale = errors.New("stream has moved on")

// ErrFenced marks a change whose lease is held by another.
var ErrFenced = errors.New("lease is held by another")

// BrokenError is a failure after which nothing more may be written until the record is opened again.
type BrokenError struct{ Err error }

// Error implements error.
func (b BrokenError) Error() string { return b.Err.Error() }

// Unwrap returns the failure.
func (b BrokenError) Unwrap() error { return b.Err }

// queue gathers concurrent changes. Whoever holds a leader's place writes for all that wait: while one group is being
// synced, the next gathers, so that the cost of a sync is shared without anybody waiting for a timer.
type queue struct {
	mu      sync.Mutex
	waiting []*pending
	Leaders chan struct{} // place of the one that writes
	helpers chan struct{} // places for those whose patience ran out; nil where only one may write
	last    int           // changes in the group before
}

// patience is how long a change waits for its turn before it is written beside the group that is under way. One writer
// with large groups costs the least (measured: half the processor time of three writers); but a group that waits for a
// lock must not hold up all others.
const patience = 25 * time.Millisecond

// gatherFor is how long a leader lets others catch up, where others were there the last time: those that were just
// answered come back together, and the first of them would otherwise pay for a sync alone.
const gatherFor = 150 * time.Microsecond

func (q *queue) gather(p *pending) {
	for start := time.Now(); time.Since(start) < gatherFor; runtime.Gosched() {
		q.mu.Lock()
		enough := p.taken || len(q.waiting) >= q.last
		q.mu.Unlock()
		if enough {
			return
		}
	}
}

// Commit is the one write path of the record. It returns after the change is durable. When the stream is no longer at
// Expect it returns fault.Conflict: load again and decide again. A change that was already recorded, by a commit whose
// answer was lost, is recognised by its digests and is no error. Once it has begun to be written, ctx no longer matters.
func (s *Store) Commit(ctx context.Context, c Change) error {
	p, err := s.pend(c)
	if err == nil {
		err = s.Cfg.refused(ToWrite)
	}
	if err != nil {
		return fmt.Errorf("commit %s: %w", c.Stream, err)
	}
	s.Queue.add(p)
	return s.answer(ctx, p, s.await(ctx, p))
}

// await waits until the change was written, by others or by leading a group itself.
func (s *Store) await(ctx context.Context, p *pending) error {
	var helpers chan struct{}
	impatient := time.NewTimer(patience)
	defer impatient.Stop()
	for {
		select {
		case err := <-p.done:
			return err
		case s.Queue.Leaders <- struct{}{}:
			s.Queue.gather(p)
			s.leadFor(p)
			<-s.Queue.Leaders
		case helpers <- struct{}{}:
			s.leadFor(p)
			<-helpers
		case <-impatient.C:
			helpers = s.Queue.helpers
		case <-ctx.Done():
			if s.Queue.remove(p) {
				return errCancelled{ctx.Err()}
			}
			return <-p.done
		}
		if s.Queue.took(p) {
			return <-p.done // somebody is writing it: looking for a place to write would be looking for nothing
		}
	}
}

// errCancelled says that nothing of the change was written.
type errCancelled struct{ error }

// Unwrap returns the reason.
func (e errCancelled) Unwrap() error { return e.error }

// leadFor writes a group unless another leader was faster.
func (s *Store) leadFor(p *pending) {
	if !s.Queue.took(p) {
		s.lead()
	}
}

// took says whether a change is in a group that is being written, or was.
func (q *queue) took(p *pending) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return p.taken
}

func (q *queue) add(p *pending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, p)
}

func (q *queue) remove(p *pending) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := slices.Index(q.waiting, p)
	if at >= 0 {
		q.waiting = slices.Delete(q.waiting, at, at+1)
	}
	return at >= 0
}

// take returns the next group: at most one change of each stream, so that none of them can spoil another.
func (q *queue) take() *group {
	q.mu.Lock()
	defer q.mu.Unlock()
	g := &group{}
	streams := map[string]bool{}
	q.waiting = slices.DeleteFunc(q.waiting, func(p *pending) bool {
		if len(g.changes) == maxGroup || streams[p.Stream] {
			return false
		}
		streams[p.Stream], p.taken = true, true
		g.changes = append(g.changes, p)
		return true
	})
	q.last = len(g.changes)
	return g
}

// lead writes one group and tells each change how it went. A group that fails is tried change by change: one bad change
// must not fail those that happened to wait beside it.
func (s *Store) lead() {
	g := s.Queue.take()
	if len(g.changes) == 0 {
		return
	}
	err := s.write(g)
	if err != nil && len(g.changes) > 1 && s.Err() == nil {
		for _, p := range g.changes {
			p.err = nil
			if err := s.write(&group{changes: []*pending{p}}); err != nil {
				p.err = err
			}
			p.done <- p.err
		}
		return
	}
	for _, p := range g.changes {
		if err != nil {
			p.err = err
		}
		p.done <- p.err
	}
}

func (s *Store) write(g *group) error {
	if err := s.Err(); err != nil {
		return err
	}
	err := s.Eng.write(context.Background(), g, s.steps)
	if b := (BrokenError{}); errors.As(err, &b) {
		s.broken.CompareAndSwap(nil, &err)
	}
	return err
}

// answer turns the outcome of a change into what the caller is told.
func (s *Store) answer(ctx context.Context, p *pending, err error) error {
	if err == nil {
		return nil
	}
	if given := (errCancelled{}); errors.As(err, &given) {
		return given.error
	}
	// "Failed" is not "not persisted": look whether the very same entries are there.
	if len(p.Entries) > 0 && s.recorded(context.WithoutCancel(ctx), p) {
		return nil
	}
	switch {
	case errors.Is(err, errStale):
		return fault.Conflict("%s has changed since it was read", p.Stream)
	case repeats(err):
		return fault.Conflict("%s would repeat a value that occurs once", p.Stream)
	case errors.Is(err, ErrFenced):
		return fault.Conflict("the lease %s is held by another", p.Fence.Name)
	}
	return fmt.Errorf("commit %s: %w", p.Stream, err)
}

// repeats says whether a statement failed because a value that occurs once was there already.
func repeats(err error) bool {
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

func (s *Store) recorded(ctx context.Context, p *pending) bool {
	last := len(p.Entries) - 1
	var hash []byte
	err := s.Read(ctx, func(tx Tx) error {
		return One(ctx, tx, []any{&hash}, "SELECT hash FROM entry WHERE stream = $1 AND version = $2", p.Stream, p.Entries[last].Version)
	})
	return err == nil && string(hash) == string(p.Hashes[last][:])
}

// pend checks a change and prepares its rows. What passes is sound by itself; whether it still fits the stream is for
// the transaction to say.
func (s *Store) pend(c Change) (*pending, error) {
	p := &pending{Change: c, done: make(chan error, 1), rows: map[*DerivedTable][][]any{}}
	if err := p.checkEntries(); err != nil {
		return nil, err
	}
	if err := p.checkTexts(); err != nil {
		return nil, err
	}
	for _, r := range c.Rows {
		t := s.ByName[r.Table]
		if t == nil {
			return nil, fmt.Errorf("row of %q: no projection has this table", r.Table)
		}
		if err := t.check(r.Values); err != nil {
			return nil, err
		}
		p.rows[t] = append(p.rows[t], t.stored(r.Values))
	}
	return p, nil
}

func (p *pending) checkEntries() error {
	if len(p.Hashes) == len(p.Entries) {
		return nil // a chain has just seen to all of it
	}
	var prev ledger.Digest
	for i, e := range p.Entries {
		if err := e.Check(); err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
		if e.Stream != p.Stream || e.Version != p.Expect+int64(i)+1 || i > 0 && e.Prev != prev {
			return fmt.Errorf("entry %d does not follow on the one before", i)
		}
		prev = e.Hash()
		p.Hashes = append(p.Hashes, prev)
	}
	return nil
}

// checkTexts holds a change to what verification will ask: each text has its digest and is bound by an entry of the
// change, and what is disposed is named by a fact.
func (p *pending) checkTexts() error {
	bound, named := map[ledger.Digest]bool{}, map[ledger.Digest]bool{}
	for _, e := range p.Entries {
		for _, d := range e.Texts {
			bound[d] = true
		}
		gone, err := ledger.Disposed(e)
		if err != nil {
			return err
		}
		for _, d := range gone {
			named[d] = true
		}
	}
	for _, t := range p.Texts {
		if t.Stream != p.Stream || !bound[t.Digest] || t.Content == nil || ledger.TextDigest(t.Salt[:], t.Content) != t.Digest {
			return fmt.Errorf("text %s: not sealed, or bound by no entry of the change", t.Digest)
		}
	}
	for _, d := range p.Dispose {
		if !named[d] {
			return fmt.Errorf("text %s: disposed without a fact that names it", d)
		}
	}
	if len(named) != len(p.Dispose) {
		return fmt.Errorf("a disposal fact names texts that are not disposed")
	}
	return nil
}

// soundText says whether both engines can hold s as text.
func soundText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// steps merges changes into as few statements as there are tables. Rows are in the order of their keys, so that two
// groups that meet in PostgreSQL wait for each other and never in a circle.
func (s *Store) steps(changes []*pending) []step {
	var entries, unsequenced, texts, deliveries, attempts [][]any
	var single []step
	for _, p := range changes {
		for i, e := range p.Entries {
			entries = append(entries, []any{e.Stream, e.Version, e.ID, e.Fact, e.At, e.Actor, e.Pack, string(e.Body),
				string(ledger.TextsJSON(e.Texts)), bytesOf(e.Prev), bytesOf(p.Hashes[i])})
		}
		if n := int64(len(p.Entries)); n > 0 {
			unsequenced = append(unsequenced, []any{p.Stream, p.Expect + 1, p.Expect + n})
		}
		for _, t := range p.Texts {
			texts = append(texts, []any{bytesOf(t.Digest), t.Stream, t.Salt[:], t.Content})
		}
		for _, d := range p.Deliveries {
			deliveries = append(deliveries, d.row())
		}
		for _, a := range p.Attempts {
			attempts = append(attempts, []any{a.Message, a.At, a.Outcome, a.Reply})
		}
		single = append(single, p.singles()...)
	}
	sortRows(entries, 0, 1)
	sortRows(deliveries, 0)
	out := []step{{bulk: EntryBulk, rows: entries}, {bulk: unsequencedBulk, rows: unsequenced}, {bulk: TextBulk, rows: texts},
		{bulk: deliveryBulk, rows: deliveries}, {bulk: attemptBulk, rows: attempts}}
	for i := range s.Derived {
		t := s.ByName[s.Derived[i].Name]
		out = append(out, step{bulk: t.Upsert, rows: t.merged(changes)})
	}
	out = slices.DeleteFunc(out, func(st step) bool { return len(st.rows) == 0 })
	return append(out, single...)
}

func bytesOf(d ledger.Digest) []byte { return d[:] }

// singles are the statements of a change that are not merged.
func (p *pending) singles() []step {
	var out []step
	for _, d := range p.Dispose {
		out = append(out, step{Statement: Statement{"UPDATE text SET salt = NULL, content = NULL WHERE digest = $1", []any{d[:]}}})
	}
	for _, m := range p.Settled {
		out = append(out, step{Statement: Statement{"DELETE FROM delivery WHERE message = $1", []any{m}}})
	}
	for _, st := range p.Plain {
		out = append(out, step{Statement: st})
	}
	return out
}

// merged gathers the rows of one table over all changes, the last of each key only. Rows that are written once are all
// kept: the engine must see that two changes want the same one.
func (d *DerivedTable) merged(changes []*pending) [][]any {
	var rows [][]any
	for _, p := range changes {
		rows = append(rows, p.rows[d]...)
	}
	if len(rows) < 2 {
		return rows
	}
	slices.SortStableFunc(rows, func(a, b []any) int { return CompareRows(a, b, d.KeyAt) })
	last := rows[:0]
	for i, r := range rows {
		if !d.Once && i+1 < len(rows) && CompareRows(r, rows[i+1], d.KeyAt) == 0 {
			continue
		}
		last = append(last, r)
	}
	return last
}

func sortRows(rows [][]any, at ...int) {
	slices.SortStableFunc(rows, func(a, b []any) int { return CompareRows(a, b, at) })
}

// CompareRows orders rows by some of their columns, as both engines do.
func CompareRows(a, b []any, at []int) int {
	for _, i := range at {
		c := 0
		switch x := a[i].(type) {
		case string:
			c = strings.Compare(x, b[i].(string))
		case int64:
			c = cmp.Compare(x, b[i].(int64))
		case []byte:
			c = slices.Compare(x, b[i].([]byte))
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
