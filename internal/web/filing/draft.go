package filing

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/intake"
	"tocsin/internal/web/page"
)

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
func draftLines(s *page.Site, r *page.Request, all []app.EntityView) ([]draftLine, error) {
	drafts, err := s.App.Drafts(r.Context(), r.By())
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
			name += ", " + strings.ToLower(page.KindWords(d.Kind)) + " to " + d.Incident
		}
		lines = append(lines, lineOf(d, name))
	}
	return lines, nil
}

// siblings finds the drafts of the same report, this one included, for the notice above the form.
func siblings(s *page.Site, r *page.Request, b *ReportBody) error {
	drafts, err := s.App.Drafts(r.Context(), r.By())
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

func (b ReportBody) kind() string { return cmp.Or(b.Kind, incident.Initial) }

// Fresh is the address of an empty form for the same report.
func (b ReportBody) Fresh() string {
	if b.Incident != nil {
		return "/report?incident=" + url.QueryEscape(b.Incident.Incident) + "&kind=" + b.kind() + "&new=1"
	}
	return "/report?entity=" + url.QueryEscape(b.Form.Entity.ID) + "&new=1"
}

// draftReport opens one draft of the reader's.
func draftReport(s *page.Site, w http.ResponseWriter, r *page.Request, key string) error {
	drafts, err := s.App.Drafts(r.Context(), r.By())
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.Key == key {
			return resume(s, w, r, d)
		}
	}
	return page.ErrAbsent
}

// resume shows the form as it was when the draft was saved.
func resume(s *page.Site, w http.ResponseWriter, r *page.Request, d intake.Draft) error {
	typed, err := url.ParseQuery(d.Form)
	if err != nil {
		return err
	}
	b := ReportBody{Kind: d.Kind, Once: d.Key, Revision: d.Revision, F: page.FormView{Values: typed}}
	if d.Incident != "" {
		v, err := s.App.IncidentPage(r.Context(), r.By(), d.Incident)
		if err != nil {
			return err
		}
		b.Incident = &v
	}
	if b.Form, err = s.App.FormFor(r.Context(), r.By(), d.Entity); err != nil {
		return err
	}
	return showReport(s, w, r, http.StatusOK, b, nil)
}

// save keeps the form as it was sent. What is wrong in it stays: only filing asks for more.
func save(s *page.Site, r *page.Request, b ReportBody) (saved intake.Draft, kept *intake.Draft, err error) {
	typed := url.Values{}
	for name, values := range r.Form {
		typed[name] = values
	}
	for _, name := range append(besides, "entity", "kind", "incident") {
		delete(typed, name)
	}
	return s.App.SaveDraft(r.Context(), r.By(), intake.Draft{Key: b.Once, Entity: b.Form.Entity.ID, Kind: b.kind(),
		Incident: incidentNumber(b.Incident), Form: typed.Encode(), Revision: b.Revision})
}

// keep saves the form and lets its page know the new revision.
func keep(s *page.Site, r *page.Request, b *ReportBody) error {
	saved, _, err := save(s, r, *b)
	if err == nil {
		b.Revision = saved.Revision
	}
	return err
}

// keepQuietly saves the form where something else is wrong: the page shows that, and still holds what was typed.
func keepQuietly(s *page.Site, r *page.Request, b *ReportBody) {
	if err := keep(s, r, b); err != nil && fault.KindOf(err) == "" {
		s.Log.Error("a draft could not be saved", "error", err.Error())
	}
}

// filedDraft deletes the draft of what was just filed. Where that fails, lists leave it out, and it goes with its time.
func filedDraft(s *page.Site, r *page.Request, key string) {
	if err := s.App.DropDraft(r.Context(), r.By(), key); err != nil {
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
func saveDraft(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	b, _, _, err := typedReport(s, r)
	if err != nil {
		return err
	}
	r.ReadIn(s, b.Form.Pack)
	saved, kept, err := save(s, r, b)
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindGone || kind == fault.KindConflict {
		return sendJSON(w, r, http.StatusConflict, savedDraft{Revision: b.Revision, Problem: page.ProblemsOf(err)[0].Text})
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
func discardDraft(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if err := s.App.DropDraft(r.Context(), r.By(), r.Form.Get("once")); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/report", http.StatusSeeOther)
	return nil
}

func sendJSON(w http.ResponseWriter, r *page.Request, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	page.Send(w, r, status, "application/json", append(body, '\n'))
	return nil
}
