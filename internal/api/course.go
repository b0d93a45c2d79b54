package api

import (
	"context"

	"tocsin/internal/domain/access"
)

// Courses takes what brings work into an incident from outside, and what takes incidents apart.
type Courses interface {
	ImportPlaybook(ctx context.Context, by access.Actor, number, file string, data []byte) error
}

type (
	imported struct {
		Playbook string `json:"playbook" required:"true" maxLength:"524288" doc:"The CACAO 2.0 playbook: the JSON file as text."`
		File     string `json:"file,omitempty" maxLength:"200" doc:"Name of the file, for the record."`
	}
	importedIn struct {
		IncidentPath
		Body body[imported]
	}
)

// courseRoutes are procedures from outside.
func courseRoutes() []route {
	return []route{
		{Route{post, one + "/response/import", access.Work, "incident", "fact"}, "import-playbook", "Put the steps of a CACAO 2.0 playbook on the list", 204, needsBody, of[imported], with((*server).importPlaybook)},
	}
}

// importPlaybook reads the playbook strictly; a refusal names the property of the file.
func (s *server) importPlaybook(ctx context.Context, in *importedIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Courses.ImportPlaybook(ctx, actorOf(ctx), in.Number, v.File, []byte(v.Playbook))
}
