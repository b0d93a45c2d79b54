package api

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Lifecycles shows where an incident stands, and takes what is decided about it as a whole.
type Lifecycles interface {
	Lifecycle(ctx context.Context, by access.Actor, number string) (app.LifecycleView, error)
	EnterPhase(ctx context.Context, by access.Actor, number, phase, reason string) error
	StateMilestone(ctx context.Context, by access.Actor, number, milestone string, at time.Time) error
	Classify(ctx context.Context, by access.Actor, number, as, reason string) error
	LinkIncident(ctx context.Context, by access.Actor, number string, l app.LinkRequest) error
}

// Endings closes and reopens incidents.
type Endings interface {
	CloseIncident(ctx context.Context, by access.Actor, number string, c app.Closing) error
	ReopenIncident(ctx context.Context, by access.Actor, number, reason string) error
	KeepClosed(ctx context.Context, by access.Actor, number, reason string) error
	ValidateResults(ctx context.Context, by access.Actor, number, grounds string) error
}

// Teamwork takes what is decided about who works on an incident, and in which order.
type Teamwork interface {
	AnswerHandover(ctx context.Context, by access.Actor, number string, accept bool, reason string) error
	WithdrawHandover(ctx context.Context, by access.Actor, number string) error
	Engage(ctx context.Context, by access.Actor, number, person, reason string) error
	DecideContinuity(ctx context.Context, by access.Actor, number string, activate bool, reason string) error
	OrderTasks(ctx context.Context, by access.Actor, number, task, before string) error
}

