package api

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Sections shows what Legal and Human Resources keep about an incident for themselves.
type Sections interface {
	Section(ctx context.Context, by access.Actor, number, name string) (app.SectionView, error)
	NoteInSection(ctx context.Context, by access.Actor, number, name, note string) error
}

// SectionPath names a section of an incident.
type SectionPath struct {
	IncidentPath
	Section string `path:"section" maxLength:"64" doc:"The role whose section it is."`
}

type sectionNote struct {
	Note string `json:"note" required:"true" maxLength:"20000" doc:"What is noted."`
}

type sectionNoteIn struct {
	SectionPath
	Body body[sectionNote]
}

func (s *server) section(ctx context.Context, in *SectionPath) (*reply[app.SectionView], error) {
	v, err := s.Sections.Section(ctx, actorOf(ctx), in.Number, in.Section)
	return &reply[app.SectionView]{v}, err
}

func (s *server) noteInSection(ctx context.Context, in *sectionNoteIn) (*nothing, error) {
	return done, s.Sections.NoteInSection(ctx, actorOf(ctx), in.Number, in.Section, in.Body.Value.Note)
}
