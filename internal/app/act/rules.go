package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/internal/domain/enactment"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// Enactments keeps which version of which pack is in force from when on, with the files of each.
type Enactments interface {
	// Enactments lists the versions of all packs, without their reasons.
	Enactments(ctx context.Context) ([]enactment.Enactment, error)
	PackHistory(ctx context.Context, pack string) (enactment.State, error)
	// UpdatePolicy lets decide say what follows for a pack, and writes that with the files to keep in one transaction.
	UpdatePolicy(ctx context.Context, pack string, keep []enactment.Kept, decide func(enactment.State) (ledger.Decision, error)) error
	KeepPacks(ctx context.Context, keep []enactment.Kept) error
	KeptPack(ctx context.Context, digest string) (k enactment.Kept, found bool, err error)
}

// Proposals keeps versions that somebody sent and nobody enacted yet.
type Proposals interface {
	SaveProposal(ctx context.Context, p enactment.Proposal) error
	Proposal(ctx context.Context, pack, id string) (p enactment.Proposal, found bool, err error)
	Proposals(ctx context.Context, pack string) ([]enactment.Proposal, error)
	DropProposal(ctx context.Context, pack, id string) error
	SweepProposals(ctx context.Context, before time.Time) error
}

// Rulebook is all of it, with what runs the cases of a pack. Without Enactments the packs that the installation came with
// hold for good.
type Rulebook struct {
	Enactments
	Proposals
	RunCases func(*policy.Pack) []policy.CaseResult
}

// RulebookOf connects all of it to one store.
func RulebookOf[S interface {
	Enactments
	Proposals
}](s S, run func(*policy.Pack) []policy.CaseResult) Rulebook {
	return Rulebook{s, s, run}
}

// rules holds the versions of packs that are or will be in force. What was decided elsewhere is looked up at most once a
// second, as the directory is; which version holds at an instant follows from that without asking anybody.
type rules struct {
	mu      sync.Mutex
	current atomic.Pointer[knownRules]
	loading sync.Mutex
	loaded  map[string]*policy.Pack // by digest
	broken  map[string]string       // digests that this program cannot read, and why
}

type knownRules struct {
	list    []enactment.Enactment
	packs   map[string]*policy.Pack // by digest: what can be asked without the database
	trouble []string
	checked time.Time
}

// rulesAge is how old what is known of the versions may be before it is looked up again.
const rulesAge = time.Second

// RefreshRules looks up what was decided. It fails only where nothing is known at all: then no decision may be made, because
// it could be made by rules that hold no more.
func (a *Kernel) RefreshRules(ctx context.Context, force bool) error {
	if a.Rulebook.Enactments == nil {
		return nil
	}
	fresh := func() bool {
		now, c := a.Now(), a.rules.current.Load()
		return c != nil && !force && now.Sub(c.checked) < rulesAge && !now.Before(c.checked)
	}
	if fresh() {
		return nil
	}
	a.rules.mu.Lock()
	defer a.rules.mu.Unlock()
	if fresh() {
		return nil
	}
	before := a.rules.current.Load()
	next, err := a.readRules(ctx, before)
	if err != nil {
		if before == nil {
			return fmt.Errorf("read which packs are in force: %w", err)
		}
		return nil
	}
	a.rules.current.Store(next)
	return nil
}

func (a *Kernel) readRules(ctx context.Context, before *knownRules) (*knownRules, error) {
	now := a.Now()
	list, err := a.Rulebook.Enactments.Enactments(ctx)
	if err != nil {
		return nil, err
	}
	if before != nil && slices.Equal(list, before.list) {
		same := *before
		same.checked = now
		return &same, nil
	}
	next := &knownRules{list: list, packs: map[string]*policy.Pack{}, checked: now}
	for _, id := range packIDs(list) {
		if err := a.readVersions(ctx, next, id, now); err != nil {
			return nil, err
		}
	}
	return next, nil
}

func packIDs(list []enactment.Enactment) (ids []string) {
	for _, e := range list {
		if !slices.Contains(ids, e.Pack) {
			ids = append(ids, e.Pack)
		}
	}
	return ids
}

// readVersions reads the versions of one pack that wait or are in force. Of one that this program cannot read it says so, and
// the last one before it that it can read goes on: filing never stops for it.
func (a *Kernel) readVersions(ctx context.Context, next *knownRules, id string, now time.Time) error {
	list := VersionsOf(next.list, id)
	for i := len(list) - 1; i >= 0; i-- {
		e := list[i]
		if e.Withdrawn() {
			continue
		}
		p, err := a.PackByDigest(ctx, id, e.Digest)
		var unreadable *UnreadableError
		switch {
		case errors.As(err, &unreadable):
			next.trouble = append(next.trouble, fmt.Sprintf("Version %s of the pack %s, enacted to be in force from %s, cannot be read by this program: %s. The version before it goes on.",
				e.Version, id, e.EffectiveAt.Format(time.RFC3339), unreadable.why))
			continue
		case err != nil:
			return err
		}
		next.packs[e.Digest] = p
		if !now.Before(e.EffectiveAt) {
			return nil
		}
	}
	return nil
}

