package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/enactment"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

// PackRefused says why a version of a pack cannot be proposed: everything that is wrong with it, in order of place, or the cases
// that do not hold.
type PackRefused struct {
	Problems policy.Problems
	Failed   []policy.CaseResult
	Ran      int // cases
}

// Error implements error.
func (r *PackRefused) Error() string { return r.faults().Error() }

// Unwrap gives the refusals that every edge knows how to show.
func (r *PackRefused) Unwrap() error { return r.faults() }

func (r *PackRefused) faults() fault.List {
	var out fault.List
	for _, p := range r.Problems {
		out = append(out, fault.Invalid("files", p.Pos.String()+": "+p.Detail, p.Remedy))
	}
	for _, c := range r.Failed {
		out = append(out, fault.Invalid("files", fmt.Sprintf("%s: the case %s does not hold: %s", c.File, c.Case, strings.Join(c.Problems, "; ")), "Mend the rules, or the case where the rules are meant to say something else."))
	}
	return out
}

// rootsOf lists the entities that a pack is set for.
func rootsOf(dir *directory.Snapshot, pack string) (ids []string) {
	for _, e := range dir.Entities() {
		if e.Pack == pack {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// mayEverywhere says whether the actor may do it at every entity that a pack is set for: its rules are one for all of them.
func mayEverywhere(dir *directory.Snapshot, by access.Actor, do access.Action, pack string) bool {
	roots := rootsOf(dir, pack)
	return len(roots) > 0 && !slices.ContainsFunc(roots, func(e string) bool { return !access.Allow(by, do, access.Object{Entity: e}) })
}

// mayPropose: who operates the jurisdiction prepares a version, and who may enact one.
func mayPropose(dir *directory.Snapshot, by access.Actor, pack string) bool {
	return mayEverywhere(dir, by, access.Operate, pack) || mayEverywhere(dir, by, access.Enact, pack)
}

var errNoPack = fault.NotFound("There is no such pack in force, or it is not for you.")

// packFor is a pack in force, where allowed says that the actor may do what comes next. Denied looks like absent.
func (a *Room) packFor(ctx context.Context, by access.Actor, id string, allowed func(*directory.Snapshot, access.Actor, string) bool) (*directory.Snapshot, *policy.Pack, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, nil, err
	}
	p, ok := a.PackNow(id)
	if !ok || a.Rulebook.Enactments == nil || !allowed(dir, by, id) {
		return nil, nil, errNoPack
	}
	return dir, p, nil
}

func mayEnact(dir *directory.Snapshot, by access.Actor, pack string) bool {
	return mayEverywhere(dir, by, access.Enact, pack)
}

// ProposePack reads a new version of a pack from its files, checks it and runs its cases. It is kept for a month, for people to
// look at what it would change; nothing comes into force by that. A pack that is not sound is a *PackRefused.
func (a *Room) ProposePack(ctx context.Context, by access.Actor, id string, uploads []policy.Upload) (proposal string, err error) {
	if _, _, err := a.packFor(ctx, by, id, mayPropose); err != nil {
		return "", err
	}
	files, err := policy.Collect(uploads)
	if err != nil {
		return "", err
	}
	return a.propose(ctx, by, id, files)
}

// ProposeAgain proposes a version that was in force before, or the one that the installation came with.
func (a *Room) ProposeAgain(ctx context.Context, by access.Actor, id, digest string) (proposal string, err error) {
	if _, _, err := a.packFor(ctx, by, id, mayPropose); err != nil {
		return "", err
	}
	p, err := a.versionOf(ctx, id, digest)
	if err != nil {
		return "", err
	}
	return a.propose(ctx, by, id, p.Files())
}

func (a *Room) propose(ctx context.Context, by access.Actor, id string, files policy.Files) (string, error) {
	done, err := a.alone(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	p, err := files.Load(id, a.baseNow)
	var problems policy.Problems
	if errors.As(err, &problems) {
		return "", &PackRefused{Problems: problems}
	}
	if err != nil {
		return "", fault.Invalid("files", "The files are no pack: "+firstWords(err), "")
	}
	results := a.runCases(p)
	if failed := slices.DeleteFunc(slices.Clone(results), func(c policy.CaseResult) bool { return len(c.Problems) == 0 }); len(failed) > 0 {
		return "", &PackRefused{Failed: failed, Ran: len(results)}
	}
	proposal := enactment.Proposal{ID: a.NewID(), Pack: id, Digest: p.Digest, By: by.ID, At: a.Now(), Archive: files.Archive(), Cases: int64(len(results))}
	if p.Base() != nil {
		proposal.Base = p.Base().Digest
	}
	return proposal.ID, a.Rulebook.SaveProposal(ctx, proposal)
}

// alone waits until nobody else works with proposals in this process: what they cost is then bounded, whoever sends how many.
func (a *Room) alone(ctx context.Context) (done func(), err error) {
	select {
	case a.proposing <- struct{}{}:
		return func() { <-a.proposing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// baseNow is the pack that a new version is laid over: the one in force now. It stays that one until another version is proposed.
func (a *Room) baseNow(id string) (*policy.Pack, error) {
	p, ok := a.PackNow(id)
	if !ok {
		return nil, fmt.Errorf("no pack %q is installed here", id)
	}
	return p, nil
}

func (a *Room) runCases(p *policy.Pack) []policy.CaseResult {
	if a.Rulebook.RunCases == nil || p.Files().Cases() == 0 {
		return nil
	}
	return a.Rulebook.RunCases(p)
}

func firstWords(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}

// proposed reads a proposal and the pack that its files are, as this program understands them now.
func (a *Room) proposed(ctx context.Context, id, proposal string) (enactment.Proposal, *policy.Pack, error) {
	pr, found, err := a.Rulebook.Proposal(ctx, id, proposal)
	if err == nil && !found {
		err = fault.NotFound("There is no such proposal. It was enacted or discarded, or is older than a month.")
	}
	if err != nil {
		return pr, nil, err
	}
	files, err := policy.ReadArchive(pr.Archive)
	if err != nil {
		return pr, nil, err
	}
	p, err := files.Load(id, func(base string) (*policy.Pack, error) {
		if p, ok := a.PackNow(base); ok && p.Digest == pr.Base {
			return p, nil
		}
		return a.PackByDigest(ctx, base, pr.Base)
	})
	var unreadable *act.UnreadableError
	if errors.As(err, &unreadable) || err == nil && p.Digest != pr.Digest {
		return pr, nil, fault.Conflict("The pack that this one is laid over has changed since it was proposed. Propose it again.")
	}
	return pr, p, err
}

// DiscardProposal forgets a proposal.
func (a *Room) DiscardProposal(ctx context.Context, by access.Actor, id, proposal string) error {
	if _, _, err := a.packFor(ctx, by, id, mayPropose); err != nil {
		return err
	}
	return a.Rulebook.DropProposal(ctx, id, proposal)
}

// SweepProposals forgets proposals that nobody enacted in a month.
func (a *Room) SweepProposals(ctx context.Context) error {
	if a.Rulebook.Proposals == nil {
		return nil
	}
	return a.Rulebook.SweepProposals(ctx, a.Now().Add(-enactment.ProposalsLast))
}

// effectiveFrom is the instant at which a version would come into force: the beginning of a date in the zone of the pack's
// calendar, or now where there is no date.
func effectiveFrom(p *policy.Pack, date string, now time.Time) (time.Time, error) {
	if date == "" {
		return now, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, date, p.Calendar().Zone())
	if err != nil {
		return time.Time{}, fault.Invalid("from", "This is no date.", "Choose a day, or leave it empty for at once.")
	}
	return at.UTC(), nil
}
