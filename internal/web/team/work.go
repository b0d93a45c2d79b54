package team

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

// workBody is what waits for the reader over all incidents.
type workBody struct {
	V     app.WorkView
	Kind  string
	Mine  bool
	Tabs  []page.NavItem
	Whose []page.NavItem
	Next  string // address with more of it; empty where all is listed
}

var workTitles = map[string]string{incident.WorkTask: "Tasks", incident.WorkDuty: "Duties", incident.WorkQuestion: "Questions",
	incident.WorkHandover: "Handovers", incident.WorkLead: "I lead"}

// workPage lists tasks, duties, questions and handovers that wait for the reader, by due time.
func workPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	q := r.URL.Query()
	b := workBody{Kind: q.Get("kind"), Mine: q.Get("mine") == "1"}
	if !slices.Contains(incident.WorkKinds, b.Kind) {
		b.Kind = ""
	}
	limit, err := strconv.Atoi(q.Get("show"))
	if err != nil {
		limit = page.PageRows
	}
	if b.V, err = s.App.MyWork(r.Context(), r.By(), app.WorkQuery{Kind: b.Kind, Mine: b.Mine, Limit: limit}); err != nil {
		return err
	}
	b.Tabs = []page.NavItem{{Title: "Everything", Address: workAddress("", b.Mine, 0), Current: b.Kind == ""}}
	for _, kind := range incident.WorkKinds {
		b.Tabs = append(b.Tabs, page.NavItem{Title: workTitles[kind], Address: workAddress(kind, b.Mine, 0), Current: b.Kind == kind})
	}
	b.Whose = []page.NavItem{{Title: "Mine and my roles’", Address: workAddress(b.Kind, false, 0), Current: !b.Mine},
		{Title: "Mine by name", Address: workAddress(b.Kind, true, 0), Current: b.Mine}}
	if b.V.More {
		b.Next = workAddress(b.Kind, b.Mine, 5*max(len(b.V.Items), 1))
	}
	return s.Render(w, r, http.StatusOK, "work", page.Page{Title: "My work", Wide: true, Body: b})
}

func workAddress(kind string, mine bool, show int) string {
	q := url.Values{}
	if kind != "" {
		q.Set("kind", kind)
	}
	if mine {
		q.Set("mine", "1")
	}
	if show > 0 {
		q.Set("show", strconv.Itoa(show))
	}
	if len(q) == 0 {
		return "/work"
	}
	return "/work?" + q.Encode()
}

// KindName names a kind of one thing.
func (workBody) KindName(kind string) string {
	return map[string]string{incident.WorkTask: "Task", incident.WorkDuty: "Duty", incident.WorkQuestion: "Question",
		incident.WorkHandover: "Handover", incident.WorkLead: "Lead"}[kind]
}

// boardBody is the team's board.
type boardBody struct {
	V             app.BoardView
	Entity, Level page.Control
	Phase         string
	Query         string // how it is narrowed, to go with a column's link
}

// boardPage shows the incidents that are not closed by phase, the highest rating first.
func boardPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	q := r.URL.Query()
	ask := app.BoardQuery{Entity: q.Get("entity"), Level: q.Get("level"), Phase: q.Get("phase")}
	v, err := s.App.Board(r.Context(), r.By(), ask)
	status, problems := http.StatusOK, []page.Problem(nil)
	if fault.KindOf(err) == fault.KindInvalid {
		status, problems = http.StatusUnprocessableEntity, page.ProblemsOf(err)
	} else if err != nil {
		return err
	}
	f := page.FormView{Values: q, Problems: problems}
	b := boardBody{V: v, Phase: ask.Phase}
	entities := []page.Option{{Value: "", Label: "All that I may see"}}
	for _, e := range v.Entities {
		entities = append(entities, page.Option{Value: e.ID, Label: e.Name})
	}
	b.Entity = f.One("entity", "Agency", "", entities)
	b.Level = f.One("level", "Rating", "", []page.Option{{Value: "", Label: "Any"}, {Value: string(policy.High), Label: "High"},
		{Value: string(policy.Medium), Label: "Medium"},
		{Value: string(policy.Low), Label: "Low"}, {Value: string(policy.Unrated), Label: "Not rated"}})
	narrowed := url.Values{}
	for _, name := range []string{"entity", "level"} {
		if q.Get(name) != "" {
			narrowed.Set(name, q.Get(name))
		}
	}
	b.Query = narrowed.Encode()
	return s.Render(w, r, status, "board", page.Page{Title: "Board", Wide: true, Problems: problems, Body: b})
}

// Column is the address of one column with more of it.
func (b boardBody) Column(phase string) string {
	if b.Query == "" {
		return "/board?phase=" + url.QueryEscape(phase)
	}
	return "/board?" + b.Query + "&phase=" + url.QueryEscape(phase)
}

// Empty says that no column has anything.
func (b boardBody) Empty() bool {
	return !slices.ContainsFunc(b.V.Columns, func(c app.BoardColumn) bool { return len(c.Cards) > 0 })
}

// More says that a column has more than it shows, and a page of its own would show more of it.
func (b boardBody) More(c app.BoardColumn) bool {
	return b.Phase == "" && c.Count > int64(len(c.Cards))
}
