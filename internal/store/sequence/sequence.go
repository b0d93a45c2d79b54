package sequence

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"tocsin/internal/domain/fault"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

// NewestCheckpoint is LatestCheckpoint for the application: found is false while there is none.
func (c *Store) NewestCheckpoint(ctx context.Context) (p ledger.Checkpoint, found bool, err error) {
	p, err = c.LatestCheckpoint(ctx)
	if errors.Is(err, engine.ErrNoRow) {
		return p, false, nil
	}
	return p, err == nil, err
}

// sequenceBatch is the most changes that one step gives a place in the tree, so that a step stays short: on
// SQLite commits wait for it.
const sequenceBatch = 64

// Sequence is one step of the sequencer: it gives changes without a place their leaves in the tree, in the order of
// their commits and so in the order of each stream, grows the tiles, and signs a checkpoint over all of it, in one
// transaction that holds the lease. It returns how many entries got a place, and the newest checkpoint; with n > 0 call
// again. A crash leaves all of a step or nothing; two sequencers cannot both extend one tree, since leaf, tile and
// checkpoint would collide. signer must be local: it signs inside the transaction.
func (s *Store) Sequence(ctx context.Context, lease engine.Lease, signer note.Signer, now time.Time) (n int, c ledger.Checkpoint, err error) {
	if lease.Until <= now.UnixMicro() {
		return 0, c, fault.Conflict("the lease %s has run out", lease.Name)
	}
	err = s.Update(ctx, func(tx engine.Tx) error {
		if err := engine.HoldLease(ctx, tx, lease); err != nil {
			return err
		}
		if n, c, err = s.SequenceBatch(ctx, tx, signer); err != nil {
			return err
		}
		return s.Cfg.FaultAt("before_sequenced")
	})
	if err == nil {
		err = s.Cfg.FaultAt("after_sequenced")
	}
	switch {
	case errors.Is(err, engine.ErrFenced):
		return 0, c, fault.Conflict("the lease %s is held by another", lease.Name)
	case err != nil:
		return 0, c, fmt.Errorf("sequence: %w", err)
	}
	return n, c, nil
}

// SequenceBatch gives one batch of new entries their places.
func (s *Store) SequenceBatch(ctx context.Context, tx engine.Tx, signer note.Signer) (int, ledger.Checkpoint, error) {
	head, err := treeHead(ctx, tx)
	if err != nil {
		return 0, head, err
	}
	tiles := TilesIn(ctx, tx)
	grower, err := ledger.NewGrower(head.Size, tiles)
	if err != nil {
		return 0, head, err
	}
	// Growing a tree that is not the one last signed would make a second history.
	if root, err := grower.Root(); err != nil || head.Size > 0 && root != head.Root {
		return 0, head, errors.Join(err, fmt.Errorf("the tree is not that of checkpoint %d: verify the record", head.Size))
	}
	leaves, waited, err := nextLeaves(ctx, tx, head.Size)
	if err != nil || len(leaves.rows) == 0 {
		return 0, head, err
	}
	for _, h := range leaves.hashes {
		if err := grower.Append(h); err != nil {
			return 0, head, err
		}
	}
	c, err := putTree(ctx, tx, grower, leaves.rows, signer)
	if err != nil {
		return 0, head, err
	}
	return len(leaves.rows), c, forgetSequenced(ctx, tx, waited)
}

// forgetSequenced takes changes off the waiting list by their numbers: a lower number may still be on its way.
func forgetSequenced(ctx context.Context, tx engine.Tx, seqs []int64) error {
	for len(seqs) > 0 {
		n := engine.ShapeFor(len(seqs))
		args := make([]any, n)
		for i := range args {
			args[i] = seqs[min(i, len(seqs)-1)]
		}
		if _, err := tx.Exec(ctx, "DELETE FROM unsequenced WHERE seq IN "+engine.Placeholders(1, n), args...); err != nil {
			return err
		}
		seqs = seqs[min(n, len(seqs)):]
	}
	return nil
}

// treeHead returns the newest checkpoint and makes sure that the leaves end where it does.
func treeHead(ctx context.Context, tx engine.Tx) (ledger.Checkpoint, error) {
	c, err := LatestCheckpoint(ctx, tx)
	if err != nil && !errors.Is(err, engine.ErrNoRow) {
		return c, err
	}
	var leaves int64
	if err := engine.One(ctx, tx, []any{&leaves}, "SELECT coalesce(max(idx) + 1, 0) FROM leaf"); err != nil {
		return c, err
	}
	if leaves != c.Size {
		return c, fmt.Errorf("%d leaves, but the newest checkpoint covers %d: verify the record", leaves, c.Size)
	}
	return c, nil
}

// leafRows are entries that wait for their place.
type leafRows struct {
	rows   [][]any // of the leaf table
	hashes []ledger.Digest
}

// nextLeaves returns the entries of the changes that have waited longest, and the numbers of those changes.
func nextLeaves(ctx context.Context, tx engine.Tx, size int64) (l leafRows, seqs []int64, err error) {
	err = engine.Each(ctx, tx, func(rows engine.Rows) error {
		var seq int64
		var id string
		var hash []byte
		if err := rows.Scan(&seq, &id, &hash); err != nil {
			return err
		}
		if len(hash) != len(ledger.Digest{}) {
			return fmt.Errorf("entry %s: its hash has the wrong length", id)
		}
		if n := len(seqs); n == 0 || seqs[n-1] != seq {
			seqs = append(seqs, seq)
		}
		l.rows = append(l.rows, []any{size + int64(len(l.rows)), id})
		l.hashes = append(l.hashes, ledger.Digest(hash))
		return nil
	}, "SELECT u.seq, e.id, e.hash FROM (SELECT seq, stream, first, last FROM unsequenced ORDER BY seq"+engine.AtMost(sequenceBatch)+
		") u JOIN entry e ON e.stream = u.stream AND e.version BETWEEN u.first AND u.last ORDER BY u.seq, e.version")
	return l, seqs, err
}

