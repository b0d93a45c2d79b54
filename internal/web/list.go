package web

import (
	"net/http"
	"net/url"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

type listBody struct {
	List           rowsView
	Cursor         string
	Form           listForm
	Filtered       bool
	Next, Previous string // addresses; empty where there is none
	Views          []viewLink
	Query          string // what makes this list, for saving it
	Export         [2]string
	Current        string // name of the saved view that this is
	First          bool   // that view is opened first
	Save           control
	SaveOpen       bool
	MayFile        bool
}

// rowsView is a table of incidents with the columns that were chosen.
type rowsView struct {
	Rows    []app.IncidentRow
	Columns []string
	Caption string
}

// Has says whether a column is shown.
func (v rowsView) Has(column string) bool { return slices.Contains(v.Columns, column) }

// viewLink is one of the reader's saved lists.
type viewLink struct {
	Name, Address string
	Current       bool
}

// incidents lists what the reader may see, a page at a time. The address says all of it, so that it can be shared: who
// opens it sees the same question answered with what they may see.
func incidents(s *site, w http.ResponseWriter, r *request) error {
	if err := properQuery(r.URL.Query()); err != nil {
		return err
	}
	views, err := s.Lists.SavedViews(r.Context(), r.by())
	if err != nil {
		return err
	}
	if r.URL.RawQuery == "" {
		if i := slices.IndexFunc(views, func(v incident.SavedView) bool { return v.First }); i >= 0 && views[i].Query != "" {
			http.Redirect(w, r.Request, "/incidents?"+views[i].Query, http.StatusSeeOther)
			return nil
		}
	}
	if address, untidy := readQuery(r.URL.Query(), r.zone).tidy(); untidy {
		http.Redirect(w, r.Request, address, http.StatusSeeOther)
		return nil
	}
	return s.showList(w, r, r.URL.Query(), views, nil)
}

// showList shows the list that a query asks for. refused holds what was wrong with a view that was to be saved.
func (s *site) showList(w http.ResponseWriter, r *request, q url.Values, views []incident.SavedView, refused error) error {
	entities, err := s.Filings.Entities(r.Context(), r.by())
	if err != nil {
		return err
	}
	if len(entities) > 0 {
		r.readIn(s, entities[0].Pack)
	}
	categories, err := s.Lists.Categories(r.Context(), r.by())
	if err != nil {
		return err
	}
	a := readQuery(q, r.zone)
	list, err := s.list(r, &a)
	if err != nil {
		return err
	}
	problems := problemsOf(a.faults.Err())
	for i, p := range problems {
		problems[i].Label = listLabels[p.ID]
	}
	b := listBody{List: rowsView{list.Incidents, a.columns, captions[a.query.Order]}, Cursor: a.query.Cursor, Form: a.form(entities, categories, problems),
		Filtered: a.filtered(), Query: a.kept(), MayFile: len(fileable(entities)) > 0,
		Next: pageAddress(a.typed, list.Next), Previous: pageAddress(a.typed, list.Previous)}
	if len(a.faults) == 0 {
		for i, kind := range []string{"csv", "tsv"} {
			b.Export[i] = exportAddress(b.Query, kind)
		}
	}
	saving := problemsOf(refused)
	b.addViews(views)
	b.Save, b.SaveOpen = formView{typed: r.form, problems: saving}.control("name", "Name of the view", ""), len(saving) > 0
	status := http.StatusOK
	if problems = append(problems, saving...); len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, "incidents", page{Title: "Incidents", Wide: true, Problems: problems, Done: doneWords[q.Get("done")], Body: b})
}

// listLabels names the fields of the list's form in the summary of what is to be mended, by their ids.
var listLabels = map[string]string{"f-q": "Words or number", "f-level": "Rating", "f-status": "Status", "f-category": "Kind of incident",
	"f-reportable": "Reportable", "f-from": "Received from", "f-to": "Received up to", "f-sort": "Order"}

var captions = map[incident.Order]string{incident.Newest: "Incidents, newest first", incident.Oldest: "Incidents, oldest first",
	incident.Soonest: "Incidents that owe something, next due first", incident.Changed: "Incidents, last changed first"}

// list asks for one page; what the address says wrongly becomes faults beside the form's fields.
func (s *site) list(r *request, a *asked) (list app.IncidentList, err error) {
	if len(a.faults) > 0 {
		return list, nil
	}
	list, err = s.Records.Incidents(r.Context(), r.by(), a.query)
	if fault.KindOf(err) != fault.KindInvalid {
		return list, err
	}
	for _, f := range fault.All(err) {
		switch f.Field {
		case "search":
			f.Field = "q"
		case "cursor":
			f.Field = ""
		}
		a.faults = append(a.faults, f)
	}
	return list, nil
}

func (b *listBody) addViews(views []incident.SavedView) {
	all := viewLink{Name: "All incidents", Address: "/incidents?sort=", Current: b.Query == ""}
	for _, v := range views {
		link := viewLink{Name: v.Name, Address: "/incidents?" + v.Query, Current: v.Query == b.Query && v.Query != ""}
		if v.Query == "" {
			link.Address = all.Address
		}
		if link.Current {
			b.Current, b.First = v.Name, v.First
		}
		b.Views = append(b.Views, link)
	}
	if len(b.Views) > 0 {
		b.Views = append([]viewLink{all}, b.Views...)
	}
}

func properQuery(q url.Values) error {
	for _, values := range q {
		if slices.ContainsFunc(values, func(v string) bool { return !properText(v) }) {
			return fault.Invalid("", "The search holds characters that are not text.", "")
		}
	}
	return nil
}

func entityOptions(all []app.EntityView) []option {
	depth := map[string]int{}
	options := []option{{Value: "", Label: "All agencies"}}
	for _, e := range all {
		if _, ok := depth[e.Parent]; ok {
			depth[e.ID] = depth[e.Parent] + 1
		} else {
			depth[e.ID] = 0
		}
		indent := ""
		for range depth[e.ID] {
			indent += "\u2003"
		}
		options = append(options, option{Value: e.ID, Label: indent + e.Name})
	}
	return options
}

// pageAddress is the address of the same list at another cursor.
func pageAddress(typed url.Values, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := url.Values{}
	for name, values := range typed {
		if name != "done" {
			q[name] = values
		}
	}
	q.Set("page", cursor)
	return "/incidents?" + q.Encode()
}

// saveView keeps the list that the reader is looking at under a name of theirs.
func saveView(s *site, w http.ResponseWriter, r *request) error {
	q, err := url.ParseQuery(r.form.Get("query"))
	if err != nil {
		return fault.Invalid("", "The form is damaged.", "Set the filters again and save then.")
	}
	if err := properQuery(q); err != nil {
		return err
	}
	v := incident.SavedView{Name: r.text("name"), Query: readQuery(q, r.zone).kept(), First: r.form.Get("first") == "1"}
	err = s.Lists.SaveView(r.Context(), r.by(), v)
	if fault.KindOf(err) == fault.KindInvalid {
		views, viewsErr := s.Lists.SavedViews(r.Context(), r.by())
		if viewsErr != nil {
			return viewsErr
		}
		return s.showList(w, r, q, views, err)
	}
	if err != nil {
		return err
	}
	q.Set("done", "view-saved")
	http.Redirect(w, r.Request, "/incidents?"+q.Encode(), http.StatusSeeOther)
	return nil
}

func dropView(s *site, w http.ResponseWriter, r *request) error {
	if err := s.Lists.DropView(r.Context(), r.by(), r.form.Get("name")); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/incidents?done=view-deleted", http.StatusSeeOther)
	return nil
}
