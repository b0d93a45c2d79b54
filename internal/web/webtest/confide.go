package webtest

import (
	"context"
	"slices"
	"strconv"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// change runs do on an incident, where there is one.
func (f *Fake) change(number string, do func(*app.IncidentView) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.up(); err != nil {
		return err
	}
	v := f.view(number)
	if v == nil {
		return fault.NotFound("no such incident")
	}
	v.Version++
	return do(v)
}

// Restrict implements web.Compartments.
func (f *Fake) Restrict(_ context.Context, by access.Actor, number string, members []string, reason string) error {
	if slices.Contains(members, "nobody@demo.test") {
		return fault.Invalid("members", "the directory has nobody under \"nobody@demo.test\"", "give an e-mail address as the directory has it")
	}
	return f.change(number, func(v *app.IncidentView) error {
		v.Restriction = &app.RestrictionView{Since: f.now(), By: by.Name, Reason: f.word(reason),
			Members: []app.MemberView{{Person: by.Person, Name: f.word(by.Name), By: by.Name, Since: f.now()}}}
		for _, m := range members {
			v.Restriction.Members = append(v.Restriction.Members, app.MemberView{Person: m, Name: f.word(m), By: by.Name, Since: f.now()})
		}
		return nil
	})
}

// Release implements web.Compartments.
func (f *Fake) Release(_ context.Context, _ access.Actor, number, _ string) error {
	return f.change(number, func(v *app.IncidentView) error { v.Restriction = nil; return nil })
}

// AddMember implements web.Compartments.
func (f *Fake) AddMember(_ context.Context, by access.Actor, number, member string) error {
	return f.change(number, func(v *app.IncidentView) error {
		if v.Restriction == nil {
			return fault.Conflict("this incident is not restricted")
		}
		v.Restriction.Members = append(v.Restriction.Members, app.MemberView{Person: member, Name: f.word(member), By: by.Name, Since: f.now()})
		return nil
	})
}

// RemoveMember implements web.Compartments.
func (f *Fake) RemoveMember(_ context.Context, _ access.Actor, number, person string) error {
	return f.change(number, func(v *app.IncidentView) error {
		v.Restriction.Members = slices.DeleteFunc(v.Restriction.Members, func(m app.MemberView) bool { return m.Person == person })
		return nil
	})
}

// BreakGlass implements web.Glass.
func (f *Fake) BreakGlass(_ context.Context, by access.Actor, number, reason string) error {
	return f.change(number, func(v *app.IncidentView) error {
		b := app.BreakingView{ID: "g" + strconv.Itoa(len(f.breakings)+1), Incident: number, Entity: v.EntityName, Person: f.word(by.Name),
			Reason: f.word(reason), At: f.now(), Until: f.now().Add(24 * 60 * 60 * 1e9), Holds: true, MayReview: true}
		f.breakings = append(f.breakings, b)
		return nil
	})
}

// Breakings implements web.Glass.
func (f *Fake) Breakings(context.Context, access.Actor) ([]app.BreakingView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.breakings), f.up()
}

// ReviewGlass implements web.Glass.
func (f *Fake) ReviewGlass(_ context.Context, by access.Actor, number, breaking, finding string) error {
	return f.change(number, func(*app.IncidentView) error {
		for i := range f.breakings {
			if b := &f.breakings[i]; b.ID == breaking {
				at := f.now()
				b.Reviewer, b.ReviewedAt, b.Finding, b.MayReview = by.Name, &at, f.word(finding), false
			}
		}
		return nil
	})
}

// Assign implements web.Handovers.
func (f *Fake) Assign(_ context.Context, _ access.Actor, number, authority, person, _ string) error {
	return f.change(number, func(v *app.IncidentView) error {
		for i := range v.Tracks {
			if v.Tracks[i].Authority == authority {
				v.Tracks[i].Assignee, v.Tracks[i].AssigneeName = person, f.word(person)
			}
		}
		return nil
	})
}

// Head implements web.Live: the places are the versions of all incidents together.
func (f *Fake) Head(context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.head(), f.up()
}

func (f *Fake) head() (n int64) {
	for _, v := range f.views {
		n += v.Version
	}
	return n
}

