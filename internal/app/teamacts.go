package app

import (
	"context"
	"slices"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// AnswerHandover accepts or declines the lead that was offered to the actor; declining may say why.
func (a *App) AnswerHandover(ctx context.Context, by access.Actor, number string, accept bool, reason string) error {
	if err := checkOptional("reason", reason); err != nil {
		return err
	}
	allowed := func(st incident.State, _ setting) error {
		if !access.Allow(by, access.Work, object(st)) {
			return fault.Forbidden(onlyTeam)
		}
		return nil
	}
	return a.act(ctx, by, number, allowed, optional(incident.TextReason, reason), func(refs map[string]string) incident.Command {
		return incident.AnswerHandover{Accept: accept, Texts: refs}
	})
}

// WithdrawHandover takes an offer of the lead back.
func (a *App) WithdrawHandover(ctx context.Context, by access.Actor, number string) error {
	return a.act(ctx, by, number, forRole(by, access.Discharge, onlyLeads), nil, func(map[string]string) incident.Command {
		return incident.AnswerHandover{Withdraw: true}
	})
}

// Engage brings a member of the extended team into an incident, with a reason, and tells them. MA 6.3.2
func (a *App) Engage(ctx context.Context, by access.Actor, number, person, reason string) error {
	if err := incident.CheckProse("reason", reason, "say what they are needed for"); err != nil {
		return err
	}
	return a.act(ctx, by, number, forRole(by, access.Discharge, onlyLeads), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.Engage{Person: person, Texts: refs}
	})
}

// OrderTasks puts a task before another one on the list; an empty other is the end.
func (a *App) OrderTasks(ctx context.Context, by access.Actor, number, task, before string) error {
	var order []string
	allowed := func(st incident.State, _ setting) error {
		if !access.Allow(by, access.Work, object(st)) {
			return fault.Forbidden(onlyTeam)
		}
		if _, ok := st.Task(task); !ok {
			return fault.NotFound("no such task")
		}
		order = nil
		for _, t := range st.Response.Tasks {
			if t.ID == before { // before itself it stays where it is
				order = append(order, task)
			}
			if t.ID != task {
				order = append(order, t.ID)
			}
		}
		if !slices.Contains(order, task) {
			order = append(order, task)
		}
		return nil
	}
	return a.act(ctx, by, number, allowed, nil, func(map[string]string) incident.Command { return incident.OrderTasks{Tasks: order} })
}

// EngagedView is a member of the extended team who was brought in.
type EngagedView struct {
	Person   string `json:"person"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	RoleName string `json:"role_name"`
	Reason   string `json:"reason"`
	By       string `json:"by"`
}

// OfferView is a handover that awaits its receiver's answer.
type OfferView struct {
	To     string `json:"to"`
	ToName string `json:"to_name"`
	By     string `json:"by"`
	Play   string `json:"state_of_play"`
	Mine   bool   `json:"-"` // the reader answers it
}

// teamViews puts in who was brought in and what is offered.
func teamViews(v *ResponseView, by access.Actor, st incident.State, s setting, texts map[string][]byte) {
	x := st.Response
	v.Engaged = []EngagedView{}
	for _, e := range x.Engaged {
		v.Engaged = append(v.Engaged, EngagedView{Person: e.Person, Name: actorName("person:"+e.Person, s.dir), Role: e.Role, RoleName: RoleName(e.Role),
			Reason: string(texts[e.Why]), By: actorName(e.By, s.dir)})
	}
	if x.Offer != nil {
		v.Offer = &OfferView{To: x.Offer.To, ToName: actorName("person:"+x.Offer.To, s.dir), By: actorName(x.Offer.By, s.dir), Play: string(texts[x.Offer.Play]),
			Mine: x.Offer.To == by.Person}
	}
	if p, ok := s.dir.Person(x.Lead); ok {
		v.LeadGone = p.Gone
	}
	for _, b := range x.Returned {
		if b.Lead && b.To == x.Lead && b.At.Equal(x.LeadSince) {
			v.LeadFrom = actorName("person:"+b.From, s.dir)
		}
	}
}
