package delivery

import (
	"fmt"
	"strings"

	"tocsin/internal/app/act"
	appteam "tocsin/internal/app/team"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/record"
	"tocsin/internal/domain/team"
)

// teamLetter says what the fact that caused a message about a response team means for its receiver. It says nothing of an incident, nor why
// somebody is away.
type teamLetter struct {
	s      act.Setting
	entity string // name
	owing  record.Owing
	member team.Member      // whom it is about; the zero Member for none
	roles  []directory.Role // that somebody who is away has
}

func newTeamLetter(s act.Setting, entity string, facts []team.Recorded, m record.Owing) teamLetter {
	e, _ := s.Dir.Entity(entity)
	l := teamLetter{s: s, entity: e.Name, owing: m}
	l.member, l.roles = team.About(facts, m)
	return l
}

func (l teamLetter) write() notify.Letter {
	m := l.member
	role := act.RoleName(string(m.Role))
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
		Paras: []string{undelivered}}
}

// answering puts in what roles answer for. MA 6.3.1
func (l teamLetter) answering(to notify.Letter, roles ...directory.Role) notify.Letter {
	to.ItemsTitle = "What the role answers for"
	for _, role := range roles {
		for _, r := range l.s.Pack.Responsibilities() {
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
		Facts: [][2]string{{"From", l.s.ClockTime(f.From)}, {"Until", "not known yet"}}, Why: "You were named to stand in for somebody who is away."}
	if f.Until > 0 {
		to.Facts[1][1] = l.s.ClockTime(f.Until)
	}
	for i, role := range l.roles {
		if to.Facts = append(to.Facts, [2]string{"Their role", act.RoleName(string(role))}); i > 0 {
			to.Facts[len(to.Facts)-1][0] = "And"
		}
	}
	return l.answering(to, l.roles...)
}

func (l teamLetter) uncovered(f *team.RoleUncovered) notify.Letter {
	role := act.RoleName(f.Role)
	var people []string
	for _, p := range f.People {
		people = append(people, l.name(p))
	}
	to := notify.Letter{Subject: "Nobody is there as " + role + " of " + l.entity,
		Paras: []string{fmt.Sprintf("Absences leave the response team of %s without anybody as %s. Name somebody who stands in, or take another person into the team.", l.entity, role)},
		Facts: [][2]string{{"From", l.s.ClockTime(f.From)}, {"Planned for it", strings.Join(people, ", ")}}, Why: "You are the first who can be reached of those who coordinate the response team."}
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

func (l teamLetter) name(person string) string { return appteam.NamedPerson(l.s.Dir, person).Name }
