package act

import (
	"context"
	"slices"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/policy"
)

// Categories lists the categories of every pack that is in force for what the reader may see, each id once.
func (a *Kernel) Categories(ctx context.Context, by access.Actor) ([]policy.Term, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	ids := a.PackIDs // an authority is sent reports under any of them
	if scope := access.ScopeOf(by); len(scope.Authorities) == 0 {
		ids = nil
		for _, e := range scope.Entities {
			if id := dir.PackOf(e); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	seen := map[string]bool{}
	out := []policy.Term{}
	for _, id := range ids {
		p, ok := a.PackNow(id)
		if !ok {
			continue
		}
		for _, c := range p.Categories() {
			if !seen[c.ID] {
				seen[c.ID] = true
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// Entities lists the entities that the actor may see, parents before children.
func (a *Kernel) Entities(ctx context.Context, by access.Actor) ([]EntityView, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	out := []EntityView{}
	for _, e := range dir.Entities() {
		o := access.Object{Entity: e.ID}
		mayFile := access.Allow(by, access.File, o)
		if mayFile || access.Allow(by, access.Read, o) {
			out = append(out, EntityView{ID: e.ID, Name: e.Name, Parent: e.Parent, Pack: dir.PackOf(e.ID), MayFile: mayFile})
		}
	}
	return out, nil
}