type (
	phase struct {
		Phase  string `json:"phase" required:"true" enum:"detection,containment,post_incident" doc:"The phase to enter."`
		Reason string `json:"reason,omitempty" maxLength:"20000" doc:"Why; needed to go back."`
	}
	milestone struct {
		Milestone string `json:"milestone" required:"true" enum:"contained,eradicated,recovered"`
		At        string `json:"at" required:"true" maxLength:"40" doc:"When it was reached: RFC 3339, with the offset."`
	}
	classified struct {
		As     string `json:"as" required:"true" enum:"incident,near_miss,event" doc:"What it was."`
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"What this rests on."`
	}
	tie struct {
		Relation string   `json:"relation" required:"true" enum:"related,duplicate_of,split_from,split_into,merged_into" doc:"duplicate_of and merged_into close this incident."`
		Other    string   `json:"other" required:"true" maxLength:"64" doc:"Number of the other incident."`
		Reason   string   `json:"reason" required:"true" maxLength:"20000" doc:"What this rests on."`
		Accepted []string `json:"accepted,omitempty" maxItems:"2000" doc:"Where it closes: ids of what remains open and is accepted."`
	}
	ending struct {
		Outcome  string   `json:"outcome" required:"true" enum:"resolved,declined"`
		As       string   `json:"as,omitempty" enum:"event,near_miss" doc:"Declined: what it was instead."`
		Reason   string   `json:"reason" required:"true" maxLength:"20000" doc:"How it ended; the reporters are told."`
		Accepted []string `json:"accepted,omitempty" maxItems:"2000" doc:"Ids of what remains open, as the lifecycle lists them, and is accepted."`
	}
	resuming struct {
		Keep   bool   `json:"keep_closed,omitempty" doc:"Do not reopen: a filing after closing changes nothing."`
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	offerAnswer struct {
		Answer string `json:"answer" required:"true" enum:"accept,decline,withdraw"`
		Reason string `json:"reason,omitempty" maxLength:"20000" doc:"Why it is declined."`
	}
	engaged struct {
		Person string `json:"person" required:"true" maxLength:"128" doc:"Id of a member of the extended team."`
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"What they are needed for."`
	}
	continuity struct {
		Activate *bool  `json:"activate" required:"true" doc:"Whether business continuity is activated."`
		Reason   string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	position struct {
		Before string `json:"before,omitempty" maxLength:"128" doc:"Id of the task that it comes before; left out, the end of the list."`
	}
)

type (
	phaseIn struct {
		IncidentPath
		Body body[phase]
	}
	milestoneIn struct {
		IncidentPath
		Body body[milestone]
	}
	classIn struct {
		IncidentPath
		Body body[classified]
	}
	tieIn struct {
		IncidentPath
		Body body[tie]
	}
	endingIn struct {
		IncidentPath
		Body body[ending]
	}
	validateIn struct {
		IncidentPath
		Body body[reason]
	}
	resumeIn struct {
		IncidentPath
		Body body[resuming]
	}
	offerAnswerIn struct {
		IncidentPath
		Body body[offerAnswer]
	}
	engageIn struct {
		IncidentPath
		Body body[engaged]
	}
	continuityIn struct {
		IncidentPath
		Body body[continuity]
	}
	positionIn struct {
		NumberedPath
		Body body[position]
	}
)

// lifeRoutes are the course of an incident, its team and its sections.
func lifeRoutes() []route {
	return []route{
		{Route{get, one + "/lifecycle", access.Read, "incident", "log"}, "lifecycle", "Where the incident stands, and what is still open", 200, noBody, nil, with((*server).lifecycle)},
		{Route{post, one + "/lifecycle/phase", access.Discharge, "incident", "fact"}, "enter-phase", "Enter a phase", 204, needsBody, of[phase], with((*server).enterPhase)},
		{Route{post, one + "/lifecycle/milestone", access.Discharge, "incident", "fact"}, "state-milestone", "State when it was contained, eradicated or recovered from", 204, needsBody, of[milestone], with((*server).stateMilestone)},
		{Route{post, one + "/lifecycle/classify", access.Rate, "incident", "fact"}, "classify", "Say what it was: an incident, a near miss or an event", 204, needsBody, of[classified], with((*server).classify)},
		{Route{post, one + "/lifecycle/link", access.Work, "incident", "fact"}, "link", "Link with another incident", 204, needsBody, of[tie], with((*server).link)},
		{Route{post, one + "/lifecycle/end", access.Discharge, "incident", "fact"}, "end", "Close or decline the incident", 204, needsBody, of[ending], with((*server).end)},
		{Route{post, one + "/lifecycle/validate", access.Rate, "incident", "fact"}, "validate", "Validate the results of a response that its lead ended", 204, needsBody, of[reason], with((*server).validateResults)},
		{Route{post, one + "/lifecycle/resume", access.Discharge, "incident", "fact"}, "resume", "Reopen the incident, or keep it closed", 204, needsBody, of[resuming], with((*server).resume)},
		{Route{post, one + "/response/handover/answer", access.Work, "incident", "fact"}, "answer-handover", "Accept, decline or take back the offer of the lead", 204, needsBody, of[offerAnswer], with((*server).answerHandover)},
		{Route{post, one + "/response/engage", access.Discharge, "incident", "fact"}, "engage", "Call in a member of the extended team", 204, needsBody, of[engaged], with((*server).engage)},
		{Route{post, one + "/response/continuity", access.Rate, "incident", "fact"}, "decide-continuity", "Decide on business continuity", 204, needsBody, of[continuity], with((*server).decideContinuity)},
		{Route{get, one + "/sections/{section}", access.Read, "section", "log"}, "section", "The notes of a section", 200, noBody, nil, with((*server).section)},
		{Route{post, one + "/sections/{section}", access.Work, "section", "fact"}, "note-in-section", "Write a note into a section", 204, needsBody, of[sectionNote], with((*server).noteInSection)},
		{Route{post, one + "/tasks/{id}/order", access.Work, "incident", "fact"}, "order-task", "Put a task elsewhere on the list", 204, needsBody, of[position], with((*server).orderTask)},
	}
}

func (s *server) lifecycle(ctx context.Context, in *IncidentPath) (*reply[app.LifecycleView], error) {
	v, err := s.Lifecycles.Lifecycle(ctx, actorOf(ctx), in.Number)
	return &reply[app.LifecycleView]{v}, err
}

func (s *server) enterPhase(ctx context.Context, in *phaseIn) (*nothing, error) {
	return done, s.Lifecycles.EnterPhase(ctx, actorOf(ctx), in.Number, in.Body.Value.Phase, in.Body.Value.Reason)
}

func (s *server) stateMilestone(ctx context.Context, in *milestoneIn) (*nothing, error) {
	at, err := time.Parse(time.RFC3339, in.Body.Value.At)
	if err != nil {
		return nil, fault.Invalid("at", "this is no time", "write it like 2026-11-21T15:04:00-05:00")
	}
	return done, s.Lifecycles.StateMilestone(ctx, actorOf(ctx), in.Number, in.Body.Value.Milestone, at)
}

func (s *server) classify(ctx context.Context, in *classIn) (*nothing, error) {
	return done, s.Lifecycles.Classify(ctx, actorOf(ctx), in.Number, in.Body.Value.As, in.Body.Value.Reason)
}

func (s *server) link(ctx context.Context, in *tieIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Lifecycles.LinkIncident(ctx, actorOf(ctx), in.Number, app.LinkRequest{Relation: v.Relation, Other: v.Other, Reason: v.Reason, Seen: v.Accepted})
}

func (s *server) end(ctx context.Context, in *endingIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Endings.CloseIncident(ctx, actorOf(ctx), in.Number, app.Closing{Outcome: v.Outcome, As: v.As, Reason: v.Reason, Seen: v.Accepted})
}

func (s *server) validateResults(ctx context.Context, in *validateIn) (*nothing, error) {
	return done, s.Endings.ValidateResults(ctx, actorOf(ctx), in.Number, in.Body.Value.Reason)
}

func (s *server) resume(ctx context.Context, in *resumeIn) (*nothing, error) {
	if in.Body.Value.Keep {
		return done, s.Endings.KeepClosed(ctx, actorOf(ctx), in.Number, in.Body.Value.Reason)
	}
	return done, s.Endings.ReopenIncident(ctx, actorOf(ctx), in.Number, in.Body.Value.Reason)
}

func (s *server) answerHandover(ctx context.Context, in *offerAnswerIn) (*nothing, error) {
	v := in.Body.Value
	if v.Answer == "withdraw" {
		return done, s.Teamwork.WithdrawHandover(ctx, actorOf(ctx), in.Number)
	}
	return done, s.Teamwork.AnswerHandover(ctx, actorOf(ctx), in.Number, v.Answer == "accept", v.Reason)
}

// engage calls in a member of the extended team. MA 6.3.2
func (s *server) engage(ctx context.Context, in *engageIn) (*nothing, error) {
	return done, s.Teamwork.Engage(ctx, actorOf(ctx), in.Number, in.Body.Value.Person, in.Body.Value.Reason)
}

// decideContinuity records the decision on business continuity. MA 6.6.2.6
func (s *server) decideContinuity(ctx context.Context, in *continuityIn) (*nothing, error) {
	return done, s.Teamwork.DecideContinuity(ctx, actorOf(ctx), in.Number, *in.Body.Value.Activate, in.Body.Value.Reason)
}

func (s *server) orderTask(ctx context.Context, in *positionIn) (*nothing, error) {
	return done, s.Teamwork.OrderTasks(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Before)
}
