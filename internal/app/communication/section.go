package communication

import (
	"context"
	"slices"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/section"
	"tocsin/internal/ledger"
)

// SectionStore keeps the sections of incidents.
type SectionStore interface {
	Section(ctx context.Context, stream string) ([]section.Recorded, error)
	AppendSection(ctx context.Context, stream string, d ledger.Decision) error
}

// SectionView is one section of an incident, for those whose section it is.
type SectionView struct {
	Incident string            `json:"incident"`
	Section  string            `json:"section"`
	Name     string            `json:"name"`
	Notes    []SectionNoteView `json:"notes"`
	MayNote  bool              `json:"-"`
}

// SectionNoteView is one note.
type SectionNoteView struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// errNoSection is what is answered for a section that is not there, and for one that is not the reader's: there is no difference.
var errNoSection = fault.NotFound("there is no such section")

// section finds a section that the actor may do something in. Reading a restricted incident's section is kept as a reading of the incident:
// what its other members see of it must not say that there is a section.
func (a *Room) section(ctx context.Context, by access.Actor, number, name string, do access.Action) (act.History, directory.Role, error) {
	h, err := a.OpenHistory(ctx, by, number, "incident")
	if err != nil {
		return h, "", err
	}
	role := directory.Role(name)
	if !slices.Contains(section.Roles, role) || !access.Section(by, role, do, act.ObjectOf(h.St)) {
		return h, "", errNoSection
	}
	return h, role, nil
}

// Section answers a section of an incident. MA 6.3.2.2, MA 6.3.2.3
func (a *Room) Section(ctx context.Context, by access.Actor, number, name string) (SectionView, error) {
	h, role, err := a.section(ctx, by, number, name, access.Read)
	if err != nil {
		return SectionView{}, err
	}
	s, err := a.SettingFor(ctx, h.St.Entity)
	if err != nil {
		return SectionView{}, err
	}
	facts, err := a.Sections.Section(ctx, section.Stream(h.Stream, name))
	if err != nil {
		return SectionView{}, err
	}
	notes := section.Fold(facts)
	digests := make([]string, len(notes))
	for i, n := range notes {
		digests[i] = n.Text
	}
	texts, err := a.Record.Texts(ctx, digests)
	if err != nil {
		return SectionView{}, err
	}
	v := SectionView{Incident: h.St.Number, Section: name, Name: act.RoleName(name), Notes: []SectionNoteView{}, MayNote: access.Section(by, role, access.Work, act.ObjectOf(h.St))}
	for _, n := range notes {
		v.Notes = append(v.Notes, SectionNoteView{At: n.At, By: act.ActorName(n.By, s.Dir), Text: string(texts[n.Text])})
	}
	return v, nil
}

// NoteInSection writes a note into a section. A note stays as it was written; what was wrong is put right by another.
func (a *Room) NoteInSection(ctx context.Context, by access.Actor, number, name, note string) error {
	h, _, err := a.section(ctx, by, number, name, access.Work)
	if err != nil {
		return err
	}
	if err := incident.CheckProse("note", note, "a note has words"); err != nil {
		return err
	}
	s, err := a.SettingFor(ctx, h.St.Entity)
	if err != nil {
		return err
	}
	stream := section.Stream(h.Stream, name)
	refs, texts := a.Seal(stream, map[string][]byte{section.TextNote: []byte(note)})
	digest, _ := act.ParseDigest(refs[section.TextNote])
	err = a.Sections.AppendSection(ctx, stream, ledger.Decision{At: s.Now, Actor: by.ID, Pack: s.Pack.Digest, Texts: texts,
		Drafts: []ledger.Draft{{Fact: &section.Noted{Section: name, Incident: h.St.Number}, Texts: map[string]ledger.Digest{section.TextNote: digest}}}})
	if err == nil {
		a.Committed()
	}
	return err
}