// ChangesAfter implements web.Live.
func (f *Fake) ChangesAfter(_ context.Context, after int64) ([]app.Changed, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	head := f.head()
	if head == after || f.Down {
		return nil, after, f.up()
	}
	var out []app.Changed
	for _, v := range f.views {
		out = append(out, app.Changed{Stream: "incident/" + v.Incident, Version: v.Version, Place: head, Object: objectOf(v)})
	}
	return out, head, nil
}

func objectOf(v *app.IncidentView) access.Object {
	o := access.Object{Entity: v.Entity, Restricted: v.Restriction != nil}
	if v.Restriction != nil {
		for _, m := range v.Restriction.Members {
			o.Members = append(o.Members, m.Person)
		}
	}
	for _, t := range v.Tracks {
		o.Told = append(o.Told, t.Authority)
	}
	return o
}

// Follow implements web.Live.
func (f *Fake) Follow(_ context.Context, by access.Actor, number string) (app.Changed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.view(number)
	if v == nil || !access.Allow(by, access.Read, objectOf(v)) {
		return app.Changed{}, fault.NotFound("no such incident")
	}
	return app.Changed{Stream: "incident/" + number, Version: v.Version, Object: objectOf(v)}, f.up()
}

// Counters implements web.Live.
func (f *Fake) Counters(context.Context, access.Actor) (app.Counters, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return app.Counters{Owed: len(f.views)}, f.up()
}

// Touch changes an incident as somebody else's act would.
func (f *Fake) Touch(number string) {
	_ = f.change(number, func(*app.IncidentView) error { return nil })
}

// Confide restricts an incident to some people, as somebody else's act would.
func (f *Fake) Confide(number string, members ...string) {
	_ = f.change(number, func(v *app.IncidentView) error {
		v.Restriction = &app.RestrictionView{Since: f.now(), By: "Somebody", Reason: "An insider."}
		for _, m := range members {
			v.Restriction.Members = append(v.Restriction.Members, app.MemberView{Person: m, Name: m, Since: f.now()})
		}
		return nil
	})
}

// EndSessions revokes every session.
func (f *Fake) EndSessions() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.sessions)
}

var checkpoint = &app.CheckpointView{Size: 42, Root: digest("root")}

// confidences fills in what a page shows of who may know.
func (f *Fake) confidences(out *app.IncidentView, by access.Actor) {
	out.MayRestrict = len(by.Authorities) == 0
	out.Leads, out.Checkpoint = []string{f.word("Katrin Medeiros")}, checkpoint
	out.Attempts = map[string][]app.AttemptView{}
	for _, m := range out.Messages {
		out.Attempts[m.ID] = []app.AttemptView{{At: f.now(), Outcome: "deferred", Reply: f.word("450 try later")}, {At: f.now(), Outcome: "delivered"}}
	}
	for _, p := range f.people {
		r := app.ReaderView{Person: p.View.ID, Name: f.word(p.View.Name), Title: f.word(p.View.Title), Entity: f.word(p.View.EntityName), Kind: "tree", Why: "Holds an office"}
		if len(p.Actor.Authorities) > 0 {
			r.Kind = "authority"
		}
		out.Readers = append(out.Readers, r)
	}
	out.Tracks = slices.Clone(out.Tracks)
	for i, t := range out.Tracks {
		if slices.Contains(by.Authorities, t.Authority) {
			out.Tracks[i].Colleagues = []app.Colleague{{ID: by.Person, Name: by.Name}, {ID: "colleague", Name: f.word("Luis Amador")}}
		}
	}
}

// reach gives people of the fake what their roles reach.
func reach(roles []directory.Assignment) map[string][]directory.Role {
	out := map[string][]directory.Role{}
	for _, r := range roles {
		if r.Entity != "" {
			out[r.Entity] = append(out[r.Entity], r.Role)
		}
	}
	return out
}

// Session opens a session for anybody who files, without a sign-in.
func (f *Fake) Session(person string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	token := "session-of-" + person
	f.sessions[token] = access.Actor{ID: "person:" + person, Person: person, Name: person}
	return token
}

// SessionWatching implements web.Live.
func (f *Fake) SessionWatching(ctx context.Context, token string) (app.Session, error) {
	return f.ActorForSession(ctx, token)
}
