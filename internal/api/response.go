package api

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Responding takes what begins and leads a response, and shows it.
type Responding interface {
	Response(ctx context.Context, by access.Actor, number string) (app.ResponseView, error)
	StartResponse(ctx context.Context, by access.Actor, number, lead, begun string, playbooks []string) error
	HandOver(ctx context.Context, by access.Actor, number, lead, play string) error
	FollowPlaybook(ctx context.Context, by access.Actor, number, playbook string) error
}

// Tasks takes what is done about the tasks of a response.
type Tasks interface {
	AddTask(ctx context.Context, by access.Actor, number, what, aim, role string) error
	TakeTask(ctx context.Context, by access.Actor, number, task, person string) error
	FinishTask(ctx context.Context, by access.Actor, number, task, note string) error
	SkipTask(ctx context.Context, by access.Actor, number, task, reason string) error
	ReopenTask(ctx context.Context, by access.Actor, number, task, reason string) error
}

type (
	start struct {
		Lead      string   `json:"lead,omitempty" maxLength:"128" doc:"Id of the person who leads; whoever holds the key by default."`
		Begun     string   `json:"begun" required:"true" maxLength:"20000" doc:"What was begun."`
		Playbooks []string `json:"playbooks,omitempty" maxItems:"50" doc:"Ids of the procedures to follow."`
	}
	handOver struct {
		Lead string `json:"lead" required:"true" maxLength:"128" doc:"Id of the person who takes over."`
		Play string `json:"state_of_play" required:"true" maxLength:"20000" doc:"What is known, what runs, what is next."`
	}
	followed struct {
		Playbook string `json:"playbook" required:"true" maxLength:"128" doc:"Id of the procedure."`
	}
	newTask struct {
		What string `json:"what" required:"true" maxLength:"20000" doc:"What is to be done."`
		Aim  string `json:"aim" required:"true" enum:"analysis,evidence,containment,eradication,recovery,communication,review" doc:"What it is for."`
		Role string `json:"role" required:"true" maxLength:"64" doc:"The role that does it."`
	}
	taken struct {
		Person string `json:"person,omitempty" maxLength:"128" doc:"Id of the person who does it; left out, nobody in particular."`
	}
	note struct {
		Note string `json:"note,omitempty" maxLength:"20000" doc:"What was done or found."`
	}
	whySkipped struct {
		Reason string `json:"reason,omitempty" maxLength:"20000" doc:"Why; needed where the step is required."`
	}
)

type (
	startIn struct {
		IncidentPath
		Body body[start]
	}
	handOverIn struct {
		IncidentPath
		Body body[handOver]
	}
	followIn struct {
		IncidentPath
		Body body[followed]
	}
	newTaskIn struct {
		IncidentPath
		Body body[newTask]
	}
	takenIn struct {
		NumberedPath
		Body body[taken]
	}
	noteIn struct {
		NumberedPath
		Body body[note]
	}
	skipIn struct {
		NumberedPath
		Body body[whySkipped]
	}
	reopenIn struct {
		NumberedPath
		Body body[reason]
	}
)

func (s *server) response(ctx context.Context, in *IncidentPath) (*reply[app.ResponseView], error) {
	v, err := s.Responding.Response(ctx, actorOf(ctx), in.Number)
	return &reply[app.ResponseView]{v}, err
}

// startResponse begins the response, which is what the clocks run to. MA 6.5.1
func (s *server) startResponse(ctx context.Context, in *startIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Responding.StartResponse(ctx, actorOf(ctx), in.Number, v.Lead, v.Begun, v.Playbooks)
}

func (s *server) handOver(ctx context.Context, in *handOverIn) (*nothing, error) {
	return done, s.Responding.HandOver(ctx, actorOf(ctx), in.Number, in.Body.Value.Lead, in.Body.Value.Play)
}

func (s *server) follow(ctx context.Context, in *followIn) (*nothing, error) {
	return done, s.Responding.FollowPlaybook(ctx, actorOf(ctx), in.Number, in.Body.Value.Playbook)
}

func (s *server) addTask(ctx context.Context, in *newTaskIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Tasks.AddTask(ctx, actorOf(ctx), in.Number, v.What, v.Aim, v.Role)
}

func (s *server) takeTask(ctx context.Context, in *takenIn) (*nothing, error) {
	return done, s.Tasks.TakeTask(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Person)
}

func (s *server) finishTask(ctx context.Context, in *noteIn) (*nothing, error) {
	return done, s.Tasks.FinishTask(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Note)
}

func (s *server) skipTask(ctx context.Context, in *skipIn) (*nothing, error) {
	return done, s.Tasks.SkipTask(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Reason)
}

func (s *server) reopenTask(ctx context.Context, in *reopenIn) (*nothing, error) {
	return done, s.Tasks.ReopenTask(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Reason)
}
