package api

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Courses takes what brings work into an incident from outside, and what takes incidents apart.
type Courses interface {
	ImportPlaybook(ctx context.Context, by access.Actor, number, file string, data []byte) error
	UnlinkIncident(ctx context.Context, by access.Actor, number string, u app.UnlinkRequest) error
	SplitIncident(ctx context.Context, by access.Actor, number string, r app.SplitRequest) (string, error)
}

type (
	imported struct {
		Playbook string `json:"playbook" required:"true" maxLength:"524288" doc:"The CACAO 2.0 playbook: the JSON file as text."`
		File     string `json:"file,omitempty" maxLength:"200" doc:"Name of the file, for the record."`
	}
	untie struct {
		Relation string `json:"relation" required:"true" enum:"related,duplicate_of,split_from,split_into,merged_into,duplicated_by,merged_from" doc:"As this incident has it."`
		Other    string `json:"other" required:"true" maxLength:"64" doc:"Number of the other incident."`
		Reason   string `json:"reason" required:"true" maxLength:"20000" doc:"Why the two are not tied after all."`
	}
	untieIn struct {
		IncidentPath
		Body body[untie]
	}
	apart struct {
		What       string   `json:"what" required:"true" maxLength:"20000" doc:"The part, in words: the description of the new incident."`
		Categories []string `json:"categories,omitempty" maxItems:"50" doc:"Ids of the policy's categories."`
		Reason     string   `json:"reason" required:"true" maxLength:"20000" doc:"Why it is worked on apart."`
	}
	apartIn struct {
		IncidentPath
		Body body[apart]
	}
	splitView struct {
		Incident string `json:"incident" doc:"Number of the new incident."`
	}
	importedIn struct {
		IncidentPath
		Body body[imported]
	}
)

// courseRoutes are procedures from outside.
func courseRoutes() []route {
	return []route{
		{Route{post, one + "/lifecycle/unlink", access.Work, "incident", "fact"}, "unlink", "Undo a link with another incident", 204, needsBody, of[untie], with((*server).unlink)},
		{Route{post, one + "/lifecycle/split", access.Work, "incident", "fact"}, "split", "Make a part of it an incident of its own", 200, needsBody, of[apart], with((*server).split)},
		{Route{post, one + "/response/import", access.Work, "incident", "fact"}, "import-playbook", "Put the steps of a CACAO 2.0 playbook on the list", 204, needsBody, of[imported], with((*server).importPlaybook)},
	}
}

// importPlaybook reads the playbook strictly; a refusal names the property of the file.
func (s *server) importPlaybook(ctx context.Context, in *importedIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Courses.ImportPlaybook(ctx, actorOf(ctx), in.Number, v.File, []byte(v.Playbook))
}

func (s *server) unlink(ctx context.Context, in *untieIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Courses.UnlinkIncident(ctx, actorOf(ctx), in.Number, app.UnlinkRequest{Relation: v.Relation, Other: v.Other, Reason: v.Reason})
}

// split answers the number of the new incident.
func (s *server) split(ctx context.Context, in *apartIn) (*reply[splitView], error) {
	v := in.Body.Value
	made, err := s.Courses.SplitIncident(ctx, actorOf(ctx), in.Number, app.SplitRequest{What: v.What, Categories: v.Categories, Reason: v.Reason})
	return &reply[splitView]{splitView{made}}, err
}