// putTree writes leaves, tiles and the checkpoint over them.
func putTree(ctx context.Context, tx engine.Tx, grower *ledger.Grower, leaves [][]any, signer note.Signer) (ledger.Checkpoint, error) {
	if err := engine.InsertRows(ctx, tx, engine.LeafBulk, leaves); err != nil {
		return ledger.Checkpoint{}, err
	}
	for _, t := range append(grower.Full(), grower.Open()...) {
		n, err := tx.Exec(ctx, "UPDATE tile SET hashes = $3 WHERE level = $1 AND idx = $2", t.Level, t.Index, t.Hashes)
		if err == nil && n == 0 {
			_, err = tx.Exec(ctx, "INSERT INTO tile (level, idx, hashes) VALUES ($1, $2, $3)", t.Level, t.Index, t.Hashes)
		}
		if err != nil {
			return ledger.Checkpoint{}, err
		}
	}
	root, err := grower.Root()
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	c, err := ledger.SignCheckpoint(grower.Size(), root, signer)
	if err != nil {
		return c, err
	}
	_, err = tx.Exec(ctx, "INSERT INTO checkpoint (size, note) VALUES ($1, $2)", c.Size, string(c.Note))
	return c, err
}

// TilesIn reads the tiles of the tree within a transaction.
func TilesIn(ctx context.Context, tx engine.Tx) ledger.Tiles {
	return func(level, index int64) ([]byte, error) {
		var hashes []byte
		err := engine.One(ctx, tx, []any{&hashes}, "SELECT hashes FROM tile WHERE level = $1 AND idx = $2", level, index)
		if errors.Is(err, engine.ErrNoRow) {
			return nil, nil
		}
		return hashes, err
	}
}

// LatestCheckpoint returns the newest checkpoint; ErrNoRow before the first.
func LatestCheckpoint(ctx context.Context, tx engine.Tx) (ledger.Checkpoint, error) {
	var signed string
	if err := engine.One(ctx, tx, []any{&signed}, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1"); err != nil {
		return ledger.Checkpoint{}, err
	}
	return ledger.ParseCheckpoint([]byte(signed))
}

// LatestCheckpoint returns the newest checkpoint; ErrNoRow before the first.
func (s *Store) LatestCheckpoint(ctx context.Context) (c ledger.Checkpoint, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		c, err = LatestCheckpoint(ctx, tx)
		return err
	})
	return c, err
}

// Unsequenced returns how many changes wait for their place in the tree.
func (s *Store) Unsequenced(ctx context.Context) (n int64, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&n}, "SELECT count(*) FROM unsequenced")
	})
	return n, err
}

// LeafOf returns the place of an entry in the tree; ErrNoRow while it has none.
func (s *Store) LeafOf(ctx context.Context, entryID string) (leaf int64, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		leaf, err = leafOf(ctx, tx, entryID)
		return err
	})
	return leaf, err
}

func leafOf(ctx context.Context, tx engine.Tx, entryID string) (leaf int64, err error) {
	err = engine.One(ctx, tx, []any{&leaf}, "SELECT idx FROM leaf WHERE entry = $1", entryID)
	return leaf, err
}

// Inclusion proves that an entry is in the tree of the given size. ErrNoRow while the entry has no place there.
func (s *Store) Inclusion(ctx context.Context, entryID string, size int64) (leaf int64, path []ledger.Digest, err error) {
	err = s.View(ctx, func(tx engine.Tx) error {
		if leaf, err = leafOf(ctx, tx, entryID); err != nil {
			return err
		}
		if leaf >= size {
			return engine.ErrNoRow
		}
		path, err = ledger.Inclusion(leaf, size, TilesIn(ctx, tx))
		return err
	})
	return leaf, path, err
}

// Consistency proves that the tree of size n is that of size m grown.
func (s *Store) Consistency(ctx context.Context, m, n int64) (path []ledger.Digest, err error) {
	err = s.View(ctx, func(tx engine.Tx) error {
		path, err = ledger.Consistency(m, n, TilesIn(ctx, tx))
		return err
	})
	return path, err
}

// Receipt makes the receipt of a filing's entry under the newest checkpoint; ErrNoRow until the sequencer has been there.
func (s *Store) Receipt(ctx context.Context, e ledger.Entry) (r ledger.Receipt, err error) {
	err = s.View(ctx, func(tx engine.Tx) error {
		leaf, err := leafOf(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		c, err := LatestCheckpoint(ctx, tx)
		if err != nil {
			return err
		}
		path, err := ledger.Inclusion(leaf, c.Size, TilesIn(ctx, tx))
		if err != nil {
			return err
		}
		// A receipt that would not verify must not go out: better an alarm here than at the filer's.
		if err := ledger.VerifyInclusion(leaf, c.Size, e.Hash(), path, c.Root); err != nil {
			return fmt.Errorf("receipt of %s: %w", e.ID, err)
		}
		r, err = ledger.NewReceipt(e, leaf, path, c)
		return err
	})
	return r, err
}
