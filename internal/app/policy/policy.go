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
	"tocsin/internal/domain/policy"
)

// PreparePolicy looks up which packs are in force, and keeps the files of those that the installation came with.
func (a *Room) PreparePolicy(ctx context.Context) error {
	if a.Rulebook.Enactments == nil {
		return nil
	}
	if err := a.RefreshRules(ctx, true); err != nil {
		return err
	}
	all, err := a.packsInForce(ctx, access.System("policy"))
	if err != nil {
		return err
	}
	for _, v := range all {
		if _, found, err := a.Rulebook.KeptPack(ctx, v.Digest); err != nil || found {
			if err != nil {
				return err
			}
			continue
		}
		if err := a.Rulebook.KeepPacks(ctx, act.KeptOf(v.Pack)); err != nil {
			return err
		}
	}
	return nil
}

// PackView is a pack in force, with what it is in force for.
type PackView struct {
	*policy.Pack
	Roots []string // names of the entities that it is set for
	Now   time.Time
	Since *time.Time   // when this version came into force; nil for the one that the installation came with
	Next  *VersionLine // the version that waits to come into force; nil for none
	May   PolicyRights
}

// Trial is what a pack says of facts that somebody made up or wants to understand.
type Trial struct {
	policy.Assessment
	Findings []policy.Finding // every rule, with its answer
	To       map[policy.Recipient]string
}

// packsInForce are public rules: everybody who is signed in may read them.
func (a *Room) packsInForce(ctx context.Context, by access.Actor) ([]PackView, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	var out []PackView
	for _, e := range dir.Entities() {
		if e.Pack == "" {
			continue
		}
		i := slices.IndexFunc(out, func(v PackView) bool { return v.ID == e.Pack })
		if i < 0 {
			pack, ok := a.PackNow(e.Pack)
			if !ok {
				continue // the linter of the directory refuses it; an old directory may still name it
			}
			i = len(out)
			out = append(out, a.packView(dir, by, pack))
		}
		out[i].Roots = append(out[i].Roots, e.Name)
	}
	slices.SortFunc(out, func(x, y PackView) int { return strings.Compare(x.ID, y.ID) })
	return out, nil
}

// packView says since when the version of a pack in force holds, and what waits to follow it.
func (a *Room) packView(dir *directory.Snapshot, by access.Actor, pack *policy.Pack) PackView {
	v := PackView{Pack: pack, Now: a.Now()}
	if a.Rulebook.Enactments == nil {
		return v
	}
	v.May = PolicyRights{Propose: mayPropose(dir, by, pack.ID), Enact: mayEnact(dir, by, pack.ID)}
	list := a.KnownVersions(pack.ID)
	if e, ok := enactment.InForce(list, v.Now); ok && e.Digest == pack.Digest {
		v.Since = &e.EffectiveAt
	}
	if e, ok := enactment.Waiting(list, v.Now); ok {
		v.Next = &VersionLine{Version: e.Version, Digest: e.Digest, From: &e.EffectiveAt, Waiting: true, At: &e.At, By: act.ActorName(e.By, dir), Cases: e.Cases}
	}
	return v
}

// PolicyPacks lists the packs in force.
func (a *Room) PolicyPacks(ctx context.Context, by access.Actor) ([]PackView, error) {
	return a.packsInForce(ctx, by)
}

// PolicyPack answers one pack in force, or fault.NotFound.
func (a *Room) PolicyPack(ctx context.Context, by access.Actor, id string) (PackView, error) {
	all, err := a.packsInForce(ctx, by)
	if err != nil {
		return PackView{}, err
	}
	for _, v := range all {
		if v.ID == id {
			return v, nil
		}
	}
	return PackView{}, fault.NotFound("There is no such pack in force.")
}

// TryPolicy says what a pack makes of facts, written as `tocsin pack explain` takes them. Nothing is recorded. Facts that do
// not say when the report was received are taken as received now.
func (a *Room) TryPolicy(ctx context.Context, by access.Actor, id string, facts []byte) (Trial, error) {
	v, err := a.PolicyPack(ctx, by, id)
	if err != nil {
		return Trial{}, err
	}
	in, err := v.Facts("facts", facts)
	var problems policy.Problems
	if errors.As(err, &problems) {
		var faults fault.List
		for _, p := range problems {
			faults = append(faults, fault.Invalid("", p.Detail, p.Remedy))
		}
		return Trial{}, faults
	}
	if err != nil {
		return Trial{}, err
	}
	if in.Events["received"].IsZero() && in.Events["telephoned"].IsZero() {
		in.Events["received"] = v.Now.Truncate(time.Second)
	}
	t := Trial{To: map[policy.Recipient]string{}}
	t.Assessment, t.Findings = v.Explain(in)
	for _, tell := range t.Tell {
		t.To[tell.To] = v.Name(tell.To)
	}
	for _, d := range t.Duties {
		t.To[d.By], t.To[d.EscalateTo] = v.Name(d.By), v.Name(d.EscalateTo)
	}
	return t, nil
}

// Name answers what a recipient of the pack is called.
func (v PackView) Name(r policy.Recipient) string {
	for _, au := range v.Authorities() {
		if r.Authority != "" && au.ID == r.Authority {
			return au.Name
		}
	}
	if r.Role == "" {
		return r.Authority
	}
	if r.At == "state" {
		return act.RoleName(r.Role) + " of the state"
	}
	return act.RoleName(r.Role) + " of the entity"
}
