package api

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Compartments takes who may know of an incident.
type Compartments interface {
	Restrict(ctx context.Context, by access.Actor, number string, members []string, reason string) error
	Release(ctx context.Context, by access.Actor, number, reason string) error
	AddMember(ctx context.Context, by access.Actor, number, member string) error
	RemoveMember(ctx context.Context, by access.Actor, number, person string) error
}

// Glass takes and reviews the opening of restricted incidents by people outside them.
type Glass interface {
	BreakGlass(ctx context.Context, by access.Actor, number, reason string) error
	ReviewGlass(ctx context.Context, by access.Actor, number, breaking, finding string) error
	Breakings(ctx context.Context, by access.Actor) ([]app.BreakingView, error)
}

// Handovers gives an authority's work to one of its officers.
type Handovers interface {
	Assign(ctx context.Context, by access.Actor, number, authority, person, note string) error
}

const reviews = "/api/v1/reviews"

// restrictRoutes are the acts about who may know, and the hand-over between colleagues. What a page asks a new proof for, a key must
// have been made for: access.Named.
func restrictRoutes() []route {
	return []route{
		{Route{get, one + "/restriction", access.Read, "incident", "log"}, "restriction", "Who may know of the incident", 200, noBody, nil, with((*server).restriction)},
		{Route{post, one + "/restrict", access.Restrict, "incident", "fact"}, "restrict", "Restrict the incident to named members", 204, needsBody, of[restricting], with((*server).restrict)},
		{Route{post, one + "/release", access.Restrict, "incident", "fact"}, "release", "End the restriction", 204, needsBody, of[reason], with((*server).release)},
		{Route{post, one + "/members", access.Restrict, "incident", "fact"}, "add-member", "Name one more member", 204, needsBody, of[member], with((*server).addMember)},
		{Route{post, one + "/members/{id}/remove", access.Restrict, "incident", "fact"}, "remove-member", "End a membership", 204, emptyBody, nil, with((*server).removeMember)},
		{Route{post, one + "/break-glass", access.Break, "incident", "fact"}, "break-glass", "Open a restricted incident for a day, with an alarm and a review", 204, needsBody, of[reason], with((*server).breakGlass)},
		{Route{get, reviews, access.Review, "list", "log"}, "reviews", "Who opened restricted incidents by breaking the glass", 200, noBody, nil, with((*server).reviews)},
		{Route{post, one + "/reviews/{id}", access.Review, "incident", "fact"}, "review", "Record a finding on one such opening", 204, needsBody, of[finding], with((*server).review)},
		{Route{post, track + "/assign", access.Respond, "authority", "fact"}, "assign", "Hand the authority's work to one of its officers", 204, needsBody, of[assigned], with((*server).assign)},
	}
}

