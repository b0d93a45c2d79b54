// Package operation holds what an operator looks at: queues, the tree, leases, stores and witnesses of its checkpoints. It is
// data and the few judgements on it; what is measured comes from outside.
package operation

import (
	"fmt"
	"time"

	"tocsin/internal/domain/notify"
)

// Lane is one lane of the delivery queue.
type Lane struct {
	Lane   notify.Lane
	Owed   int64 // messages in it
	Failed int64 // of them, tried before and not taken
	Oldest time.Time
}

// Refusal is a message that the receiving side refused for good. A person was told of it, on its incident.
type Refusal struct {
	At    time.Time
	Reply string
}

// Tree is how far the record has come into the Merkle tree.
type Tree struct {
	Size         int64     // leaves under the newest checkpoint
	Root         string    // of it, hexadecimal
	Covers       time.Time // when the last entry under it was written
	Backlog      int64     // changes without a place yet
	BacklogSince time.Time // when the oldest of them was written
}

// Clocks says how late the clock loop is: how many incidents have something to say that was not said, and since when.
type Clocks struct {
	Waiting int64
	Since   time.Time
}

// Store is the database.
type Store struct {
	Engine        string // sqlite or postgres
	Bytes         int64
	SyncStandbys  int64 // standbys that a commit waits for
	OtherStandbys int64
}

// Lease says who does a work now that only one may do.
type Lease struct {
	Name, Holder string
	Until        time.Time
}

// Loop is one loop of this process.
type Loop struct {
	Name    string
	LastRun time.Time     // zero: not yet
	Period  time.Duration // between rounds without work
	Abroad  bool          // it may wait for servers of others
}

// loopSilence is after what time a loop counts as stuck.
const loopSilence = time.Minute

// Late says that the loop has not run for too long.
func (l Loop) Late(now time.Time) bool { return now.Sub(l.LastRun) > loopSilence+l.Period }

// Disk is the volume on which the record's folder lies. Total is 0 where the system does not say.
type Disk struct{ Free, Total int64 }

// Sent is what an outside witness of checkpoints was last sent, and what went wrong since.
type Sent struct {
	Name    string
	Size    int64  // of the tree
	Note    string // the signed checkpoint
	At      time.Time
	Failed  time.Time // zero: the last attempt went well
	Failure string
}

// Checkpoints go to witnesses as the tree grows, but not more often than at every step, and at least daily, so that their
// silence means something.
const (
	WitnessEvery = 5 * time.Minute
	WitnessDaily = 24 * time.Hour
)

// Due says whether a tree of a size is to be sent to the witness now.
func (s Sent) Due(size int64, now time.Time) bool {
	if !s.Failed.IsZero() && now.Sub(s.Failed) < WitnessEvery && !now.Before(s.Failed) {
		return false
	}
	since := now.Sub(s.At)
	return s.At.IsZero() || since < 0 || since >= WitnessDaily || size != s.Size && since >= WitnessEvery
}

// Floor says whether a disk is too full to take reports. It does not flap: once full, it is only well again when a quarter
// more than the floor is free.
type Floor struct {
	Bytes int64 // free bytes below which the disk counts as full
	full  bool
}

// Full judges a new measurement. A disk of unknown size is never full.
func (f *Floor) Full(d Disk) bool {
	switch {
	case d.Total == 0:
		f.full = false
	case d.Free < f.Bytes:
		f.full = true
	case d.Free >= f.Bytes+f.Bytes/4:
		f.full = false
	}
	return f.full
}

// HoldsError is what a witness says that holds another size of the tree than it was told: it wants the proof from there.
type HoldsError struct{ Size int64 }

// Error implements error.
func (e HoldsError) Error() string { return fmt.Sprintf("the witness holds a tree of %d", e.Size) }