// KnownVersions lists the versions of a pack that were decided on, as last looked up.
func (a *Kernel) KnownVersions(pack string) []enactment.Enactment {
	if known := a.rules.current.Load(); known != nil {
		return VersionsOf(known.list, pack)
	}
	return nil
}

// VersionsOf lists the versions of one pack.
func VersionsOf(list []enactment.Enactment, id string) (out []enactment.Enactment) {
	for _, e := range list {
		if e.Pack == id {
			out = append(out, e)
		}
	}
	return out
}

// packAt answers the version of a pack in force at an instant, without asking the database.
func (a *Kernel) packAt(id string, at time.Time) (*policy.Pack, bool) {
	if known := a.rules.current.Load(); known != nil {
		list := slices.DeleteFunc(VersionsOf(known.list, id), func(e enactment.Enactment) bool { return known.packs[e.Digest] == nil })
		if e, ok := enactment.InForce(list, at); ok {
			return known.packs[e.Digest], true
		}
	}
	return a.Packs(id)
}

// PackNow answers the version of a pack in force now.
func (a *Kernel) PackNow(id string) (*policy.Pack, bool) { return a.packAt(id, a.Now()) }

// PackInForce answers the version of a pack in force now.
func (a *Kernel) PackInForce(id string) (*policy.Pack, bool) { return a.PackNow(id) }

// PolicyTrouble says which versions that were enacted this program cannot read.
func (a *Kernel) PolicyTrouble() []string {
	if known := a.rules.current.Load(); known != nil {
		return known.trouble
	}
	return nil
}

// KeptOf are the files of a pack and of those that it is laid over.
func KeptOf(p *policy.Pack) (out []enactment.Kept) {
	for ; p != nil; p = p.Base() {
		k := enactment.Kept{Digest: p.Digest, Pack: p.ID, Version: p.Version, Archive: p.Files().Archive()}
		if p.Base() != nil {
			k.Base = p.Base().Digest
		}
		out = append(out, k)
	}
	return out
}

// UnreadableError is what stands in the way of a version for good: its files are not kept, damaged, or not of this program.
type UnreadableError struct{ digest, why string }

// Error implements error.
func (e *UnreadableError) Error() string { return "the pack " + e.digest + " cannot be read: " + e.why }

// PackByDigest answers a version of a pack that was, is or will be in force; *unreadableError where this program cannot.
func (a *Kernel) PackByDigest(ctx context.Context, id, digest string) (*policy.Pack, error) {
	if p, ok := a.Packs(id); ok && p.Digest == digest {
		return p, nil
	}
	a.rules.loading.Lock()
	defer a.rules.loading.Unlock()
	return a.loadKept(ctx, digest)
}

func (a *Kernel) loadKept(ctx context.Context, digest string) (*policy.Pack, error) {
	if p := a.rules.loaded[digest]; p != nil {
		return p, nil
	}
	if why := a.rules.broken[digest]; why != "" {
		return nil, &UnreadableError{digest, why}
	}
	k, found, err := a.Rulebook.KeptPack(ctx, digest)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, &UnreadableError{digest, "its files are not kept"}
	}
	p, err := a.readKept(ctx, k)
	var unreadable *UnreadableError
	if err != nil && !errors.As(err, &unreadable) {
		return nil, err
	}
	if a.rules.loaded == nil {
		a.rules.loaded, a.rules.broken = map[string]*policy.Pack{}, map[string]string{}
	}
	if err != nil {
		a.rules.broken[digest] = unreadable.why
		return nil, err
	}
	a.rules.loaded[digest] = p
	return p, nil
}

// readKept makes a pack of its files, and checks that they are those of the digest.
func (a *Kernel) readKept(ctx context.Context, k enactment.Kept) (*policy.Pack, error) {
	files, err := policy.ReadArchive(k.Archive)
	if err != nil {
		return nil, &UnreadableError{k.Digest, err.Error()}
	}
	var outage error
	p, err := files.Load(k.Pack, func(id string) (*policy.Pack, error) {
		if p, ok := a.Packs(id); ok && p.Digest == k.Base {
			return p, nil
		}
		base, err := a.loadKept(ctx, k.Base)
		var unreadable *UnreadableError
		if err != nil && !errors.As(err, &unreadable) {
			outage = err
		}
		return base, err
	})
	switch {
	case outage != nil:
		return nil, outage
	case err != nil:
		return nil, &UnreadableError{k.Digest, err.Error()}
	case p.Digest != k.Digest:
		return nil, &UnreadableError{k.Digest, "its files were changed"}
	}
	return p, nil
}
