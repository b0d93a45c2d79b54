package check

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"tocsin/internal/ledger"
	"tocsin/internal/store/directory"
	"tocsin/internal/store/engine"
)

// VerifyOptions say what the record is checked against.
type VerifyOptions struct {
	Key      note.Verifier   // of the log; nil leaves signatures unchecked, and the report says so
	Anchors  [][]byte        // signed checkpoints kept outside: by witnesses, in mails, on receipts
	Progress engine.Progress // may be nil
	TempDir  string          // for the replay that derived tables are compared with; empty: the system's

	Blunt bool // leaves out the search for the one changed byte; tests that flip thousands do without
}

// Report is what verification saw. The record is sound when there are no findings.
type Report struct {
	Entries, Streams, Texts, Disposed, Leaves, Unsequenced, Tiles, Checkpoints, Rows, DirectoryItems int64

	Size     int64         // of the tree, and its root as worked out anew
	Root     ledger.Digest //
	Anchored int64         // size of the largest outside checkpoint that the tree agrees with
	Findings []ledger.Finding
	Omitted  int64    // findings beyond maxFindings
	Notes    []string // what this verification could not show
}

// Sound says whether nothing was found.
func (r *Report) Sound() bool { return len(r.Findings) == 0 }

// MaxFindings bounds the report: a shifted table would otherwise name every row.
const MaxFindings = 1000

// maxRepairs bounds the search for single changed bytes: beyond that, damage is no accident of one byte.
const maxRepairs = 20

// Found adds a finding.
func (r *Report) Found(f ...ledger.Finding) {
	for _, one := range f {
		if len(r.Findings) < MaxFindings {
			r.Findings = append(r.Findings, one)
		} else {
			r.Omitted++
		}
	}
}

// verifier is one run over one snapshot.
type verifier struct {
	s      *engine.Store
	tx     engine.Tx
	opts   VerifyOptions
	report *Report
	repair int   // attempts at locating a single changed byte that are left
	total  int64 // entries

	replayed *scratch

	imported *ledger.Entry // the newest directory import
}

