package incidents

import (
	"context"
	"slices"
	"strings"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

const onlyCoordinator = "only the incident response coordinator or the CISO decides who may know"

// Restrict limits an incident to named members, with a reason. members are e-mail addresses or ids of the directory; who
// decides it is a member without being named.
func (a *Room) Restrict(ctx context.Context, by access.Actor, number string, members []string, reason string) error {
	if err := incident.CheckProse("reason", reason, "a restriction needs a reason"); err != nil {
		return err
	}
	people, err := a.People(ctx, "members", members)
	if err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Restrict, onlyCoordinator), map[string]string{incident.TextReason: reason},
		func(refs map[string]string) incident.Command { return incident.Restrict{Members: people, Texts: refs} })
}

// Release ends a restriction, with a reason.
func (a *Room) Release(ctx context.Context, by access.Actor, number, reason string) error {
	if err := incident.CheckProse("reason", reason, "releasing needs a reason"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Restrict, onlyCoordinator), map[string]string{incident.TextReason: reason},
		func(refs map[string]string) incident.Command { return incident.Release{Texts: refs} })
}

// AddMember names one more member, by e-mail address or id.
func (a *Room) AddMember(ctx context.Context, by access.Actor, number, member string) error {
	people, err := a.People(ctx, "member", []string{member})
	if err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Restrict, onlyCoordinator), nil,
		func(map[string]string) incident.Command { return incident.AddMember{Person: people[0]} })
}

// RemoveMember ends a membership.
func (a *Room) RemoveMember(ctx context.Context, by access.Actor, number, person string) error {
	return a.Act(ctx, by, number, act.RequireAction(by, access.Restrict, onlyCoordinator), nil,
		func(map[string]string) incident.Command { return incident.RemoveMember{Person: person} })
}

// People finds persons of the directory by e-mail address or id. An unknown one is named back to who typed it.
func (a *Room) People(ctx context.Context, field string, written []string) (ids []string, err error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range written {
		w = strings.TrimSpace(w)
		if w == "" {
			continue
		}
		p, ok := findPerson(dir, w)
		if !ok {
			return nil, fault.Invalid(field, "the directory has nobody under \""+w+"\"", "give an e-mail address as the directory has it")
		}
		ids = append(ids, p.ID)
	}
	if len(ids) == 0 && field == "member" {
		return nil, fault.Invalid(field, "nobody is named", "give an e-mail address")
	}
	return ids, nil
}

func findPerson(dir *directory.Snapshot, written string) (directory.Person, bool) {
	if p, ok := dir.Person(written); ok && !p.Gone {
		return p, true
	}
	people := dir.People()
	i := slices.IndexFunc(people, func(p directory.Person) bool { return !p.Gone && strings.EqualFold(p.Email, written) })
	if i < 0 {
		return directory.Person{}, false
	}
	return people[i], true
}

// BreakGlass opens a restricted incident for a day to somebody whose role allows it but who is no member: with a reason, an
// alarm and a review. Every other incident, known or not, looks absent to it.
func (a *Room) BreakGlass(ctx context.Context, by access.Actor, number, reason string) error {
	if err := incident.CheckProse("reason", reason, "opening a restricted incident needs a reason"); err != nil {
		return err
	}
	return a.outside(ctx, by, number, access.Break, map[string]string{incident.TextReason: reason},
		func(refs map[string]string) incident.Command { return incident.BreakGlass{Texts: refs} })
}

// ReviewGlass records a finding on a use of the glass. The reviewer need not be a member: the page of reviews shows no content.
func (a *Room) ReviewGlass(ctx context.Context, by access.Actor, number, breaking, finding string) error {
	if err := incident.CheckProse("finding", finding, "a review needs a finding"); err != nil {
		return err
	}
	return a.outside(ctx, by, number, access.Review, map[string]string{incident.TextFinding: finding},
		func(refs map[string]string) incident.Command {
			return incident.ReviewGlass{Breaking: breaking, Texts: refs}
		})
}

