package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
)

// designationPrefix begins the streams whose messages are written here.
const designationPrefix = "designation/"

// composeDesignations writes messages about the designations of one entity. Each says what its cause recorded, so that a resend says the
// same words.
func (a *App) composeDesignations(ctx context.Context, stream string, messages []string) ([]Outgoing, error) {
	entity := strings.TrimPrefix(stream, designationPrefix)
	facts, err := a.Designations.Designations(ctx, entity)
	if err != nil {
		return nil, err
	}
	s, err := a.settingFor(ctx, entity)
	if err != nil {
		return nil, err
	}
	st := designation.Fold(facts)
	out := make([]Outgoing, len(messages))
	for i, id := range messages {
		m, ok := st.Messages[id]
		if !ok {
			out[i].Err = fault.Gone("this message is owed no more")
			continue
		}
		out[i] = a.designationMail(s, st, m)
	}
	return out, nil
}

func (a *App) designationMail(s setting, st designation.State, m designation.Owing) Outgoing {
	to := notify.NewAddress("Operator", a.Operator)
	if !m.Operator {
		p, _ := s.dir.Person(m.Person)
		to = notify.NewAddress(p.Name, p.Email)
	}
	if to.Email == "" {
		return Outgoing{Err: fault.NotFound("the recipient has no mail address")}
	}
	l := a.letter(s, st, m)
	l.Kind, l.To, l.Demonstration, l.Delay = m.Kind, to.Name, a.Demo, max(0, a.Now().Sub(m.OwedAt))
	l.LinkLabel, l.Link = "Open the page of reporters", a.BaseURL+"/entities/"+st.Entity+"/reporters"
	if m.Operator {
		l.Why = "Nobody holds the office that would be told, or a message could not be delivered, so it comes to you."
	}
	subject, text, html := notify.RenderLetter(l)
	_, host, _ := strings.Cut(a.From, "@")
	return Outgoing{Mail: &notify.Mail{MessageID: notify.MessageID(m.ID, to.Email, host), From: notify.NewAddress("Tocsin", a.From), To: to,
		Subject: subject, Text: text, HTML: html, Headers: map[string]string{"X-Tocsin-Kind": m.Kind}, Date: m.OwedAt}}
}

// letter says what the fact that caused a message means for its receiver.
func (a *App) letter(s setting, st designation.State, m designation.Owing) notify.Letter {
	e, _ := s.dir.Entity(st.Entity)
	when := func(us int64) string {
		return time.UnixMicro(us).In(s.pack.Calendar().Zone()).Format("Mon 2 Jan 2006, 15:04 MST")
	}
	about := func(id string) string {
		if d := st.Designee(id); d != nil {
			return namedPerson(s.dir, d.Person).Name
		}
		return ""
	}
	rule := s.pack.Designations()
	l := notify.Letter{Clause: rule.Clause, Why: rule.Title + "."}
	switch f := m.Cause.(type) {
	case *designation.Designated:
		l.Subject = "You report for " + e.Name
		l.Paras = []string{fmt.Sprintf("You are designated to report information-security incidents for %s. You can file from now on.", e.Name)}
		l.Facts = [][2]string{{"Letter of", f.Letter}, {"To be confirmed by", when(f.AttestDue)}}
		if f.Alternate {
			l.Facts = append(l.Facts, [2]string{"As", "alternate: the work of whoever leaves comes to you"})
		}
	case *designation.Ended:
		l.Subject = "Name another reporter for " + e.Name
		l.Paras = []string{fmt.Sprintf("%s no longer reports for %s. A new designation is due.", about(f.Designee), e.Name)}
		l.Facts = [][2]string{{"Due by", when(f.ChangeDue)}, {"Reason", endWords(f.Reason)}}
	case *designation.HandedOver:
		l = handedLetter(l, f, about(f.Designee), e.Name)
	case *designation.Reminded:
		l = remindedLetter(l, f, m, about(f.Designee), e.Name, when)
	case *designation.MessageEnded:
		l.Subject = "A message about the reporters of " + e.Name + " could not be delivered"
		l.Paras = []string{"The mail server of the recipient did not take it. See to it that the recipient learns of it another way, and that their address in the directory is right."}
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

func remindedLetter(l notify.Letter, f *designation.Reminded, m designation.Owing, name, entity string, when func(int64) string) notify.Letter {
	l.Facts = [][2]string{{"Due by", when(f.Due)}}
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

// recordDesignationOutcomes records what became of messages about designations; news only, as for incidents.
func (a *App) recordDesignationOutcomes(ctx context.Context, stream string, attempts []Attempted) error {
	entity := strings.TrimPrefix(stream, designationPrefix)
	s, err := a.settingFor(ctx, entity)
	if err != nil {
		return err
	}
	for _, t := range attempts {
		c := designation.MessageOutcome{Message: t.Message, Digest: t.Digest}
		switch {
		case t.Outcome.Kind == notify.Delivered:
			c.Outcome = designation.Delivered
		case t.Outcome.Kind == notify.Refused:
			c.Outcome = designation.Refused
		case t.Next.Escalate:
			c.Outcome = designation.GaveUp
		default:
			continue
		}
		if err := a.designate(ctx, s, access.System("courier"), entity, c, nil, t.lastLine()...); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) designationGaveUp(ctx context.Context, q notify.Queued) (bool, error) {
	facts, err := a.Designations.Designations(ctx, strings.TrimPrefix(q.Stream, designationPrefix))
	if err != nil {
		return false, err
	}
	return designation.Fold(facts).Messages[q.Message].GaveUp, nil
}
