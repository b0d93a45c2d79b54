package response

import (
	"context"
	"slices"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// AnswerHandover accepts or declines the lead that was offered to the actor; declining may say why.
func (a *Room) AnswerHandover(ctx context.Context, by access.Actor, number string, accept bool, reason string) error {
	if err := act.CheckOptionalText("reason", reason); err != nil {
		return err
	}
	allowed := func(st incident.State, _ act.Setting) error {
		if !access.Allow(by, access.Work, act.ObjectOf(st)) {
			return fault.Forbidden(act.OnlyTeam)
		}
		return nil
	}
	return a.Act(ctx, by, number, allowed, act.OptionalText(incident.TextReason, reason), func(refs map[string]string) incident.Command {
		return incident.AnswerHandover{Accept: accept, Texts: refs}
	})
}

// WithdrawHandover takes an offer of the lead back.
func (a *Room) WithdrawHandover(ctx context.Context, by access.Actor, number string) error {
	return a.Act(ctx, by, number, act.RequireAction(by, access.Discharge, act.OnlyLeads), nil, func(map[string]string) incident.Command {
		return incident.AnswerHandover{Withdraw: true}
	})
}

// Engage brings a member of the extended team into an incident, with a reason, and tells them. MA 6.3.2
func (a *Room) Engage(ctx context.Context, by access.Actor, number, person, reason string) error {
	if err := incident.CheckProse("reason", reason, "say what they are needed for"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Discharge, act.OnlyLeads), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.Engage{Person: person, Texts: refs}
	})
}

// OrderTasks puts a task before another one on the list; an empty other is the end.
func (a *Room) OrderTasks(ctx context.Context, by access.Actor, number, task, before string) error {
	var order []string
	allowed := func(st incident.State, _ act.Setting) error {
		if !access.Allow(by, access.Work, act.ObjectOf(st)) {
			return fault.Forbidden(act.OnlyTeam)
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
	return a.Act(ctx, by, number, allowed, nil, func(map[string]string) incident.Command { return incident.OrderTasks{Tasks: order} })
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
func teamViews(v *ResponseView, by access.Actor, st incident.State, s act.Setting, texts map[string][]byte) {
	x := st.Response
	v.Engaged = []EngagedView{}
	for _, e := range x.Engaged {
		v.Engaged = append(v.Engaged, EngagedView{Person: e.Person, Name: act.ActorName("person:"+e.Person, s.Dir), Role: e.Role, RoleName: act.RoleName(e.Role),
			Reason: string(texts[e.Why]), By: act.ActorName(e.By, s.Dir)})
	}
	if x.Offer != nil {
		v.Offer = &OfferView{To: x.Offer.To, ToName: act.ActorName("person:"+x.Offer.To, s.Dir), By: act.ActorName(x.Offer.By, s.Dir), Play: string(texts[x.Offer.Play]),
			Mine: x.Offer.To == by.Person}
	}
	if p, ok := s.Dir.Person(x.Lead); ok {
		v.LeadGone = p.Gone
	}
	for _, b := range x.Returned {
		if b.Lead && b.To == x.Lead && b.At.Equal(x.LeadSince) {
			v.LeadFrom = act.ActorName("person:"+b.From, s.Dir)
		}
	}
}
