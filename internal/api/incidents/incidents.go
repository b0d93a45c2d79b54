// Package incidents has the routes of incidents, the acts of authorities and of the coordinator, and restriction.
package incidents

import (
	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/policy"
)

const track = serve.OneIncident + "/tracks/{authority}"

// Routes show incidents, take an authority's acts on its own track, and what is decided about the rating and what is owed.
func Routes() []serve.Route {
	return append(restrictionRoutes(), []serve.Route{
		serve.Ask("/api/v1/incidents", "incidents", access.Read, "A page of incidents, newest first", incidents),
		serve.Ask(serve.OneIncident, "incident", access.Read, "One incident as of now", oneAsOfNow),
		serve.Do(track+"/acknowledge", "acknowledge", access.Respond, "Acknowledge that the authority has the report",
			func(c serve.Call, at TrackPath, _ serve.Nothing) error {
				return c.App.Acknowledge(c, c.By, at.Number, at.Authority)
			}),
		serve.Do(track+"/questions", "ask", access.Respond, "Ask the entity for more",
			func(c serve.Call, at TrackPath, v question) error {
				return c.App.Ask(c, c.By, at.Number, at.Authority, v.Question)
			}),
		serve.Do(track+"/decline", "decline", access.Respond, "Decline to act, with a reason",
			func(c serve.Call, at TrackPath, v serve.ReasonInput) error {
				return c.App.Decline(c, c.By, at.Number, at.Authority, v.Reason)
			}),
		serve.Do(track+"/close", "close", access.Respond, "Close the authority's track",
			func(c serve.Call, at TrackPath, v serve.ReasonInput) error {
				return c.App.CloseTrack(c, c.By, at.Number, at.Authority, v.Reason)
			}),
		serve.Do(track+"/assign", "assign", access.Respond, "Hand the authority's work to one of its officers",
			func(c serve.Call, at TrackPath, v assigned) error {
				return c.App.Assign(c, c.By, at.Number, at.Authority, v.Person, v.Note)
			}),
		serve.Do(serve.OneIncident+"/questions/{id}/answer", "answer", access.Reply, "Answer an authority's question",
			func(c serve.Call, at serve.NumberedPath, v answer) error {
				return c.App.AnswerQuestion(c, c.By, at.Number, at.ID, v.Answer)
			}),
		// The IR coordinator's decision, and the override at Low. MA 6.5.1
		serve.Do(serve.OneIncident+"/rating", "rate", access.Rate, "Decide the rating, with a reason",
			func(c serve.Call, at serve.IncidentPath, v rating) error {
				return c.App.Rate(c, c.By, at.Number, policy.Level(v.Level), v.Reason)
			}),
		serve.Do(serve.OneIncident+"/post-incident-report", "post-incident-report", access.Rate, "Decide whether a post-incident report is required",
			func(c serve.Call, at serve.IncidentPath, v postIncident) error {
				return c.App.DecidePostIncidentReport(c, c.By, at.Number, *v.Required, v.Reason)
			}),
		serve.Do(serve.OneIncident+"/duties/{id}/discharge", "discharge", access.Discharge, "State that a duty was fulfilled",
			func(c serve.Call, at serve.NumberedPath, v statement) error {
				return c.App.Discharge(c, c.By, at.Number, at.ID, v.Statement)
			}),
		serve.Ask("/api/v1/duties", "duties", access.Read, "What is owed, soonest first", duties),
	}...)
}

// TrackPath names one authority's track on an incident.
type TrackPath struct {
	serve.IncidentPath
	Authority string `path:"authority" maxLength:"128" doc:"Id of the authority."`
}

// What people state and decide. Texts are bounded, because letters belong into a supplement.
type (
	question struct {
		Question string `json:"question" required:"true" maxLength:"20000" doc:"What the authority wants to know."`
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
	assigned struct {
		Person string `json:"person,omitempty" maxLength:"128" doc:"Id of the officer; left out, nobody in particular."`
		Note   string `json:"note,omitempty" maxLength:"20000" doc:"What the officer should know."`
	}
)

type listQuery struct {
	Search    string `query:"search" maxLength:"200" doc:"Words; all must occur in the texts, the number or the entity's name."`
	Entity    string `query:"entity" maxLength:"128" doc:"Only of this entity."`
	Level     string `query:"level" enum:"unrated,low,medium,high"`
	Status    string `query:"status" enum:"telephoned,open,closed"`
	Authority string `query:"authority" maxLength:"128" doc:"Only with a track of this authority."`
	Track     string `query:"track" enum:"waiting,owed,sent,delivered,acknowledged,asked,declined,closed" doc:"With authority: only where its track is in this state; waiting is sent or delivered."`
	Cursor    string `query:"cursor" maxLength:"512" doc:"next or previous of another page."`
	Limit     int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// DutyList is what is owed, soonest first.
type DutyList struct {
	Duties []app.DutyView `json:"duties"`
}

func incidents(c serve.Call, q listQuery) (app.IncidentList, error) {
	return c.App.Incidents(c, c.By, app.ListQuery{
		Search: q.Search, Entity: q.Entity, Level: policy.Level(q.Level), Status: q.Status,
		Authority: q.Authority, TrackState: q.Track, Cursor: q.Cursor, Limit: q.Limit,
	})
}

func oneAsOfNow(c serve.Call, at serve.IncidentPath) (Incident, error) {
	v, err := c.App.Incident(c, c.By, at.Number)
	return incidentOf(v), err
}

func duties(c serve.Call, _ serve.Nothing) (DutyList, error) {
	all, err := c.App.Duties(c, c.By)
	return DutyList{all}, err
}