// outside carries out one command on an incident that the actor need not be able to see.
func (a *Room) outside(ctx context.Context, by access.Actor, written string, do access.Action, prose map[string]string,
	command func(refs map[string]string) incident.Command) error {
	number, err := incident.ParseNumber("incident", written)
	if err != nil {
		return err
	}
	stream, found, err := a.Index.Find(ctx, number)
	if err != nil {
		return err
	}
	if !found {
		return act.ErrNoIncident
	}
	st, err := a.Load(ctx, stream)
	if err != nil {
		return err
	}
	if !access.Allow(by, do, act.ObjectOf(st)) {
		return act.ErrNoIncident
	}
	s, err := a.SettingFor(ctx, st.Entity)
	if err != nil {
		return err
	}
	return a.CommandWith(ctx, stream, s, by, prose, command)
}

// Breakings lists uses of the glass where the actor reviews them: who, when and which number, never the content. The reason is
// shown, because it is what is reviewed.
func (a *Room) Breakings(ctx context.Context, by access.Actor) ([]BreakingView, error) {
	rows, err := a.Trails.Breakings(ctx, access.EntitiesFor(by, access.Review), 200)
	if err != nil {
		return nil, err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	s := act.Setting{Dir: dir, Now: a.Now()}
	out := make([]BreakingView, 0, len(rows))
	for _, r := range rows {
		st, err := a.Load(ctx, r.Stream)
		if err != nil {
			return nil, err
		}
		b, _ := st.Breaking(r.ID)
		texts, err := a.Record.Texts(ctx, []string{b.Reason, b.Finding})
		if err != nil {
			return nil, err
		}
		v := breakingView(b, texts, s)
		v.Incident, v.Entity = r.Number, r.Entity
		if e, ok := dir.Entity(r.Entity); ok {
			v.Entity = e.Name
		}
		v.MayReview = b.ReviewedBy == "" && b.Person != by.Person
		out = append(out, v)
	}
	return out, nil
}

func breakingView(b incident.Breaking, texts map[string][]byte, s act.Setting) BreakingView {
	v := BreakingView{ID: b.ID, Person: act.ActorName("person:"+b.Person, s.Dir), At: b.At, Until: b.Until, Reason: string(texts[b.Reason]),
		Holds: !b.Lapsed && !b.Withdrawn && s.Now.Before(b.Until)}
	if b.ReviewedBy != "" {
		at := b.ReviewedAt
		v.Reviewer, v.ReviewedAt, v.Finding = act.ActorName(b.ReviewedBy, s.Dir), &at, string(texts[b.Finding])
	}
	return v
}

// restrictionView shows who may know of a restricted incident and who has looked; nil for an open one.
func (a *Room) restrictionView(ctx context.Context, stream string, st incident.State, texts map[string][]byte, s act.Setting) (*RestrictionView, error) {
	x := st.Restriction
	if !x.On {
		return nil, nil
	}
	v := &RestrictionView{Since: x.Since, By: act.ActorName(x.By, s.Dir), Reason: string(texts[x.Reason])}
	for _, m := range x.Members {
		member := MemberView{Person: m.Person, Name: act.ActorName("person:"+m.Person, s.Dir), Since: m.Since, By: act.ActorName(m.By, s.Dir)}
		if !m.Until.IsZero() {
			until := m.Until
			member.Until = &until
		}
		v.Members = append(v.Members, member)
	}
	for _, b := range x.Breakings {
		v.Breakings = append(v.Breakings, breakingView(b, texts, s))
	}
	readings, err := a.Trails.Readings(ctx, stream, 50)
	for _, r := range readings {
		v.Readings = append(v.Readings, ReadingView{Who: act.ActorName(r.Actor, s.Dir), What: r.What, At: r.At})
	}
	return v, err
}

// readerViews says who can see an incident and why.
func (a *Room) readerViews(st incident.State, s act.Setting) (out []ReaderView) {
	for _, r := range access.Readers(s.Dir, act.ObjectOf(st)) {
		v := ReaderView{Person: r.Person.ID, Name: r.Person.Name, Title: r.Person.Title, Email: r.Person.Email}
		if e, ok := s.Dir.Entity(r.Person.Entity); ok {
			v.Entity = e.Name
		}
		switch {
		case r.Member:
			v.Kind, v.Why = "member", "Named member"
		case r.Authority != "":
			v.Kind, v.Why = "authority", "Answers for "+a.AuthorityName(r.Authority, s)
		default:
			at, _ := s.Dir.Entity(r.Entity)
			v.Kind, v.Why = "tree", act.RoleName(string(r.Role))+", "+at.Name
		}
		out = append(out, v)
	}
	return out
}
