package review

import (
	"net/http"
	"net/url"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/sheet"
	"tocsin/internal/web/page"
)

// actionsBody is the page of the corrective actions of all incidents. MA 6.6.1.2
type actionsBody struct {
	V                    app.ActionsView
	State, Owner, Entity page.Control
	Mine, Filtered       bool
	Next, Export         string // addresses; empty where there is none
	Chosen               string // state that is shown
	query                url.Values
}

// Status names the state of an action.
func (actionsBody) Status(s string) string { return actionStates[s][0] }

// Tint is how a state looks.
func (actionsBody) Tint(s string) string { return actionStates[s][1] }

// With is the address of the same list in another state.
func (b actionsBody) With(state string) string {
	q := url.Values{}
	for name, v := range b.query {
		if name != "page" && name != "state" {
			q[name] = v
		}
	}
	q.Set("state", state)
	return "/actions?" + q.Encode()
}

// Empty says what it means that there is none.
func (b actionsBody) Empty() string {
	switch {
	case b.Filtered:
		return "No action fits."
	case b.Chosen == app.ActionsOverdue:
		return "No action is past its time."
	case b.Chosen == app.ActionsCompleted:
		return "No evidence waits to be looked at."
	}
	return "No corrective action is open."
}

func actionsQuery(q url.Values) app.ActionsQuery {
	return app.ActionsQuery{State: q.Get("state"), Owner: q.Get("owner"), Mine: q.Get("mine") == "1", Under: q.Get("entity"),
		Cursor: q.Get("page"), Limit: page.PageRows}
}

func actionsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	typed := r.URL.Query()
	if err := page.ProperQuery(typed); err != nil {
		return err
	}
	entities, err := s.App.Entities(r.Context(), r.By())
	if err != nil {
		return err
	}
	if len(entities) > 0 {
		r.ReadIn(s, entities[0].Pack)
	}
	query := actionsQuery(typed)
	v, err := s.App.Actions(r.Context(), r.By(), query)
	status, f := http.StatusOK, page.FormView{Values: typed}
	if err != nil {
		if fault.KindOf(err) != fault.KindInvalid {
			return err
		}
		f.Problems, status = page.ProblemsOf(err), http.StatusUnprocessableEntity
	}
	b := actionsBody{V: v, Mine: query.Mine, Filtered: query.Mine || query.Owner != "" || query.Under != "", Chosen: query.State, query: typed}
	b.filters(f, entities)
	if status == http.StatusOK {
		b.Next = pageAt("/actions", typed, v.Next)
		kept := url.Values{}
		for name, value := range typed {
			if name != "page" {
				kept[name] = value
			}
		}
		b.Export = "/actions/export?" + kept.Encode()
	}
	return s.Render(w, r, status, "actions", page.Page{Title: "Corrective actions", Wide: true, Problems: f.Problems, Body: b})
}

func (b *actionsBody) filters(f page.FormView, entities []app.EntityView) {
	places := []page.Option{{Label: "All"}}
	for _, e := range entities {
		places = append(places, page.Option{Value: e.ID, Label: e.Name})
	}
	b.Entity = f.One("entity", "Agency, with all below it", "", places)
	b.Owner = f.Text("owner", "Owner's name", "")
	b.State = f.One("state", "State", "", []page.Option{{Value: app.ActionsOpen, Label: "Open"}, {Value: app.ActionsOverdue, Label: "Overdue"},
		{Value: app.ActionsCompleted, Label: "Wait to be verified"},
		{Value: app.ActionsEnded, Label: "Verified or dropped"}, {Value: app.ActionsAll, Label: "All"}})
}

// pageAt is the address of the page behind a cursor; empty where there is none.
func pageAt(path string, typed url.Values, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := url.Values{}
	for name, v := range typed {
		q[name] = v
	}
	q.Set("page", cursor)
	return path + "?" + q.Encode()
}

var actionColumns = []string{"Incident", "Marking", "Agency", "Agency id", "Action", "What", "Learned", "Owner", "Due", "Overdue", "State",
	"Evidence", "Link", "Carried out", "Ended"}

// exportActions sends the actions that the address asks for as a file for spreadsheets, page by page as it is read.
func exportActions(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	typed := r.URL.Query()
	if err := page.ProperQuery(typed); err != nil {
		return err
	}
	q := actionsQuery(typed)
	q.Cursor, q.Limit = "", 200
	v, err := s.App.Actions(r.Context(), r.By(), q)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="corrective-actions-`+r.ReadAt.In(r.Zone).Format("2006-01-02")+`.csv"`)
	out := sheet.NewWriter(w, sheet.CSV)
	_ = out.Row(actionColumns...) // a reader that has gone away ends the request, and Flush says so
	for rows := 0; ; {
		for _, a := range v.Actions {
			_ = out.Row(actionRow(a, r.Zone)...)
		}
		rows += len(v.Actions)
		last := ""
		switch {
		case out.Flush() != nil || v.Next == "":
			return nil
		case rows >= page.ExportRows:
			last = "There is more: this file ends after 50,000 actions. Narrow the list."
		default:
			q.Cursor = v.Next
			if v, err = s.App.Actions(r.Context(), r.By(), q); err == nil {
				continue
			}
			s.Log.Error("export broke off", "error", err.Error())
			last = "The export broke off here. Download it again."
		}
		_ = out.Row(append(make([]string, len(actionColumns)-1), last)...)
		return out.Flush()
	}
}

func actionRow(a app.ListedAction, zone *time.Location) []string {
	at := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.In(zone).Format(time.RFC3339)
	}
	return []string{a.Incident, app.MarkingLabel(a.Marking), a.EntityName, a.Entity, a.ID, a.What, a.Lesson, a.OwnerName, at(&a.Due),
		map[bool]string{true: "yes", false: "no"}[a.Overdue],
		a.Status, a.Evidence, a.Link, at(a.DoneAt), at(a.EndedAt)}
}
