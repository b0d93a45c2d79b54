package incidents

import (
	"net/http"
	"net/url"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/web/filing"
	"tocsin/internal/web/page"
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
	Save           page.Control
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
func incidents(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if err := page.ProperQuery(r.URL.Query()); err != nil {
		return err
	}
	views, err := s.App.SavedViews(r.Context(), r.By())
	if err != nil {
		return err
	}
	if r.URL.RawQuery == "" {
		if i := slices.IndexFunc(views, func(v incident.SavedView) bool { return v.First }); i >= 0 && views[i].Query != "" {
			http.Redirect(w, r.Request, "/incidents?"+views[i].Query, http.StatusSeeOther)
			return nil
		}
	}
	if address, untidy := readQuery(r.URL.Query(), r.Zone).tidy(); untidy {
		http.Redirect(w, r.Request, address, http.StatusSeeOther)
		return nil
	}
	return showList(s, w, r, r.URL.Query(), views, nil)
}

// showList shows the list that a query asks for. refused holds what was wrong with a view that was to be saved.
func showList(s *page.Site, w http.ResponseWriter, r *page.Request, q url.Values, views []incident.SavedView, refused error) error {
	entities, err := s.App.Entities(r.Context(), r.By())
	if err != nil {
		return err
	}
	if len(entities) > 0 {
		r.ReadIn(s, entities[0].Pack)
	}
	categories, err := s.App.Categories(r.Context(), r.By())
	if err != nil {
		return err
	}
	a := readQuery(q, r.Zone)
	list, err := list(s, r, &a)
	if err != nil {
		return err
	}
	problems := page.ProblemsOf(a.faults.Err())
	for i, p := range problems {
		problems[i].Label = listLabels[p.ID]
	}
	b := listBody{List: rowsView{list.Incidents, a.columns, captions[a.query.Order]}, Cursor: a.query.Cursor,
		Form:     a.form(entities, categories, problems),
		Filtered: a.filtered(), Query: a.kept(), MayFile: len(filing.Fileable(entities)) > 0,
		Next: page.PageAddress(a.typed, list.Next), Previous: page.PageAddress(a.typed, list.Previous)}
	if len(a.faults) == 0 {
		for i, kind := range []string{"csv", "tsv"} {
			b.Export[i] = page.ExportAddress(b.Query, kind)
		}
	}
	saving := page.ProblemsOf(refused)
	b.addViews(views)
	b.Save, b.SaveOpen = page.FormView{Values: r.Form, Problems: saving}.Control("name", "Name of the view", ""), len(saving) > 0
	status := http.StatusOK
	if problems = append(problems, saving...); len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.Render(w, r, status, "incidents", page.Page{Title: "Incidents", Wide: true, Problems: problems,
		Done: page.DoneWords[q.Get("done")], Body: b})
}

// listLabels names the fields of the list's form in the summary of what is to be mended, by their ids.
var listLabels = map[string]string{"f-q": "Words or number", "f-level": "Rating", "f-status": "Status", "f-category": "Kind of incident",
	"f-reportable": "Reportable", "f-from": "Received from", "f-to": "Received up to", "f-sort": "Order"}

var captions = map[incident.Order]string{incident.Newest: "Incidents, newest first", incident.Oldest: "Incidents, oldest first",
	incident.Soonest: "Incidents that owe something, next due first", incident.Changed: "Incidents, last changed first"}

// list asks for one page; what the address says wrongly becomes faults beside the form's fields.
func list(s *page.Site, r *page.Request, a *asked) (list app.IncidentList, err error) {
	if len(a.faults) > 0 {
		return list, nil
	}
	list, err = s.App.Incidents(r.Context(), r.By(), a.query)
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

func entityOptions(all []app.EntityView) []page.Option {
	depth := map[string]int{}
	options := []page.Option{{Value: "", Label: "All agencies"}}
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
		options = append(options, page.Option{Value: e.ID, Label: indent + e.Name})
	}
	return options
}

// saveView keeps the list that the reader is looking at under a name of theirs.
func saveView(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	q, err := url.ParseQuery(r.Form.Get("query"))
	if err != nil {
		return fault.Invalid("", "The form is damaged.", "Set the filters again and save then.")
	}
	if err := page.ProperQuery(q); err != nil {
		return err
	}
	v := incident.SavedView{Name: r.Text("name"), Query: readQuery(q, r.Zone).kept(), First: r.Form.Get("first") == "1"}
	err = s.App.SaveView(r.Context(), r.By(), v)
	if fault.KindOf(err) == fault.KindInvalid {
		views, viewsErr := s.App.SavedViews(r.Context(), r.By())
		if viewsErr != nil {
			return viewsErr
		}
		return showList(s, w, r, q, views, err)
	}
	if err != nil {
		return err
	}
	q.Set("done", "view-saved")
	http.Redirect(w, r.Request, "/incidents?"+q.Encode(), http.StatusSeeOther)
	return nil
}

func dropView(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if err := s.App.DropView(r.Context(), r.By(), r.Form.Get("name")); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/incidents?done=view-deleted", http.StatusSeeOther)
	return nil
}
