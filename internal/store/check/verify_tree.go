package check

import (
	"context"
	"fmt"
	"math"

	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/sequence"
)

// treeCheck grows the tree anew from the leaves and compares on the way.
type treeCheck struct {
	*verifier
	grower      *ledger.Grower
	checkpoints []ledger.Checkpoint // read ahead, by size
	after       int64               // size of the last checkpoint that was read
	signed      int64               // size of the largest checkpoint that agrees with the leaves
	anchors     map[int64][]ledger.Checkpoint
}

const leafBatch = 2000

// tree checks every leaf, every byte of every tile, and every checkpoint.
func (v *verifier) tree(ctx context.Context) error {
	grower, err := ledger.NewGrower(0, nil)
	if err != nil {
		return err
	}
	t := &treeCheck{verifier: v, grower: grower, after: math.MinInt64, anchors: v.openAnchors()}
	if err := t.leaves(ctx); err != nil {
		return err
	}
	if err := t.tiles(ctx, t.grower.Open()); err != nil {
		return err
	}
	if err := t.strays(ctx); err != nil {
		return err
	}
	v.report.Size = t.grower.Size()
	if v.report.Root, err = t.grower.Root(); err != nil {
		return err
	}
	v.beyond(t.anchors)
	return nil
}

// leaves appends every leaf in order.
func (t *treeCheck) leaves(ctx context.Context) error {
	if err := t.atSize(ctx); err != nil {
		return err
	}
	for after := int64(math.MinInt64); ; {
		type row struct {
			idx  int64
			id   string
			hash []byte
		}
		var batch []row
		err := engine.Each(ctx, t.tx, func(rows engine.Rows) error {
			var r row
			err := rows.Scan(&r.idx, &r.id, &r.hash)
			batch = append(batch, r)
			return err
		}, "SELECT l.idx, l.entry, e.hash FROM leaf l LEFT JOIN entry e ON e.id = l.entry WHERE l.idx > $1 ORDER BY l.idx"+engine.AtMost(leafBatch), after)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, r := range batch {
			after = r.idx
			t.report.Leaves++
			t.leaf(r.idx, r.id, len(r.hash))
			var hash ledger.Digest
			copy(hash[:], r.hash)
			if err := t.grower.Append(hash); err != nil {
				return err
			}
			if err := t.atSize(ctx); err != nil {
				return err
			}
		}
		if err := t.tiles(ctx, t.grower.Full()); err != nil {
			return err
		}
	}
}

func (t *treeCheck) leaf(idx int64, id string, hashLen int) {
	detail := ""
	switch {
	case idx != t.grower.Size():
		detail = fmt.Sprintf("stands where leaf %d should", t.grower.Size())
	case hashLen == 0:
		detail = "its entry is not in the ledger"
	case hashLen != len(ledger.Digest{}):
		detail = "its entry's hash has the wrong length"
	default:
		return
	}
	t.report.Found(ledger.Finding{Table: "leaf", Key: fmt.Sprint(idx), Entry: id, Detail: detail})
}

// atSize compares the tree with the checkpoints and anchors of its present size.
func (t *treeCheck) atSize(ctx context.Context) error {
	size := t.grower.Size()
	if err := t.readAhead(ctx, size); err != nil {
		return err
	}
	own := len(t.checkpoints) > 0 && t.checkpoints[0].Size == size
	if !own && len(t.anchors[size]) == 0 {
		return nil
	}
	root, err := t.grower.Root()
	if err != nil {
		return err
	}
	if own {
		if t.checkpoints[0].Root != root {
			t.badCheckpoint(size, "its root is not that of the leaves")
		} else {
			t.signed = size
		}
		t.checkpoints = t.checkpoints[1:]
	}
	for _, a := range t.anchors[size] {
		if a.Root != root {
			t.report.Found(ledger.Finding{Table: "leaf", Key: fmt.Sprintf("0-%d", size-1), Detail: fmt.Sprintf("an outside checkpoint of size %d has another root: history up to there was rewritten", size)})
		} else {
			t.report.Anchored = max(t.report.Anchored, size)
		}
	}
	delete(t.anchors, size)
	return nil
}

// readAhead keeps the next checkpoints at hand. Those below the present size have no tree to compare with.
func (t *treeCheck) readAhead(ctx context.Context, size int64) error {
	for len(t.checkpoints) == 0 && t.after < math.MaxInt64 {
		n := 0
		err := engine.Each(ctx, t.tx, func(rows engine.Rows) error {
			n++
			return t.checkpoint(rows)
		}, "SELECT size, note FROM checkpoint WHERE size > $1 ORDER BY size LIMIT 500", t.after)
		if err != nil {
			return err
		}
		if n == 0 {
			t.after = math.MaxInt64
		}
	}
	for len(t.checkpoints) > 0 && t.checkpoints[0].Size < size {
		t.badCheckpoint(t.checkpoints[0].Size, "covers a size that the tree never had")
		t.checkpoints = t.checkpoints[1:]
	}
	return nil
}