// Verify checks the whole record in one snapshot, beside a working server, in bounded memory: every entry, text, leaf,
// tile and checkpoint, every derived row against a replay, the directory against its last import, and the engine's own
// structures. An error means that the check could not be finished; what it found is in the report.
func (s *Store) Verify(ctx context.Context, opts VerifyOptions) (*Report, error) {
	var r *Report
	err := s.View(ctx, func(tx engine.Tx) (err error) {
		r, err = s.VerifyIn(ctx, tx, opts)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("verify: %w", err)
	}
	return r, nil
}

// VerifyIn verifies within a snapshot.
func (s *Store) VerifyIn(ctx context.Context, tx engine.Tx, opts VerifyOptions) (*Report, error) {
	v := &verifier{s: s.Store, tx: tx, opts: opts, report: &Report{}, repair: maxRepairs}
	if err := engine.One(ctx, tx, []any{&v.total}, "SELECT count(*) FROM entry"); err != nil {
		return v.report, err
	}
	var err error
	if v.replayed, err = v.newScratch(ctx, v.total); err != nil {
		return v.report, err
	}
	defer v.replayed.close()
	for _, check := range []func(context.Context) error{v.guards, v.streams, v.orphanTexts, v.waiting, v.tree, v.derived, v.directory, v.engine} {
		if err := check(ctx); err != nil {
			return v.report, err
		}
	}
	return v.report, nil
}

// streams checks entries and texts, stream by stream, and replays them on the way.
func (v *verifier) streams(ctx context.Context) error {
	return engine.EachStreams(ctx, v.tx, func(streams [][]engine.StoredEntry) error {
		texts, err := v.textRows(ctx, streams)
		if err != nil {
			return err
		}
		leaves, err := v.leavesOf(ctx, streams)
		if err != nil {
			return err
		}
		// Replaying takes as long as checking, and needs nothing of it.
		var replayed []ledger.Finding
		var aside sync.WaitGroup
		aside.Go(func() {
			for _, stored := range streams {
				replayed = append(replayed, v.project(ctx, stored, texts)...)
			}
		})
		for _, stored := range streams {
			v.stream(stored, texts, leaves)
		}
		aside.Wait()
		v.report.Found(replayed...)
		if v.opts.Progress != nil {
			v.opts.Progress(v.report.Entries, v.total)
		}
		return nil
	})
}

func (v *verifier) textRows(ctx context.Context, streams [][]engine.StoredEntry) (map[ledger.Digest]ledger.StoredText, error) {
	var digests []ledger.Digest
	for _, stored := range streams {
		for _, e := range stored {
			for _, d := range e.Texts {
				digests = append(digests, d)
			}
		}
	}
	texts := make(map[ledger.Digest]ledger.StoredText, len(digests))
	err := engine.StoredTexts(ctx, v.tx, digests, func(d ledger.Digest, t ledger.StoredText) { texts[d] = t })
	return texts, err
}

// leavesOf returns the places of entries in the tree.
func (v *verifier) leavesOf(ctx context.Context, streams [][]engine.StoredEntry) (map[string]int64, error) {
	leaves := map[string]int64{}
	var ids []any
	for _, stored := range streams {
		for _, e := range stored {
			ids = append(ids, e.ID)
		}
	}
	for len(ids) > 0 {
		n := engine.ShapeFor(len(ids))
		args := make([]any, n)
		for i := range args {
			args[i] = ids[min(i, len(ids)-1)]
		}
		ids = ids[min(n, len(ids)):]
		err := engine.Each(ctx, v.tx, func(rows engine.Rows) error {
			var id string
			var leaf int64
			err := rows.Scan(&id, &leaf)
			leaves[id] = leaf
			return err
		}, "SELECT entry, idx FROM leaf WHERE entry IN "+engine.Placeholders(1, n), args...)
		if err != nil {
			return nil, err
		}
	}
	return leaves, nil
}

func (v *verifier) stream(stored []engine.StoredEntry, texts map[ledger.Digest]ledger.StoredText, leaves map[string]int64) {
	entries := make([]ledger.Entry, len(stored))
	bound := map[ledger.Digest]bool{}
	for i := range stored {
		e := &stored[i]
		entries[i] = e.Entry
		v.report.Entries++
		v.stored(e)
		if e.Fact == directory.DirectoryFact && (v.imported == nil || e.At >= v.imported.At) {
			v.imported = &entries[i]
		}
		for _, d := range e.Texts {
			if t, ok := texts[d]; ok && !bound[d] {
				bound[d] = true
				v.report.Texts++
				if t.Content == nil {
					v.report.Disposed++
				}
			}
		}
	}
	v.report.Streams++
	v.report.Found(ledger.VerifyStream(entries[0].Stream, entries, func(d ledger.Digest) (ledger.StoredText, bool) {
		t, ok := texts[d]
		return t, ok
	}, v.s.Cfg.Registry)...)
	v.leafOrder(entries, leaves)
}

// stored checks what stands in the row beside the entry itself: the spelling of its digests and the hash column.
func (v *verifier) stored(e *engine.StoredEntry) {
	at := func(column string, from, to int64, detail string) {
		v.report.Found(ledger.Finding{Table: "entry", Key: fmt.Sprintf("%s/%d", e.Stream, e.Version), Column: column, Entry: e.ID,
			From: from, To: to, Detail: detail})
	}
	if _, err := ledger.ParseTexts([]byte(e.RawTexts)); err != nil {
		at("texts", 0, int64(len(e.RawTexts)), err.Error())
	}
	if len(e.RawPrev) != len(ledger.Digest{}) {
		at("prev", 0, int64(len(e.RawPrev)), "is not a digest")
	}
	if hash := e.Hash(); !bytes.Equal(e.RawHash, hash[:]) {
		column, from, to := v.locate(e)
		at(column, from, to, "the entry does not have the hash that stands beside it")
	}
}

// locate tries to name the byte that was changed: where one byte of the body, put right, gives back the stored hash,
// it is that byte. Otherwise all of the entry is suspect.
func (v *verifier) locate(e *engine.StoredEntry) (column string, from, to int64) {
	if v.opts.Blunt || v.repair == 0 || len(e.RawHash) != len(ledger.Digest{}) {
		return "", 0, 0
	}
	v.repair--
	if at, ok := ledger.LocateByte(e.Entry, ledger.Digest(e.RawHash)); ok {
		return "body", at, at + 1
	}
	return "", 0, 0
}

// leafOrder checks that the tree keeps the order of the stream, and counts what has no place yet: that is the newest
// entries of a stream only.
func (v *verifier) leafOrder(entries []ledger.Entry, leaves map[string]int64) {
	last, waits := int64(-1), false
	for _, e := range entries {
		leaf, ok := leaves[e.ID]
		detail := ""
		switch {
		case !ok:
			waits = true
			v.report.Unsequenced++
		case waits:
			detail = "has a place in the tree, an earlier entry of its stream has none"
		case leaf <= last:
			detail = fmt.Sprintf("stands at leaf %d, an earlier entry of its stream at %d", leaf, last)
		}
		if ok {
			last = leaf
		}
		if detail != "" {
			v.report.Found(ledger.Finding{Table: "leaf", Key: fmt.Sprint(leaf), Entry: e.ID, Detail: detail})
		}
	}
}

// orphanTexts names texts that no entry binds. Counting comes first: only where the counts differ is each text looked up.
func (v *verifier) orphanTexts(ctx context.Context) error {
	var rows int64
	if err := engine.One(ctx, v.tx, []any{&rows}, "SELECT count(*) FROM text"); err != nil || rows == v.report.Texts {
		return err
	}
	type text struct {
		digest []byte
		stream string
	}
	last, more := []byte{}, true
	for more {
		var batch []text
		err := engine.Each(ctx, v.tx, func(rows engine.Rows) error {
			var t text
			err := rows.Scan(&t.digest, &t.stream)
			batch = append(batch, t)
			return err
		}, "SELECT digest, stream FROM text WHERE digest > $1 ORDER BY digest LIMIT 500", last)
		if err != nil {
			return err
		}
		for _, t := range batch {
			last = t.digest
			var n int64
			err := engine.One(ctx, v.tx, []any{&n}, "SELECT count(*) FROM entry WHERE stream = $1 AND texts LIKE $2", t.stream, fmt.Sprintf(`%%"%x"%%`, t.digest))
			if err != nil {
				return err
			}
			if n == 0 {
				v.report.Found(ledger.Finding{Table: "text", Key: fmt.Sprintf("%x", t.digest), Detail: "no entry of its stream binds it"})
			}
		}
		more = len(batch) > 0
	}
	return nil
}

// waiting checks the list of changes that have no place in the tree: it must name exactly the entries without one.
func (v *verifier) waiting(ctx context.Context) error {
	var listed int64
	err := engine.Each(ctx, v.tx, func(rows engine.Rows) error {
		var seq, first, last, n, placed int64
		var stream string
		if err := rows.Scan(&seq, &stream, &first, &last, &n, &placed); err != nil {
			return err
		}
		listed += n
		if n != last-first+1 || placed > 0 {
			v.report.Found(ledger.Finding{Table: "unsequenced", Key: fmt.Sprint(seq), Detail: fmt.Sprintf("names %s/%d to %d, which are not all there and without a place", stream, first, last)})
		}
		return nil
	}, `SELECT u.seq, u.stream, u.first, u.last, count(e.id), count(l.idx) FROM unsequenced u
LEFT JOIN entry e ON e.stream = u.stream AND e.version BETWEEN u.first AND u.last LEFT JOIN leaf l ON l.entry = e.id
GROUP BY u.seq, u.stream, u.first, u.last ORDER BY u.seq`)
	if err == nil && listed != v.report.Unsequenced {
		v.report.Found(ledger.Finding{Table: "unsequenced", Detail: fmt.Sprintf("names %d entries, but %d have no place in the tree", listed, v.report.Unsequenced)})
	}
	return err
}
