package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/team"
)

// teamPrefix begins the streams whose messages are written here.
const teamPrefix = "team/"

// composeTeam writes messages about one response team. Each says what its cause recorded, so that a resend says the same words; none says
// anything of an incident, or why somebody is away.
func (a *App) composeTeam(ctx context.Context, stream string, messages []string) ([]Outgoing, error) {
	entity := strings.TrimPrefix(stream, teamPrefix)
	facts, err := a.Teams.Team(ctx, entity)
	if err != nil {
		return nil, err
	}
	s, err := a.settingFor(ctx, entity)
	if err != nil {
		return nil, err
	}
	st := team.Fold(facts)
	out := make([]Outgoing, len(messages))
	for i, id := range messages {
		m, ok := st.Messages[id]
		if !ok {
			out[i].Err = fault.Gone("this message is owed no more")
			continue
		}
		out[i] = a.teamMail(s, st, m)
	}
	return out, nil
}

func (a *App) teamMail(s setting, st team.State, m team.Owing) Outgoing {
	to := notify.NewAddress("Operator", a.Operator)
	if !m.Operator {
		p, _ := s.dir.Person(m.Person)
		to = notify.NewAddress(p.Name, p.Email)
	}
	if to.Email == "" {
		return Outgoing{Err: fault.NotFound("the recipient has no mail address")}
	}
	e, _ := s.dir.Entity(st.Entity)
	l := teamLetter{s: s, entity: e.Name, owing: m}.write()
	l.Kind, l.To, l.Demonstration, l.Delay = m.Kind, to.Name, a.Demo, max(0, a.Now().Sub(m.OwedAt))
	l.LinkLabel, l.Link = "Open the page of the team", a.BaseURL+"/team/"+st.Entity
	if m.Operator {
		l.Why = "Nobody coordinates the team, or a message could not be delivered, so it comes to you."
	}
	subject, text, html := notify.RenderLetter(l)
	_, host, _ := strings.Cut(a.From, "@")
	return Outgoing{Mail: &notify.Mail{MessageID: notify.MessageID(m.ID, to.Email, host), From: notify.NewAddress("Tocsin", a.From), To: to,
		Subject: subject, Text: text, HTML: html, Headers: map[string]string{"X-Tocsin-Kind": m.Kind}, Date: m.OwedAt}}
}

// teamLetter says what the fact that caused a message means for its receiver.
type teamLetter struct {
	s      setting
	entity string
	owing  team.Owing
}

func (l teamLetter) write() notify.Letter {
	m := l.owing.Member
	role := RoleName(string(m.Role))
	switch f := l.owing.Cause.(type) {
	case *team.MemberAdded, *team.MemberChanged:
		if l.owing.Kind == team.KindDeputy {
			return l.answering(notify.Letter{Subject: "You are a deputy in the response team of " + l.entity,
				Paras: []string{fmt.Sprintf("You are the deputy of %s, %s in the response team of %s. While they are away and nobody else stands in, their work comes to you.", l.name(m.Person), role, l.entity)},
				Why:   "You were named as the deputy of a member of the response team."}, m.Role)
		}
		return l.answering(notify.Letter{Subject: "You are of the response team of " + l.entity,
			Paras: []string{fmt.Sprintf("You were taken into the response team of %s as %s. Read what the role answers for, and accept it on the page of the team.", l.entity, role)},
			Why:   "You were taken into the response team."}, m.Role)
	case *team.AbsenceDeclared:
		return l.standIn(f)
	case *team.RoleUncovered:
		return l.uncovered(f)
	case *team.RetainerReminded:
		return l.retainer(f)
	}
	return notify.Letter{Subject: "A message about the response team of " + l.entity + " could not be delivered",
		Paras: []string{"The mail server of the recipient did not take it. See to it that the recipient learns of it another way, and that their address in the directory is right."}}
}

// answering puts in what roles answer for. MA 6.3.1
func (l teamLetter) answering(to notify.Letter, roles ...directory.Role) notify.Letter {
	to.ItemsTitle = "What the role answers for"
	for _, role := range roles {
		for _, r := range l.s.pack.Responsibilities() {
			if r.Role != string(role) {
				continue
			}
			if to.Items = append(to.Items, r.Text); to.Clause == "" {
				to.Clause = r.Clause
			}
		}
	}
	return to
}

