package api

import (
	"context"

	"tocsin/internal/domain/policy"
)

// What people state and decide. Texts are bounded, because letters belong into a supplement.
type (
	question struct {
		Question string `json:"question" required:"true" maxLength:"20000" doc:"What the authority wants to know."`
	}
	reason struct {
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	answer struct {
		Answer string `json:"answer" required:"true" maxLength:"100000" doc:"The entity's answer."`
	}
	rating struct {
		Level  string `json:"level" required:"true" enum:"low,medium,high" doc:"The level decided."`
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	postIncident struct {
		Required *bool  `json:"required" required:"true" doc:"Whether a post-incident report is required."`
		Reason   string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	statement struct {
		Statement string `json:"statement" required:"true" maxLength:"20000" doc:"What was done, when and by whom."`
	}
)

// TrackPath names one authority's track on an incident.
type TrackPath struct {
	IncidentPath
	Authority string `path:"authority" maxLength:"128" doc:"Id of the authority."`
}

// NumberedPath names a question or a duty of an incident.
type NumberedPath struct {
	IncidentPath
	ID string `path:"id" maxLength:"128"`
}

type (
	askIn struct {
		TrackPath
		Body body[question]
	}
	reasonIn struct {
		TrackPath
		Body body[reason]
	}
	answerIn struct {
		NumberedPath
		Body body[answer]
	}
	rateIn struct {
		IncidentPath
		Body body[rating]
	}
	postIncidentIn struct {
		IncidentPath
		Body body[postIncident]
	}
	dischargeIn struct {
		NumberedPath
		Body body[statement]
	}
)

// done is the answer to an act: it is recorded, and there is nothing more to say. Each act may be repeated.
var done = &nothing{}

func (s *server) acknowledge(ctx context.Context, in *TrackPath) (*nothing, error) {
	return done, s.Tracks.Acknowledge(ctx, actorOf(ctx), in.Number, in.Authority)
}

func (s *server) ask(ctx context.Context, in *askIn) (*nothing, error) {
	return done, s.Tracks.Ask(ctx, actorOf(ctx), in.Number, in.Authority, in.Body.Value.Question)
}

func (s *server) decline(ctx context.Context, in *reasonIn) (*nothing, error) {
	return done, s.Tracks.Decline(ctx, actorOf(ctx), in.Number, in.Authority, in.Body.Value.Reason)
}

func (s *server) closeTrack(ctx context.Context, in *reasonIn) (*nothing, error) {
	return done, s.Tracks.CloseTrack(ctx, actorOf(ctx), in.Number, in.Authority, in.Body.Value.Reason)
}

func (s *server) answer(ctx context.Context, in *answerIn) (*nothing, error) {
	return done, s.Tracks.AnswerQuestion(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Answer)
}

// rate records the IR coordinator's decision. MA 6.5.1
func (s *server) rate(ctx context.Context, in *rateIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Decisions.Rate(ctx, actorOf(ctx), in.Number, policy.Level(v.Level), v.Reason)
}

// postIncident records the IR coordinator's override at Low. MA 6.5.1
func (s *server) postIncident(ctx context.Context, in *postIncidentIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Decisions.DecidePostIncidentReport(ctx, actorOf(ctx), in.Number, *v.Required, v.Reason)
}

func (s *server) discharge(ctx context.Context, in *dischargeIn) (*nothing, error) {
	return done, s.Decisions.Discharge(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Statement)
}
