package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/intake"
)

// Drafts keeps what someone typed and has not filed: for them alone, on every device of theirs.
type Drafts interface {
	SaveDraft(ctx context.Context, by access.Actor, d intake.Draft) (saved intake.Draft, kept *intake.Draft, err error)
	Drafts(ctx context.Context, by access.Actor) ([]intake.Draft, error)
	DropDraft(ctx context.Context, by access.Actor, key string) error
	FiledFrom(ctx context.Context, by access.Actor, key string) (number string, found bool, err error)
}

// besides are the fields of the report form that are no part of the filing.
var besides = []string{"once", "base", "who", "act"}

// draftLine is one draft in a list.
type draftLine struct {
	Key, Name, Begins string
	SavedAt           time.Time
}

func draftAddress(key string) string { return "/report?draft=" + url.QueryEscape(key) }

// lineOf shows a draft by its first words. What was saved is what this program encoded: damaged text shows as none.
func lineOf(d intake.Draft, name string) draftLine {
	typed, _ := url.ParseQuery(d.Form)
	words := []rune(strings.Join(strings.Fields(typed.Get("description")), " "))
	if len(words) > 60 {
		words = append(words[:60], '…')
	}
	return draftLine{Key: d.Key, Name: name, Begins: string(words), SavedAt: d.SavedAt}
}

// draftLines lists all drafts of the reader, each with what it is for.
func (s *site) draftLines(r *request, all []app.EntityView) ([]draftLine, error) {
	drafts, err := s.Drafts.Drafts(r.Context(), r.by())
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, e := range all {
		names[e.ID] = e.Name
	}
	var lines []draftLine
	for _, d := range drafts {
		name := cmp.Or(names[d.Entity], d.Entity)
		if d.Incident != "" {
			name += ", " + strings.ToLower(kindWords(d.Kind)) + " to " + d.Incident
		}
		lines = append(lines, lineOf(d, name))
	}
	return lines, nil
}

// siblings finds the drafts of the same report, this one included, for the notice above the form.
func (s *site) siblings(r *request, b *reportBody) error {
	drafts, err := s.Drafts.Drafts(r.Context(), r.by())
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.Same(intake.Draft{Person: d.Person, Entity: b.Form.Entity.ID, Kind: b.kind(), Incident: incidentNumber(b.Incident)}) {
			b.Drafts = append(b.Drafts, lineOf(d, ""))
		}
		if d.Key == b.Once {
			b.SavedAt, b.Resumed = d.SavedAt, true
		}
	}
	return nil
}

func (b reportBody) kind() string { return cmp.Or(b.Kind, incident.Initial) }

// Fresh is the address of an empty form for the same report.
func (b reportBody) Fresh() string {
	if b.Incident != nil {
		return "/report?incident=" + url.QueryEscape(b.Incident.Incident) + "&kind=" + b.kind() + "&new=1"
	}
	return "/report?entity=" + url.QueryEscape(b.Form.Entity.ID) + "&new=1"
}

// draftReport opens one draft of the reader's.
func (s *site) draftReport(w http.ResponseWriter, r *request, key string) error {
	drafts, err := s.Drafts.Drafts(r.Context(), r.by())
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.Key == key {
			return s.resume(w, r, d)
		}
	}
	return errAbsent
}

// resume shows the form as it was when the draft was saved.
func (s *site) resume(w http.ResponseWriter, r *request, d intake.Draft) error {
	typed, err := url.ParseQuery(d.Form)
	if err != nil {
		return err
	}
	b := reportBody{Kind: d.Kind, Once: d.Key, Revision: d.Revision, F: formView{typed: typed}}
	if d.Incident != "" {
		v, err := s.Records.IncidentPage(r.Context(), r.by(), d.Incident)
		if err != nil {
			return err
		}
		b.Incident = &v
	}
	if b.Form, err = s.Filings.FormFor(r.Context(), r.by(), d.Entity); err != nil {
		return err
	}
	return s.showReport(w, r, http.StatusOK, b, nil)
}

// save keeps the form as it was sent. What is wrong in it stays: only filing asks for more.
func (s *site) save(r *request, b reportBody) (saved intake.Draft, kept *intake.Draft, err error) {
	typed := url.Values{}
	for name, values := range r.form {
		typed[name] = values
	}
	for _, name := range append(besides, "entity", "kind", "incident") {
		delete(typed, name)
	}
	return s.Drafts.SaveDraft(r.Context(), r.by(), intake.Draft{Key: b.Once, Entity: b.Form.Entity.ID, Kind: b.kind(),
		Incident: incidentNumber(b.Incident), Form: typed.Encode(), Revision: b.Revision})
}

// keep saves the form and lets its page know the new revision.
func (s *site) keep(r *request, b *reportBody) error {
	saved, _, err := s.save(r, *b)
	if err == nil {
		b.Revision = saved.Revision
	}
	return err
}

// keepQuietly saves the form where something else is wrong: the page shows that, and still holds what was typed.
func (s *site) keepQuietly(r *request, b *reportBody) {
	if err := s.keep(r, b); err != nil && fault.KindOf(err) == "" {
		s.Log.Error("a draft could not be saved", "error", err.Error())
	}
}

// filedDraft deletes the draft of what was just filed. Where that fails, lists leave it out, and it goes with its time.
func (s *site) filedDraft(r *request, key string) {
	if err := s.Drafts.DropDraft(r.Context(), r.by(), key); err != nil {
		s.Log.Error("a draft could not be deleted", "error", err.Error())
	}
}

// savedDraft is the answer to the script that saves as someone types.
type savedDraft struct {
	Revision int64  `json:"revision"`
	At       string `json:"at"`             // time of day, in the reader's zone
	Kept     string `json:"kept,omitempty"` // address of what another tab had saved in between
	Problem  string `json:"problem,omitempty"`
}

// saveDraft keeps what is typed, for the script. Nothing of it is checked but whose it is and for whom.
func saveDraft(s *site, w http.ResponseWriter, r *request) error {
	b, _, _, err := s.typedReport(r)
	if err != nil {
		return err
	}
	r.readIn(s, b.Form.Pack)
	saved, kept, err := s.save(r, b)
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindGone || kind == fault.KindConflict {
		return sendJSON(w, r, http.StatusConflict, savedDraft{Revision: b.Revision, Problem: problemsOf(err)[0].Text})
	}
	if err != nil {
		return err
	}
	answer := savedDraft{Revision: saved.Revision, At: r.At(saved.SavedAt).Time}
	if kept != nil {
		answer.Kept = draftAddress(kept.Key)
	}
	return sendJSON(w, r, http.StatusOK, answer)
}

// discardDraft throws a draft away, after the writer asked for it twice.
func discardDraft(s *site, w http.ResponseWriter, r *request) error {
	if err := s.Drafts.DropDraft(r.Context(), r.by(), r.form.Get("once")); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/report", http.StatusSeeOther)
	return nil
}

func sendJSON(w http.ResponseWriter, r *request, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	send(w, r, status, "application/json", append(body, '\n'))
	return nil
}
