package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tocsin/internal/domain/operation"
	"tocsin/internal/ledger"
)

// Grown is the tree and what is kept of its witnesses.
type Grown interface {
	NewestCheckpoint(ctx context.Context) (c ledger.Checkpoint, ok bool, err error)
	// Consistency proves that the first n leaves of the tree grew from the first m.
	Consistency(ctx context.Context, m, n int64) ([]ledger.Digest, error)
	Witness(ctx context.Context, name string) (operation.Sent, error)
	KeepWitness(ctx context.Context, w operation.Sent) error
}

// Witness keeps checkpoints where the owner of the database cannot change them.
type Witness interface {
	Name() string
	// Held answers the last checkpoint that the witness itself holds; nil where it cannot be asked or holds none.
	Held(ctx context.Context) (note []byte, err error)
	// Send hands over a checkpoint, with the proof that it grew from the one of size old.
	Send(ctx context.Context, c ledger.Checkpoint, old int64, proof []ledger.Digest) error
}

// Witnessing sends checkpoints out. A tree that is not what a witness holds, grown, is not sent: that is what witnesses are for.
type Witnessing struct {
	Tree      Grown
	Witnesses []Witness
	Now       func() time.Time
	Log       *slog.Logger
	// Alarm tells a person, at most so often that it is read. May be nil.
	Alarm func(ctx context.Context, about, words string) error
}

// errForked says that the tree is not what a witness holds, grown.
var errForked = errors.New("REFUSED: the tree is not the one that this witness holds, grown; verify the record against the " +
	"witness's checkpoint")

// Step sends to each witness whose time has come. One that fails holds up no other.
func (w *Witnessing) Step(ctx context.Context, _ int64) (bool, error) {
	c, ok, err := w.Tree.NewestCheckpoint(ctx)
	if err != nil || !ok {
		return false, err
	}
	for _, one := range w.Witnesses {
		last, err := w.Tree.Witness(ctx, one.Name())
		if err != nil {
			return false, err
		}
		if !last.Due(c.Size, w.Now()) {
			continue
		}
		if err := w.send(ctx, one, c, last); err != nil {
			w.Log.Error("a witness did not get the checkpoint", "witness", one.Name(), "size", c.Size, "error", err.Error())
			last.Failed, last.Failure = w.Now(), err.Error()
			if errors.Is(err, errForked) && w.Alarm != nil {
				err = w.Alarm(ctx, "witness", fmt.Sprintf("%s: %s", one.Name(), err))
			} else {
				err = nil
			}
			if err := errors.Join(err, w.Tree.KeepWitness(ctx, last)); err != nil {
				return false, err
			}
			continue
		}
		if err := w.Tree.KeepWitness(ctx, operation.Sent{Name: one.Name(), Size: c.Size, Note: string(c.Note), At: w.Now()}); err != nil {
			return false, err
		}
	}
	return false, nil
}

// send hands the checkpoint over when it grew from the one that the witness holds, or else from the one it was last sent.
func (w *Witnessing) send(ctx context.Context, one Witness, c ledger.Checkpoint, last operation.Sent) error {
	note, err := one.Held(ctx)
	if err != nil {
		return err
	}
	if note == nil {
		note = []byte(last.Note)
	}
	if len(note) == 0 {
		return w.hand(ctx, one, c, 0, nil)
	}
	held, err := ledger.ParseCheckpoint(note)
	if err != nil {
		return fmt.Errorf("the checkpoint that the witness holds cannot be read: %w", err)
	}
	if held.Origin != c.Origin || held.Size > c.Size {
		return errForked
	}
	proof, err := w.Tree.Consistency(ctx, held.Size, c.Size)
	if err != nil {
		return errors.Join(errForked, err)
	}
	if err := ledger.VerifyConsistency(held.Size, c.Size, proof, held.Root, c.Root); err != nil {
		return errForked
	}
	return w.hand(ctx, one, c, held.Size, proof)
}

// hand sends, and once more with the proof from where the witness says that it stands: what it got may not be on record here
// when this process was cut off in between.
func (w *Witnessing) hand(ctx context.Context, one Witness, c ledger.Checkpoint, old int64, proof []ledger.Digest) error {
	err := one.Send(ctx, c, old, proof)
	var holds operation.HoldsError
	if !errors.As(err, &holds) {
		return err
	}
	if holds.Size > c.Size {
		return errForked
	}
	if proof, err = w.Tree.Consistency(ctx, holds.Size, c.Size); err != nil {
		return errors.Join(errForked, err)
	}
	return one.Send(ctx, c, holds.Size, proof)
}