func (l teamLetter) standIn(f *team.AbsenceDeclared) notify.Letter {
	away := l.name(f.Person)
	to := notify.Letter{Subject: "You stand in for " + away + " in the response team of " + l.entity,
		Paras: []string{fmt.Sprintf("While %s is away, the work that sits with them in the response team of %s comes to you.", away, l.entity)},
		Facts: [][2]string{{"From", l.when(f.From)}, {"Until", "not known yet"}}, Why: "You were named to stand in for somebody who is away."}
	if f.Until > 0 {
		to.Facts[1][1] = l.when(f.Until)
	}
	for i, role := range l.owing.Roles {
		if to.Facts = append(to.Facts, [2]string{"Their role", RoleName(string(role))}); i > 0 {
			to.Facts[len(to.Facts)-1][0] = "And"
		}
	}
	return l.answering(to, l.owing.Roles...)
}

func (l teamLetter) uncovered(f *team.RoleUncovered) notify.Letter {
	role := RoleName(f.Role)
	var people []string
	for _, p := range f.People {
		people = append(people, l.name(p))
	}
	to := notify.Letter{Subject: "Nobody is there as " + role + " of " + l.entity,
		Paras: []string{fmt.Sprintf("Absences leave the response team of %s without anybody as %s. Name somebody who stands in, or take another person into the team.", l.entity, role)},
		Facts: [][2]string{{"From", l.when(f.From)}, {"Planned for it", strings.Join(people, ", ")}}, Why: "You are the first who can be reached of those who coordinate the response team."}
	return l.answering(to, directory.Role(f.Role))
}

func (l teamLetter) retainer(f *team.RetainerReminded) notify.Letter {
	name := l.name(f.Person)
	to := notify.Letter{Subject: "The forensics retainer of " + l.entity + " ends within a month",
		Paras: []string{fmt.Sprintf("The retainer of %s ends. Renew it, or name another provider, so that one is on retainer without a gap.", name)},
		Facts: [][2]string{{"Last day", f.Until}}, Why: "You are the first who can be reached of those who coordinate the response team."}
	if f.Stage == team.GapEnded {
		to.Subject = "The forensics retainer of " + l.entity + " has ended"
		to.Paras = []string{fmt.Sprintf("The retainer of %s has ended. Renew it, or name another provider.", name)}
	}
	to = l.answering(to, directory.Forensics)
	to.Items = nil
	return to
}

func (l teamLetter) name(person string) string { return namedPerson(l.s.dir, person).Name }

func (l teamLetter) when(us int64) string {
	return time.UnixMicro(us).In(l.s.pack.Calendar().Zone()).Format("Mon 2 Jan 2006, 15:04 MST")
}

// recordTeamOutcomes records what became of messages about a team; news only, as for incidents.
func (a *App) recordTeamOutcomes(ctx context.Context, stream string, attempts []Attempted) error {
	entity := strings.TrimPrefix(stream, teamPrefix)
	s, err := a.settingFor(ctx, entity)
	if err != nil {
		return err
	}
	for _, t := range attempts {
		c := team.MessageOutcome{Message: t.Message, Digest: t.Digest}
		switch {
		case t.Outcome.Kind == notify.Delivered:
			c.Outcome = team.Delivered
		case t.Outcome.Kind == notify.Refused:
			c.Outcome = team.Refused
		case t.Next.Escalate:
			c.Outcome = team.GaveUp
		default:
			continue
		}
		if err := a.staff(ctx, s, access.System("courier"), entity, c, nil, t.lastLine()...); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) teamGaveUp(ctx context.Context, q notify.Queued) (bool, error) {
	facts, err := a.Teams.Team(ctx, strings.TrimPrefix(q.Stream, teamPrefix))
	if err != nil {
		return false, err
	}
	return team.Fold(facts).Messages[q.Message].GaveUp, nil
}
