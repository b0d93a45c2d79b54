package response

import (
	"context"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
)

// DecideContinuity records whether business continuity is activated, with a reason and the criteria that were met then. MA 6.6.2.6
func (a *Room) DecideContinuity(ctx context.Context, by access.Actor, number string, activate bool, reason string) error {
	if err := incident.CheckProse("reason", reason, "say what the decision rests on"); err != nil {
		return err
	}
	var met []string
	allowed := func(st incident.State, s act.Setting) error {
		for _, c := range s.Pack.Continuity(incident.InputsOf(st, a.Env(s, by), st.Rating.Level)) {
			if c.Met {
				met = append(met, c.Rule)
			}
		}
		return act.RequireAction(by, access.Rate, onlyDecides)(st, s)
	}
	return a.Act(ctx, by, number, allowed, map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.DecideContinuity{Activate: activate, Criteria: met, Texts: refs}
	})
}

// ContinuityView is one decision on business continuity.
type ContinuityView struct {
	Activated bool      `json:"activated"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	Reason    string    `json:"reason"`
	Criteria  []string  `json:"criteria" doc:"Ids of the criteria that were met then."`
}

func continuityViews(st incident.State, s act.Setting, texts map[string][]byte) []ContinuityView {
	out := []ContinuityView{}
	for _, c := range st.Response.Continuity {
		out = append(out, ContinuityView{Activated: c.Activated, At: c.At, By: act.ActorName(c.By, s.Dir), Reason: string(texts[c.Why]), Criteria: act.NonNil(c.Criteria)})
	}
	return out
}