// checkpoint reads one row, with its signature.
func (t *treeCheck) checkpoint(rows engine.Rows) error {
	var size int64
	var signed string
	if err := rows.Scan(&size, &signed); err != nil {
		return err
	}
	t.after = size
	t.report.Checkpoints++
	c, err := ledger.ParseCheckpoint([]byte(signed))
	if err == nil && t.opts.Key != nil {
		c, err = ledger.OpenOwnCheckpoint([]byte(signed), t.opts.Key)
	}
	switch {
	case err != nil:
		t.badCheckpoint(size, err.Error())
	case c.Size != size:
		t.badCheckpoint(size, "is filed under another size than it says")
	default:
		t.checkpoints = append(t.checkpoints, c)
	}
	return nil
}

func (t *treeCheck) badCheckpoint(size int64, detail string) {
	t.report.Found(ledger.Finding{Table: "checkpoint", Key: fmt.Sprint(size), Column: "note", Detail: detail})
}

// tiles compares tiles as they must be with those that are stored.
func (t *treeCheck) tiles(ctx context.Context, want []ledger.Tile) error {
	for _, w := range want {
		t.report.Tiles++
		have, err := sequence.TilesIn(ctx, t.tx)(w.Level, w.Index)
		if err != nil {
			return err
		}
		if from, to := difference(have, w.Hashes); from < to {
			t.report.Found(ledger.Finding{Table: "tile", Key: fmt.Sprintf("%d/%d", w.Level, w.Index), Column: "hashes", From: from, To: to,
				Detail: fmt.Sprintf("is not what the leaves give (%d bytes, should be %d)", len(have), len(w.Hashes))})
		}
	}
	return nil
}

// difference is the range of bytes from the first to the last that differ; empty where none does.
func difference[T string | []byte](a, b T) (from, to int64) {
	short, long := int64(min(len(a), len(b))), int64(max(len(a), len(b)))
	for from < short && a[from] == b[from] {
		from++
	}
	if short < long {
		return from, long
	}
	for to = long; to > from && a[to-1] == b[to-1]; to-- {
	}
	return from, to
}

// strays names tiles and checkpoints that belong to no tree of this size.
func (t *treeCheck) strays(ctx context.Context) error {
	for _, c := range t.checkpoints {
		t.badCheckpoint(c.Size, "covers more leaves than there are")
	}
	if err := t.readAhead(ctx, math.MaxInt64); err != nil {
		return err
	}
	size := t.grower.Size()
	if t.signed < size {
		// The sequencer signs in the transaction that adds the leaves. (A missing older checkpoint takes nothing away:
		// every later one covers it.)
		t.report.Found(ledger.Finding{Table: "checkpoint", Key: fmt.Sprint(size), Detail: fmt.Sprintf("no sound checkpoint covers leaves %d to %d", t.signed, size-1)})
	}
	return engine.Each(ctx, t.tx, func(rows engine.Rows) error {
		var level, index int64
		if err := rows.Scan(&level, &index); err != nil {
			return err
		}
		if level < 0 || level > 7 || index < 0 || index*ledger.TileWidth >= size>>(8*level) {
			t.report.Found(ledger.Finding{Table: "tile", Key: fmt.Sprintf("%d/%d", level, index), Detail: "no tree of this size has such a tile"})
		}
		return nil
	}, "SELECT level, idx FROM tile ORDER BY level, idx")
}

// openAnchors reads the checkpoints that were kept outside.
func (v *verifier) openAnchors() map[int64][]ledger.Checkpoint {
	anchors := map[int64][]ledger.Checkpoint{}
	for i, signed := range v.opts.Anchors {
		c, err := ledger.ParseCheckpoint(signed)
		if err == nil && v.opts.Key != nil {
			c, err = ledger.OpenCheckpoint(signed, v.opts.Key)
		}
		if err != nil {
			v.report.Found(ledger.Finding{Table: "anchor", Key: fmt.Sprint(i), Detail: err.Error()})
			continue
		}
		anchors[c.Size] = append(anchors[c.Size], c)
	}
	return anchors
}

// beyond judges the anchors that the tree did not reach, and says what nothing inside the record can show.
func (v *verifier) beyond(anchors map[int64][]ledger.Checkpoint) {
	for size := range anchors {
		v.report.Found(ledger.Finding{Table: "leaf", Key: fmt.Sprintf("%d-%d", v.report.Size, size-1),
			Detail: fmt.Sprintf("an outside checkpoint covers %d leaves, the record has %d: it was rolled back or its tail was cut off", size, v.report.Size)})
	}
	if v.opts.Key == nil {
		v.report.Notes = append(v.report.Notes, "No key was given: signatures of checkpoints were not checked.")
	}
	if v.report.Anchored < v.report.Size {
		v.report.Notes = append(v.report.Notes, fmt.Sprintf("Outside checkpoints vouch for the first %d of %d leaves. That the rest was rewritten by someone who holds database and key cannot be ruled out from inside.", v.report.Anchored, v.report.Size))
	}
	if v.report.Unsequenced > 0 {
		v.report.Notes = append(v.report.Notes, fmt.Sprintf("%d entries have no place in the tree yet: no checkpoint covers them.", v.report.Unsequenced))
	}
}
