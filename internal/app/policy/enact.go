package policy

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/enactment"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// VersionLine is one version of a pack in its history.
type VersionLine struct {
	Version     string     `json:"version"`
	Digest      string     `json:"digest"`
	From        *time.Time `json:"from,omitempty"`  // nil for the one that the installation came with
	Until       *time.Time `json:"until,omitempty"` // nil while no other follows
	InForce     bool       `json:"in_force"`
	Waiting     bool       `json:"waiting"`
	Withdrawn   bool       `json:"withdrawn"`
	Shipped     bool       `json:"shipped"` // the installation came with it
	At          *time.Time `json:"enacted_at,omitempty"`
	By          string     `json:"enacted_by,omitempty"`
	Reason      string     `json:"reason,omitempty"`
	Cases       int64      `json:"cases"`
	WithdrawnBy string     `json:"withdrawn_by,omitempty"`
	WhyNot      string     `json:"withdrawn_because,omitempty"`
	Readable    bool       `json:"readable"` // its files are there, and this program can read them

	replaces string
}

// ProposalLine is a proposal that waits for somebody to look at it.
type ProposalLine struct {
	ID     string    `json:"id"`
	Digest string    `json:"digest"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Cases  int64     `json:"cases"`
}

// PackHistory is which version of a pack was in force when, newest first.
type PackHistory struct {
	Pack      PackView
	Versions  []VersionLine
	Proposals []ProposalLine // for whom may propose
	Trouble   []string       // versions that this program cannot read
	May       PolicyRights
}

// PolicyRights is what the reader may do about a pack.
type PolicyRights struct {
	Propose bool `json:"propose"`
	Enact   bool `json:"enact"`
}

// PolicyHistory answers which version of a pack was in force when, and by whose decision. Rules are public: everybody who is signed
// in may read it. Proposals are for those who may make one.
func (a *Room) PolicyHistory(ctx context.Context, by access.Actor, id string) (h PackHistory, err error) {
	if h.Pack, err = a.PolicyPack(ctx, by, id); err != nil {
		return h, err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return h, err
	}
	if h.Versions, err = a.versions(ctx, dir, h.Pack); err != nil {
		return h, err
	}
	slices.Reverse(h.Versions)
	if a.Rulebook.Enactments == nil {
		return h, nil
	}
	for _, t := range a.PolicyTrouble() {
		if strings.Contains(t, "the pack "+id+",") {
			h.Trouble = append(h.Trouble, t)
		}
	}
	h.May = PolicyRights{Propose: mayPropose(dir, by, id), Enact: mayEnact(dir, by, id)}
	if !h.May.Propose {
		return h, nil
	}
	list, err := a.Rulebook.Proposals.Proposals(ctx, id)
	for _, p := range list {
		h.Proposals = append(h.Proposals, proposalLine(p, dir))
	}
	return h, err
}

func proposalLine(p enactment.Proposal, dir *directory.Snapshot) ProposalLine {
	return ProposalLine{ID: p.ID, Digest: p.Digest, By: act.ActorName(p.By, dir), At: p.At, Cases: p.Cases}
}

// versions lists the versions of a pack, oldest first; the first is the one that the installation came with.
func (a *Room) versions(ctx context.Context, dir *directory.Snapshot, v PackView) ([]VersionLine, error) {
	first := VersionLine{Version: v.Version, Digest: v.Digest, Shipped: true, InForce: true, Readable: true}
	if a.Rulebook.Enactments == nil {
		return []VersionLine{first}, nil
	}
	st, err := a.Rulebook.PackHistory(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	texts, err := a.reasons(ctx, st)
	if err != nil {
		return nil, err
	}
	if len(st.Enactments) > 0 {
		first.Digest = st.Enactments[0].Replaces
	}
	out := []VersionLine{first}
	for _, e := range st.Enactments {
		from, at := e.EffectiveAt, e.At
		out = append(out, VersionLine{Version: e.Version, Digest: e.Digest, From: &from, Waiting: !e.Withdrawn() && v.Now.Before(from), Withdrawn: e.Withdrawn(),
			At: &at, By: act.ActorName(e.By, dir), Reason: texts[e.Reason], Cases: e.Cases, WithdrawnBy: act.ActorName(e.WithdrawnBy, dir), WhyNot: texts[e.WhyNot], replaces: e.Replaces})
	}
	bound(out, v.Digest)
	for i := range out {
		p, err := a.PackByDigest(ctx, v.ID, out[i].Digest)
		var unreadable *act.UnreadableError
		if err != nil && !errors.As(err, &unreadable) {
			return nil, err
		}
		if out[i].Readable = err == nil; out[i].Readable {
			out[i].Version = p.Version
		}
	}
	return out, nil
}

// bound says of each version until when it held, and which holds now.
func bound(list []VersionLine, now string) {
	last := 0 // the version that held before this one
	for i := 1; i < len(list); i++ {
		if !list[i].Withdrawn {
			list[last].Until = list[i].From
			last = i
		}
	}
	for i := range list {
		list[i].InForce = false
	}
	for i := len(list) - 1; i >= 0; i-- {
		if l := &list[i]; l.Digest == now && !l.Waiting && !l.Withdrawn {
			l.InForce = true
			return
		}
	}
}

func (a *Room) reasons(ctx context.Context, st enactment.State) (map[string]string, error) {
	var digests []string
	for _, e := range st.Enactments {
		digests = append(digests, e.Reason)
		if e.WhyNot != "" {
			digests = append(digests, e.WhyNot)
		}
	}
	texts, err := a.Record.Texts(ctx, digests)
	out := make(map[string]string, len(texts))
	for digest, text := range texts {
		out[digest] = string(text)
	}
	return out, err
}

// PackVersion is one version of a pack with what it changed.
type PackVersion struct {
	Pack    PackView
	Line    VersionLine
	Before  string          // digest of the version that it replaced; empty for the first
	Changes []policy.Change // against that one; nil where there is none, or this program cannot read it
}

// PolicyVersion answers a version of a pack that was, is or will be in force.
func (a *Room) PolicyVersion(ctx context.Context, by access.Actor, id, digest string) (v PackVersion, err error) {
	h, err := a.PolicyHistory(ctx, by, id)
	if err != nil {
		return v, err
	}
	i := slices.IndexFunc(h.Versions, func(l VersionLine) bool { return l.Digest == digest })
	if i < 0 {
		return v, fault.NotFound("No version of this pack has this digest.")
	}
	p, err := a.versionOf(ctx, id, digest)
	if err != nil {
		return v, err
	}
	v.Pack, v.Line, v.Before = h.Pack, h.Versions[i], h.Versions[i].replaces
	v.Pack.Pack = p
	if v.Before == "" {
		return v, nil
	}
	if before, err := a.PackByDigest(ctx, id, v.Before); err == nil {
		v.Changes = policy.Difference(before, p)
	}
	return v, nil
}

// versionOf is a version that was, is or will be in force; fault.NotFound where this program cannot read it.
func (a *Room) versionOf(ctx context.Context, id, digest string) (*policy.Pack, error) {
	p, err := a.PackByDigest(ctx, id, digest)
	var unreadable *act.UnreadableError
	if errors.As(err, &unreadable) || err == nil && p.ID != id {
		return nil, fault.NotFound("The files of this version are not kept, or this program cannot read them.")
	}
	return p, err
}

// PolicyFiles answers the files of a version as one archive, to make the next one of them.
func (a *Room) PolicyFiles(ctx context.Context, by access.Actor, id, digest string) (name string, archive []byte, err error) {
	v, err := a.PolicyVersion(ctx, by, id, digest)
	if err != nil {
		return "", nil, err
	}
	return id + "-" + v.Pack.Version, v.Pack.Files().Archive(), nil
}

// EnactPack puts a proposed version into force: from the beginning of a date in the zone of the pack's calendar, or at once where
// there is none. What was decided before, and every duty that is closed, stays as it is. The reason says on whose decision.
func (a *Room) EnactPack(ctx context.Context, by access.Actor, id, proposal, from, reason string) error {
	if _, _, err := a.packFor(ctx, by, id, mayEnact); err != nil {
		return err
	}
	if err := incident.CheckProse("reason", reason, "say on whose decision, and why"); err != nil {
		return err
	}
	pr, p, err := a.proposed(ctx, id, proposal)
	if err != nil {
		return err
	}
	now := a.Now().Truncate(time.Microsecond)
	at, err := effectiveFrom(p, from, now)
	if err != nil {
		return err
	}
	keep := act.KeptOf(p)
	if old, ok := a.PackNow(id); ok {
		keep = append(keep, act.KeptOf(old)...)
	}
	c := enactment.Enact{Pack: id, Version: p.Version, Digest: p.Digest, From: at, Cases: pr.Cases}
	err = a.decidePolicy(ctx, by, id, keep, reason, now, func(st enactment.State, text string) enactment.Command {
		c.InForce, c.InForceVersion = a.inForce(st, id, now)
		c.Reason = text
		return c
	})
	if err != nil {
		return err
	}
	return a.Rulebook.DropProposal(ctx, id, proposal)
}

// inForce is digest and version of what holds by the record, or of what the installation came with.
func (a *Room) inForce(st enactment.State, id string, now time.Time) (digest, version string) {
	if e, ok := enactment.InForce(st.Enactments, now); ok {
		return e.Digest, e.Version
	}
	if p, ok := a.Packs(id); ok {
		return p.Digest, p.Version
	}
	return "", ""
}

// WithdrawPack takes back a version before its date.
func (a *Room) WithdrawPack(ctx context.Context, by access.Actor, id, digest, reason string) error {
	if _, _, err := a.packFor(ctx, by, id, mayEnact); err != nil {
		return err
	}
	if err := incident.CheckProse("reason", reason, "say on whose decision, and why"); err != nil {
		return err
	}
	return a.decidePolicy(ctx, by, id, nil, reason, a.Now().Truncate(time.Microsecond), func(_ enactment.State, text string) enactment.Command {
		return enactment.Withdraw{Digest: digest, Reason: text}
	})
}

// decidePolicy carries out one command on a pack, and sees to it that this process acts by it at once.
func (a *Room) decidePolicy(ctx context.Context, by access.Actor, id string, keep []enactment.Kept, reason string, now time.Time,
	command func(st enactment.State, text string) enactment.Command) error {
	refs, texts := a.Seal("policy/"+id, map[string][]byte{enactment.TextReason: []byte(reason)})
	err := a.Rulebook.UpdatePolicy(ctx, id, keep, func(st enactment.State) (ledger.Decision, error) {
		drafts, err := enactment.Decide(st, command(st, refs[enactment.TextReason]), now)
		d := ledger.Decision{At: now, Actor: by.ID}
		for _, f := range drafts {
			bound := map[string]ledger.Digest{}
			for name, text := range f.Texts {
				if digest, ok := act.ParseDigest(text); ok {
					bound[name] = digest
				}
			}
			d.Drafts = append(d.Drafts, ledger.Draft{Fact: f.Fact, Texts: bound})
			d.Texts = texts
		}
		return d, err
	})
	if err != nil {
		return err
	}
	a.Committed()
	return a.RefreshRules(ctx, true)
}
