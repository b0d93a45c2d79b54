package app

import (
	"context"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// act carries out one command on an incident that the actor may see and act on. allowed says whether they may; prose is
// the text that the act binds, under its name.
func (a *App) act(ctx context.Context, by access.Actor, number string, allowed func(incident.State, setting) error,
	prose map[string]string, command func(refs map[string]string) incident.Command) error {
	stream, st, err := a.open(ctx, by, number)
	if err != nil {
		return err
	}
	s, err := a.settingFor(ctx, st.Entity)
	if err != nil {
		return err
	}
	if err := allowed(st, s); err != nil {
		return err
	}
	return a.commandWith(ctx, stream, s, by, prose, command)
}

// commandWith seals prose for the stream and runs the command that refers to it.
func (a *App) commandWith(ctx context.Context, stream string, s setting, by access.Actor, prose map[string]string,
	command func(refs map[string]string) incident.Command) error {
	contents := map[string][]byte{}
	for name, text := range prose {
		contents[name] = []byte(text)
	}
	refs, texts := a.seal(stream, contents)
	return a.command(ctx, stream, s, by, command(refs), texts)
}

// command runs one command on a stream and wakes the loops.
func (a *App) command(ctx context.Context, stream string, s setting, by access.Actor, c incident.Command, texts []ledger.Text) error {
	_, err := a.Record.Update(ctx, stream, func(st incident.State) (ledger.Decision, error) {
		drafts, err := incident.Decide(st, c, a.env(s, by))
		return a.decision(s, by, drafts, texts), err
	})
	if err == nil {
		a.Committed()
	}
	return err
}

// forAuthority allows what an officer of the authority, or its mailed link, may do.
func forAuthority(by access.Actor, authority string) func(incident.State, setting) error {
	return func(st incident.State, _ setting) error {
		o := object(st)
		o.Authority = authority
		if !access.Allow(by, access.Respond, o) {
			return fault.Forbidden("only an officer of this authority may do this")
		}
		return nil
	}
}

func forRole(by access.Actor, do access.Action, words string) func(incident.State, setting) error {
	return func(st incident.State, _ setting) error {
		if !access.Allow(by, do, object(st)) {
			return fault.Forbidden("%s", words)
		}
		return nil
	}
}

// Acknowledge records that an authority has the report.
func (a *App) Acknowledge(ctx context.Context, by access.Actor, number, authority string) error {
	return a.act(ctx, by, number, forAuthority(by, authority), nil, func(map[string]string) incident.Command {
		return incident.Acknowledge{Authority: authority, Via: by.Via}
	})
}

// Ask records an authority's question to the entity, which then owes an answer. CA step 5
func (a *App) Ask(ctx context.Context, by access.Actor, number, authority, question string) error {
	if err := incident.CheckProse("question", question, "a question needs words"); err != nil {
		return err
	}
	return a.act(ctx, by, number, forAuthority(by, authority), map[string]string{incident.TextQuestion: question}, func(refs map[string]string) incident.Command {
		return incident.Ask{Authority: authority, Texts: refs}
	})
}

// AnswerQuestion records the entity's answer.
func (a *App) AnswerQuestion(ctx context.Context, by access.Actor, number, question, answer string) error {
	if err := incident.CheckProse("answer", answer, "an answer needs words"); err != nil {
		return err
	}
	return a.act(ctx, by, number, forRole(by, access.Reply, "only the entity's reporters and its response team may answer"),
		map[string]string{incident.TextAnswer: answer}, func(refs map[string]string) incident.Command {
			return incident.AnswerQuestion{Question: question, Texts: refs}
		})
}

// Decline records that an authority will not act, with its reason. The entity's own duties stay.
func (a *App) Decline(ctx context.Context, by access.Actor, number, authority, reason string) error {
	if err := incident.CheckProse("reason", reason, "declining needs a reason"); err != nil {
		return err
	}
	return a.act(ctx, by, number, forAuthority(by, authority), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.Decline{Authority: authority, Texts: refs}
	})
}

// CloseTrack records that an authority is done.
func (a *App) CloseTrack(ctx context.Context, by access.Actor, number, authority, reason string) error {
	if err := incident.CheckProse("reason", reason, "closing needs a reason"); err != nil {
		return err
	}
	return a.act(ctx, by, number, forAuthority(by, authority), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.CloseTrack{Authority: authority, Texts: refs}
	})
}

// Rate records the IR coordinator's decision on the rating, with a reason. MA 6.5.1, 6.3.1.1
func (a *App) Rate(ctx context.Context, by access.Actor, number string, level policy.Level, reason string) error {
	if err := incident.CheckProse("reason", reason, "a decision on the rating needs a reason"); err != nil {
		return err
	}
	return a.act(ctx, by, number, forRole(by, access.Rate, "only the incident response coordinator decides a rating"),
		map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
			return incident.Rate{Level: level, Texts: refs}
		})
}

// DecidePostIncidentReport records the IR coordinator's decision at Low. MA 6.5.1
func (a *App) DecidePostIncidentReport(ctx context.Context, by access.Actor, number string, required bool, reason string) error {
	if err := incident.CheckProse("reason", reason, "this decision needs a reason"); err != nil {
		return err
	}
	return a.act(ctx, by, number, forRole(by, access.Rate, "only the incident response coordinator decides this"),
		map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
			return incident.DecidePostReport{Required: required, Texts: refs}
		})
}

// Discharge records a person's statement that a duty was fulfilled.
func (a *App) Discharge(ctx context.Context, by access.Actor, number, duty, statement string) error {
	if err := incident.CheckProse("statement", statement, "say how the duty was fulfilled"); err != nil {
		return err
	}
	return a.act(ctx, by, number, func(st incident.State, s setting) error { return mayDischarge(by, st, duty, s) },
		map[string]string{incident.TextStatement: statement}, func(refs map[string]string) incident.Command {
			return incident.DischargeDuty{Duty: duty, Texts: refs}
		})
}

func mayDischarge(by access.Actor, st incident.State, duty string, s setting) error {
	o := object(st)
	if d, ok := st.Duty(duty); ok {
		o.Owner = incident.Holders(s.dir, d.By, st.Entity)
	}
	if !access.Allow(by, access.Discharge, o) {
		return fault.Forbidden("only who owes the duty, or the response team, may state that it was fulfilled")
	}
	return nil
}
