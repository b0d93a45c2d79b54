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
)

// PolicyPreview is what a proposed version would change: in plain words, and on incidents of the past.
type PolicyPreview struct {
	Pack     PackView // the proposed one
	Proposal ProposalLine
	Against  VersionLine // the version in force
	From     time.Time   // when it would come into force
	AtOnce   bool
	Date     string // as it was asked for; empty for at once
	Changes  []policy.Change
	Past     PastEffects
	Refusal  string // why it cannot be enacted so; empty where it can
	May      PolicyRights
}

// PastEffects is what would have been said differently of incidents that the reader may see, newest first.
type PastEffects struct {
	Looked     int              `json:"looked_at"`
	Restricted int              `json:"restricted"` // left out: a comparison of rules is no reason to open them
	More       bool             `json:"more"`       // there are older ones that were not looked at
	Effects    []IncidentEffect `json:"incidents"`
}

// IncidentEffect is what would have been said differently of one incident.
type IncidentEffect struct {
	Incident   string    `json:"incident"`
	EntityName string    `json:"entity_name"`
	Status     string    `json:"status"`
	ReceivedAt time.Time `json:"received_at"`
	policy.Effect
}

// Bounds of looking back.
const (
	replayed   = 500
	replayTime = 3 * time.Second
)

// PreviewPack answers what a proposed version would change if it came into force on a date, or at once where that is empty.
func (a *Room) PreviewPack(ctx context.Context, by access.Actor, id, proposal, from string) (v PolicyPreview, err error) {
	dir, old, err := a.packFor(ctx, by, id, mayPropose)
	if err != nil {
		return v, err
	}
	pr, p, err := a.proposed(ctx, id, proposal)
	if err != nil {
		return v, err
	}
	now := a.Now().Truncate(time.Microsecond)
	v = PolicyPreview{Proposal: proposalLine(pr, dir), AtOnce: from == "", Date: from, May: PolicyRights{Propose: true, Enact: mayEnact(dir, by, id)}}
	if v.Pack, err = a.PolicyPack(ctx, by, id); err != nil {
		return v, err
	}
	v.Against = VersionLine{Version: old.Version, Digest: old.Digest, InForce: true, Readable: true}
	v.Pack.Pack = p
	if v.From, err = effectiveFrom(p, from, now); err != nil {
		return v, err
	}
	if v.Refusal, err = a.refusal(ctx, id, p, v.From, now); err != nil {
		return v, err
	}
	v.Changes = policy.Difference(old, p)
	v.Past, err = a.pastEffects(ctx, by, dir, id, v.From, old, p)
	return v, err
}

// refusal says why a version cannot be put into force from an instant on; empty where it can.
func (a *Room) refusal(ctx context.Context, id string, p *policy.Pack, from, now time.Time) (string, error) {
	st, err := a.Rulebook.PackHistory(ctx, id)
	if err != nil {
		return "", err
	}
	c := enactment.Enact{Pack: id, Version: p.Version, Digest: p.Digest, From: from}
	c.InForce, c.InForceVersion = a.inForce(st, id, now)
	if c.InForce == c.Digest {
		return "This is the version in force. There is nothing to enact.", nil
	}
	_, err = enactment.Decide(st, c, now)
	var refused *fault.Error
	if errors.As(err, &refused) {
		return strings.TrimSpace(refused.Detail + " " + refused.Remedy), nil
	}
	return "", err
}

// pastEffects asks both versions what they make of the newest incidents under the pack that the actor may see. One such question is
// answered at a time, for at most a few seconds.
func (a *Room) pastEffects(ctx context.Context, by access.Actor, dir *directory.Snapshot, id string, on time.Time, old, is *policy.Pack) (out PastEffects, err error) {
	done, err := a.alone(ctx)
	if err != nil {
		return out, err
	}
	defer done()
	f := incident.Filter{Limit: replayed + 1}
	for _, e := range dir.Entities() {
		if dir.PackOf(e.ID) == id {
			f.Under = append(f.Under, e.ID)
		}
	}
	scope := access.ScopeOf(by)
	scope.Authorities = nil // what was sent to an authority is for its answer, not for the rules
	if scope.Empty() || len(f.Under) == 0 {
		return out, nil
	}
	rows, err := a.Index.List(ctx, scope, f)
	if err != nil {
		return out, err
	}
	began := a.Now()
	for i, row := range rows {
		if i == replayed || a.Now().Sub(began) > replayTime {
			out.More = true
			break
		}
		if row.Restricted {
			out.Restricted++
			continue
		}
		_, facts, err := a.Record.History(ctx, row.Stream)
		if err != nil {
			return out, err
		}
		st := incident.Fold(facts)
		if !access.Allow(by, access.Read, act.ObjectOf(st)) || st.Restriction.On {
			continue
		}
		out.Looked++
		e := IncidentEffect{Incident: st.Number, EntityName: st.Entity, Status: st.Status, ReceivedAt: time.UnixMicro(row.ReceivedAt).UTC(),
			Effect: policy.Replay(incident.InputsOf(st, incident.Env{Dir: dir}, ""), on, old, is)}
		if entity, ok := dir.Entity(st.Entity); ok {
			e.EntityName = entity.Name
		}
		if !e.None() {
			out.Effects = append(out.Effects, e)
		}
	}
	slices.SortStableFunc(out.Effects, func(x, y IncidentEffect) int { return weight(y) - weight(x) })
	return out, nil
}

// weight orders effects: those on the rating first, then those on who is told, then the rest.
func weight(e IncidentEffect) int {
	switch {
	case e.LevelWas != e.LevelIs:
		return 2
	case len(e.Told)+len(e.NotTold) > 0 || e.ReportableWas != e.ReportableIs:
		return 1
	}
	return 0
}
