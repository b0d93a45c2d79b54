// Package response has the routes of tasks, phases, closing and containment.
package response

import (
	"time"

	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

const (
	respond = serve.OneIncident + "/response"
	task    = serve.OneIncident + "/tasks/{id}"
)

// Routes are how an incident is responded to: who leads, what is to be done, and what is done about affected assets.
func Routes() []serve.Route {
	return append(append(lifecycleRoutes(), containmentRoutes()...), []serve.Route{
		serve.View(respond, "response", "How the incident is responded to", (*app.App).Response),
		// What the clocks run to. MA 6.5.1
		serve.Do(respond, "start-response", access.Discharge, "Start the response: who leads, what was begun",
			func(c serve.Call, at serve.IncidentPath, v start) error {
				return c.App.StartResponse(c, c.By, at.Number, v.Lead, v.Begun, v.Playbooks)
			}),
		serve.Do(respond+"/handover", "hand-over", access.Discharge, "Hand the lead over with a state of play",
			func(c serve.Call, at serve.IncidentPath, v handOver) error {
				return c.App.HandOver(c, c.By, at.Number, v.Lead, v.Play)
			}),
		serve.Do(respond+"/handover/answer", "answer-handover", access.Work, "Accept, decline or take back the offer of the lead", answerHandover),
		serve.Do(respond+"/playbooks", "follow-playbook", access.Work, "Put a procedure's steps on the list",
			func(c serve.Call, at serve.IncidentPath, v followed) error {
				return c.App.FollowPlaybook(c, c.By, at.Number, v.Playbook)
			}),
		// The playbook is read strictly; a refusal names the property of the file.
		serve.Do(respond+"/import", "import-playbook", access.Work, "Put the steps of a CACAO 2.0 playbook on the list",
			func(c serve.Call, at serve.IncidentPath, v imported) error {
				return c.App.ImportPlaybook(c, c.By, at.Number, v.File, []byte(v.Playbook))
			}),
		serve.Do(respond+"/engage", "engage", access.Discharge, "Call in a member of the extended team", // MA 6.3.2
			func(c serve.Call, at serve.IncidentPath, v engaged) error {
				return c.App.Engage(c, c.By, at.Number, v.Person, v.Reason)
			}),
		serve.Do(respond+"/continuity", "decide-continuity", access.Rate, "Decide on business continuity", // MA 6.6.2.6
			func(c serve.Call, at serve.IncidentPath, v continuity) error {
				return c.App.DecideContinuity(c, c.By, at.Number, *v.Activate, v.Reason)
			}),
		serve.Do(serve.OneIncident+"/tasks", "add-task", access.Work, "Add a task",
			func(c serve.Call, at serve.IncidentPath, v newTask) error {
				return c.App.AddTask(c, c.By, at.Number, v.What, v.Aim, v.Role)
			}),
		serve.Do(task+"/take", "take-task", access.Work, "Say who does a task",
			func(c serve.Call, at serve.NumberedPath, v taken) error {
				return c.App.TakeTask(c, c.By, at.Number, at.ID, v.Person)
			}),
		serve.Do(task+"/done", "finish-task", access.Work, "Say that a task was done",
			func(c serve.Call, at serve.NumberedPath, v serve.NoteInput) error {
				return c.App.FinishTask(c, c.By, at.Number, at.ID, v.Note)
			}),
		serve.Do(task+"/skip", "skip-task", access.Work, "Leave a task out",
			func(c serve.Call, at serve.NumberedPath, v whySkipped) error {
				return c.App.SkipTask(c, c.By, at.Number, at.ID, v.Reason)
			}),
		serve.Do(task+"/reopen", "reopen-task", access.Work, "Put a task back on the list",
			func(c serve.Call, at serve.NumberedPath, v serve.ReasonInput) error {
				return c.App.ReopenTask(c, c.By, at.Number, at.ID, v.Reason)
			}),
		serve.Do(task+"/order", "order-task", access.Work, "Put a task elsewhere on the list",
			func(c serve.Call, at serve.NumberedPath, v position) error {
				return c.App.OrderTasks(c, c.By, at.Number, at.ID, v.Before)
			}),
	}...)
}

// lifecycleRoutes are where an incident stands, and what is decided about it as a whole.
func lifecycleRoutes() []serve.Route {
	const at = serve.OneIncident + "/lifecycle"
	return []serve.Route{
		serve.View(at, "lifecycle", "Where the incident stands, and what is still open", (*app.App).Lifecycle),
		serve.Do(at+"/phase", "enter-phase", access.Discharge, "Enter a phase",
			func(c serve.Call, at serve.IncidentPath, v phase) error {
				return c.App.EnterPhase(c, c.By, at.Number, v.Phase, v.Reason)
			}),
		serve.Do(at+"/milestone", "state-milestone", access.Discharge, "State when it was contained, eradicated or recovered from", stateMilestone),
		serve.Do(at+"/classify", "classify", access.Rate, "Say what it was: an incident, a near miss or an event",
			func(c serve.Call, at serve.IncidentPath, v classified) error {
				return c.App.Classify(c, c.By, at.Number, v.As, v.Reason)
			}),
		serve.Do(at+"/link", "link", access.Work, "Link with another incident",
			func(c serve.Call, at serve.IncidentPath, v tie) error {
				return c.App.LinkIncident(c, c.By, at.Number, app.LinkRequest(v))
			}),
		serve.Do(at+"/unlink", "unlink", access.Work, "Undo a link with another incident",
			func(c serve.Call, at serve.IncidentPath, v untie) error {
				return c.App.UnlinkIncident(c, c.By, at.Number, app.UnlinkRequest(v))
			}),
		serve.Submit(200, "fact", at+"/split", "split", access.Work, "Make a part of it an incident of its own", split),
		serve.Do(at+"/end", "end", access.Discharge, "Close or decline the incident",
			func(c serve.Call, at serve.IncidentPath, v ending) error {
				return c.App.CloseIncident(c, c.By, at.Number, app.Closing(v))
			}),
		serve.Do(at+"/validate", "validate", access.Rate, "Validate the results of a response that its lead ended",
			func(c serve.Call, at serve.IncidentPath, v serve.ReasonInput) error {
				return c.App.ValidateResults(c, c.By, at.Number, v.Reason)
			}),
		serve.Do(at+"/resume", "resume", access.Discharge, "Reopen the incident, or keep it closed", resume),
	}
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
	offerAnswer struct {
		Answer string `json:"answer" required:"true" enum:"accept,decline,withdraw"`
		Reason string `json:"reason,omitempty" maxLength:"20000" doc:"Why it is declined."`
	}
	followed struct {
		Playbook string `json:"playbook" required:"true" maxLength:"128" doc:"Id of the procedure."`
	}
	imported struct {
		Playbook string `json:"playbook" required:"true" maxLength:"524288" doc:"The CACAO 2.0 playbook: the JSON file as text."`
		File     string `json:"file,omitempty" maxLength:"200" doc:"Name of the file, for the record."`
	}
	engaged struct {
		Person string `json:"person" required:"true" maxLength:"128" doc:"Id of a member of the extended team."`
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"What they are needed for."`
	}
	continuity struct {
		Activate *bool  `json:"activate" required:"true" doc:"Whether business continuity is activated."`
		Reason   string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	newTask struct {
		What string `json:"what" required:"true" maxLength:"20000" doc:"What is to be done."`
		Aim  string `json:"aim" required:"true" enum:"analysis,evidence,containment,eradication,recovery,communication,review" doc:"What it is for."`
		Role string `json:"role" required:"true" maxLength:"64" doc:"The role that does it."`
	}
	taken struct {
		Person string `json:"person,omitempty" maxLength:"128" doc:"Id of the person who does it; left out, nobody in particular."`
	}
	whySkipped struct {
		Reason string `json:"reason,omitempty" maxLength:"20000" doc:"Why; needed where the step is required."`
	}
	position struct {
		Before string `json:"before,omitempty" maxLength:"128" doc:"Id of the task that it comes before; left out, the end of the list."`
	}
)

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
		Seen     []string `json:"accepted,omitempty" maxItems:"2000" doc:"Where it closes: ids of what remains open and is accepted."`
	}
	untie struct {
		Relation string `json:"relation" required:"true" enum:"related,duplicate_of,split_from,split_into,merged_into,duplicated_by,merged_from" doc:"As this incident has it."`
		Other    string `json:"other" required:"true" maxLength:"64" doc:"Number of the other incident."`
		Reason   string `json:"reason" required:"true" maxLength:"20000" doc:"Why the two are not tied after all."`
	}
	apart struct {
		What       string   `json:"what" required:"true" maxLength:"20000" doc:"The part, in words: the description of the new incident."`
		Categories []string `json:"categories,omitempty" maxItems:"50" doc:"Ids of the policy's categories."`
		Reason     string   `json:"reason" required:"true" maxLength:"20000" doc:"Why it is worked on apart."`
	}
	splitView struct {
		Incident string `json:"incident" doc:"Number of the new incident."`
	}
	ending struct {
		Outcome string   `json:"outcome" required:"true" enum:"resolved,declined"`
		As      string   `json:"as,omitempty" enum:"event,near_miss" doc:"Declined: what it was instead."`
		Reason  string   `json:"reason" required:"true" maxLength:"20000" doc:"How it ended; the reporters are told."`
		Seen    []string `json:"accepted,omitempty" maxItems:"2000" doc:"Ids of what remains open, as the lifecycle lists them, and is accepted."`
	}
	resuming struct {
		Keep   bool   `json:"keep_closed,omitempty" doc:"Do not reopen: a filing after closing changes nothing."`
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
)

func answerHandover(c serve.Call, at serve.IncidentPath, v offerAnswer) error {
	if v.Answer == "withdraw" {
		return c.App.WithdrawHandover(c, c.By, at.Number)
	}
	return c.App.AnswerHandover(c, c.By, at.Number, v.Answer == "accept", v.Reason)
}

func stateMilestone(c serve.Call, at serve.IncidentPath, v milestone) error {
	reached, err := time.Parse(time.RFC3339, v.At)
	if err != nil {
		return fault.Invalid("at", "this is no time", "write it like 2026-11-21T15:04:00-05:00")
	}
	return c.App.StateMilestone(c, c.By, at.Number, v.Milestone, reached)
}

func split(c serve.Call, at serve.IncidentPath, v apart) (splitView, error) {
	made, err := c.App.SplitIncident(c, c.By, at.Number, app.SplitRequest(v))
	return splitView{made}, err
}

func resume(c serve.Call, at serve.IncidentPath, v resuming) error {
	if v.Keep {
		return c.App.KeepClosed(c, c.By, at.Number, v.Reason)
	}
	return c.App.ReopenIncident(c, c.By, at.Number, v.Reason)
}