type (
	restricting struct {
		Members []string `json:"members,omitempty" maxItems:"200" doc:"Ids or e-mail addresses of the directory; whoever holds the key is a member without being named."`
		Reason  string   `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	member struct {
		Member string `json:"member" required:"true" maxLength:"320" doc:"Id or e-mail address of the directory."`
	}
	finding struct {
		Finding string `json:"finding" required:"true" maxLength:"20000" doc:"What the review found."`
	}
	assigned struct {
		Person string `json:"person,omitempty" maxLength:"128" doc:"Id of the officer; left out, nobody in particular."`
		Note   string `json:"note,omitempty" maxLength:"20000" doc:"What the officer should know."`
	}
)

type (
	restrictIn struct {
		IncidentPath
		Body body[restricting]
	}
	releaseIn struct {
		IncidentPath
		Body body[reason]
	}
	memberIn struct {
		IncidentPath
		Body body[member]
	}
	reviewIn struct {
		NumberedPath
		Body body[finding]
	}
	assignIn struct {
		TrackPath
		Body body[assigned]
	}
)

// Restriction is who may know of an incident. Since, By and Reason are missing where it is not restricted.
type Restriction struct {
	Restricted bool       `json:"restricted"`
	Since      *time.Time `json:"since,omitempty"`
	By         string     `json:"by,omitempty"`
	Reason     string     `json:"reason,omitempty"`
	Members    []Member   `json:"members"`
	Breakings  []Breaking `json:"breakings"`
}

// Member is a named member; Until is set where the membership came of breaking the glass.
type Member struct {
	Person string     `json:"person"`
	Name   string     `json:"name"`
	Since  time.Time  `json:"since"`
	By     string     `json:"by"`
	Until  *time.Time `json:"until,omitempty"`
}

// Breaking is one opening of a restricted incident by somebody outside it. Incident and Entity are set in the list of reviews.
type Breaking struct {
	ID         string     `json:"id"`
	Incident   string     `json:"incident,omitempty"`
	Entity     string     `json:"entity,omitempty"`
	Person     string     `json:"person"`
	Reason     string     `json:"reason"`
	At         time.Time  `json:"at"`
	Until      time.Time  `json:"until"`
	Holds      bool       `json:"holds"`
	Reviewer   string     `json:"reviewer,omitempty"`
	Finding    string     `json:"finding,omitempty"`
	ReviewedAt *time.Time `json:"reviewed_at,omitempty"`
	MayReview  bool       `json:"may_review"`
}

// BreakingList is what waits for review and what was reviewed, newest first.
type BreakingList struct {
	Breakings []Breaking `json:"breakings"`
}

func (s *server) restriction(ctx context.Context, in *IncidentPath) (*reply[Restriction], error) {
	v, err := s.Reading.Incident(ctx, actorOf(ctx), in.Number)
	if err != nil || v.Restriction == nil {
		return &reply[Restriction]{}, err
	}
	x := v.Restriction
	out := Restriction{Restricted: true, Since: &x.Since, By: x.By, Reason: x.Reason}
	for _, m := range x.Members {
		out.Members = append(out.Members, Member{Person: m.Person, Name: m.Name, Since: m.Since, By: m.By, Until: m.Until})
	}
	out.Breakings = breakings(x.Breakings)
	return &reply[Restriction]{out}, nil
}

func breakings(all []app.BreakingView) (out []Breaking) {
	for _, b := range all {
		out = append(out, Breaking{ID: b.ID, Incident: b.Incident, Entity: b.Entity, Person: b.Person, Reason: b.Reason, At: b.At, Until: b.Until,
			Holds: b.Holds, Reviewer: b.Reviewer, Finding: b.Finding, ReviewedAt: b.ReviewedAt, MayReview: b.MayReview})
	}
	return out
}

func (s *server) restrict(ctx context.Context, in *restrictIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Compartments.Restrict(ctx, actorOf(ctx), in.Number, v.Members, v.Reason)
}

func (s *server) release(ctx context.Context, in *releaseIn) (*nothing, error) {
	return done, s.Compartments.Release(ctx, actorOf(ctx), in.Number, in.Body.Value.Reason)
}

func (s *server) addMember(ctx context.Context, in *memberIn) (*nothing, error) {
	return done, s.Compartments.AddMember(ctx, actorOf(ctx), in.Number, in.Body.Value.Member)
}

func (s *server) removeMember(ctx context.Context, in *NumberedPath) (*nothing, error) {
	return done, s.Compartments.RemoveMember(ctx, actorOf(ctx), in.Number, in.ID)
}

func (s *server) breakGlass(ctx context.Context, in *releaseIn) (*nothing, error) {
	return done, s.Glass.BreakGlass(ctx, actorOf(ctx), in.Number, in.Body.Value.Reason)
}

func (s *server) reviews(ctx context.Context, _ *nothing) (*reply[BreakingList], error) {
	all, err := s.Glass.Breakings(ctx, actorOf(ctx))
	return &reply[BreakingList]{BreakingList{breakings(all)}}, err
}

func (s *server) review(ctx context.Context, in *reviewIn) (*nothing, error) {
	return done, s.Glass.ReviewGlass(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Finding)
}

// assign hands work over between colleagues; the page of the inbox does the same.
func (s *server) assign(ctx context.Context, in *assignIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Handovers.Assign(ctx, actorOf(ctx), in.Number, in.Authority, v.Person, v.Note)
}
