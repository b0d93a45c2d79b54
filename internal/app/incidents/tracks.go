package incidents

import (
	"context"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// Acknowledge records that an authority has the report.
func (a *Room) Acknowledge(ctx context.Context, by access.Actor, number, authority string) error {
	return a.Act(ctx, by, number, act.RequireAuthority(by, authority), nil, func(map[string]string) incident.Command {
		return incident.Acknowledge{Authority: authority, Via: by.Via}
	})
}

// Ask records an authority's question to the entity, which then owes an answer. CA step 5
func (a *Room) Ask(ctx context.Context, by access.Actor, number, authority, question string) error {
	if err := incident.CheckProse("question", question, "a question needs words"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAuthority(by, authority), map[string]string{incident.TextQuestion: question}, func(refs map[string]string) incident.Command {
		return incident.Ask{Authority: authority, Texts: refs}
	})
}

// AnswerQuestion records the entity's answer.
func (a *Room) AnswerQuestion(ctx context.Context, by access.Actor, number, question, answer string) error {
	if err := incident.CheckProse("answer", answer, "an answer needs words"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Reply, "only the entity's reporters and its response team may answer"),
		map[string]string{incident.TextAnswer: answer}, func(refs map[string]string) incident.Command {
			return incident.AnswerQuestion{Question: question, Texts: refs}
		})
}

// Decline records that an authority will not act, with its reason. The entity's own duties stay.
func (a *Room) Decline(ctx context.Context, by access.Actor, number, authority, reason string) error {
	if err := incident.CheckProse("reason", reason, "declining needs a reason"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAuthority(by, authority), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.Decline{Authority: authority, Texts: refs}
	})
}

// CloseTrack records that an authority is done.
func (a *Room) CloseTrack(ctx context.Context, by access.Actor, number, authority, reason string) error {
	if err := incident.CheckProse("reason", reason, "closing needs a reason"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAuthority(by, authority), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.CloseTrack{Authority: authority, Texts: refs}
	})
}

// Rate records the IR coordinator's decision on the rating, with a reason. MA 6.5.1, 6.3.1.1
func (a *Room) Rate(ctx context.Context, by access.Actor, number string, level policy.Level, reason string) error {
	if err := incident.CheckProse("reason", reason, "a decision on the rating needs a reason"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, "only the incident response coordinator decides a rating"),
		map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
			return incident.Rate{Level: level, Texts: refs}
		})
}

// DecidePostIncidentReport records the IR coordinator's decision at Low. MA 6.5.1
func (a *Room) DecidePostIncidentReport(ctx context.Context, by access.Actor, number string, required bool, reason string) error {
	if err := incident.CheckProse("reason", reason, "this decision needs a reason"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, "only the incident response coordinator decides this"),
		map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
			return incident.DecidePostReport{Required: required, Texts: refs}
		})
}

// Discharge records a person's statement that a duty was fulfilled.
func (a *Room) Discharge(ctx context.Context, by access.Actor, number, duty, statement string) error {
	if err := incident.CheckProse("statement", statement, "say how the duty was fulfilled"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, func(st incident.State, s act.Setting) error { return mayDischarge(by, st, duty, s) },
		map[string]string{incident.TextStatement: statement}, func(refs map[string]string) incident.Command {
			return incident.DischargeDuty{Duty: duty, Texts: refs}
		})
}

func mayDischarge(by access.Actor, st incident.State, duty string, s act.Setting) error {
	o := act.ObjectOf(st)
	if d, ok := st.Duty(duty); ok {
		o.Owner = incident.Holders(s.Dir, d.By, st.Entity)
	}
	if !access.Allow(by, access.Discharge, o) {
		return fault.Forbidden("only who owes the duty, or the response team, may state that it was fulfilled")
	}
	return nil
}
