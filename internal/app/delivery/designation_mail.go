package delivery

import (
	"fmt"

	"tocsin/internal/app/act"
	"tocsin/internal/app/team"
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/record"
)

// designationLetter says what the fact that caused a message about designations means for its receiver.
func designationLetter(s act.Setting, st designation.State, m record.Owing) notify.Letter {
	e, _ := s.Dir.Entity(st.Entity)
	about := func(id string) string {
		if d := st.Designee(id); d != nil {
			return team.NamedPerson(s.Dir, d.Person).Name
		}
		return ""
	}
	rule := s.Pack.Designations()
	l := notify.Letter{Clause: rule.Clause, Why: rule.Title + "."}
	switch f := m.Cause.(type) {
	case *designation.Designated:
		l.Subject = "You report for " + e.Name
		l.Paras = []string{fmt.Sprintf("You are designated to report information-security incidents for %s. You can file from now on.", e.Name)}
		l.Facts = [][2]string{{"Letter of", f.Letter}, {"To be confirmed by", s.ClockTime(f.AttestDue)}}
		if f.Alternate {
			l.Facts = append(l.Facts, [2]string{"As", "alternate: the work of whoever leaves comes to you"})
		}
	case *designation.Ended:
		l.Subject = "Name another reporter for " + e.Name
		l.Paras = []string{fmt.Sprintf("%s no longer reports for %s. A new designation is due.", about(f.Designee), e.Name)}
		l.Facts = [][2]string{{"Due by", s.ClockTime(f.ChangeDue)}, {"Reason", endWords(f.Reason)}}
	case *designation.HandedOver:
		l = handedLetter(l, f, about(f.Designee), e.Name)
	case *designation.Reminded:
		l = remindedLetter(l, f, about(f.Designee), e.Name, s.ClockTime(f.Due))
	case *designation.MessageEnded:
		l.Subject = "A message about the reporters of " + e.Name + " could not be delivered"
		l.Paras = []string{undelivered}
	}
	return l
}

func handedLetter(l notify.Letter, f *designation.HandedOver, gone, entity string) notify.Letter {
	l.Subject = "Open duties of " + entity + " are with you now"
	why := "as the one designated beside them"
	if f.As == designation.ToCoordinator {
		why = "as the incident response coordinator, because nobody else is designated"
	}
	l.Paras = []string{fmt.Sprintf("%s no longer reports for %s. What was open there is with you, %s.", gone, entity, why)}
	for _, d := range f.Duties {
		l.Items = append(l.Items, "Incident "+d.Incident+", duty "+d.Duty)
	}
	return l
}

func remindedLetter(l notify.Letter, f *designation.Reminded, name, entity, due string) notify.Letter {
	l.Facts = [][2]string{{"Due by", due}}
	switch {
	case f.Stage == designation.StageChange:
		l.Subject = "Overdue: name another reporter for " + entity
		l.Paras = []string{fmt.Sprintf("A reporter of %s is gone and nobody was designated in time.", entity)}
	case f.Stage == designation.StageDue:
		l.Subject = "Confirm that you report for " + entity
		l.Paras = []string{"Confirm your designation for another year, or tell the head of your entity that it has changed."}
	default:
		l.Subject = "Overdue: " + name + " has not confirmed to report for " + entity
		l.Paras = []string{fmt.Sprintf("The yearly confirmation of %s is late. The designation goes on to hold until it is withdrawn.", name)}
	}
	return l
}

func endWords(reason string) string {
	switch reason {
	case designation.Left:
		return "has left"
	case designation.RoleRemoved:
		return "the directory no longer gives them the role"
	}
	return "withdrawn by the head"
}
