package incidents

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

// asked is the list that an address asks for.
type asked struct {
	query   app.ListQuery
	columns []string
	typed   url.Values
	faults  fault.List
}

// chooseable are the columns that a reader can choose, in their order, besides number and words, which are always there.
var chooseable = []page.Option{{Value: "level", Label: "Rating"}, {Value: "status", Label: "Status"}, {Value: "category", Label: "Kind"},
	{Value: "reportable", Label: "Reportable"}, {Value: "due", Label: "Next due"}, {Value: "received", Label: "Filed"},
	{Value: "updated", Label: "Changed"}}

var usualColumns = []string{"level", "status", "due", "received"}

// keptParts are what makes a list: what an address says besides, the place in the list above all, is not saved.
var keptParts = []string{"q", "entity", "level", "status", "category", "reportable", "from", "to", "provisional", "overdue", "unanswered",
	"mine", "sort", "col"}

// readQuery takes the list's filters out of an address. Days are the reader's.
func readQuery(q url.Values, zone *time.Location) asked {
	a := asked{typed: q, columns: usualColumns}
	on := func(name string) bool { return q.Get(name) == "1" }
	a.query = app.ListQuery{Search: strings.TrimSpace(q.Get("q")), Under: q.Get("entity"), Level: policy.Level(q.Get("level")),
		Status:   q.Get("status"),
		Category: q.Get("category"), Reportable: q.Get("reportable"), Provisional: on("provisional"), Overdue: on("overdue"),
		Unanswered: on("unanswered"),
		Mine:       on("mine"), Order: incident.Order(q.Get("sort")), Cursor: q.Get("page"), Limit: page.PageRows}
	a.query.ReceivedFrom = a.day("from", zone, 0)
	a.query.ReceivedBefore = a.day("to", zone, 1)
	if chosen := q["col"]; len(chosen) > 0 {
		a.columns = nil
		for _, c := range chooseable {
			if slices.Contains(chosen, c.Value) {
				a.columns = append(a.columns, c.Value)
			}
		}
	}
	return a
}

// day reads a day and answers the instant at which it begins, or which comes so many days later.
func (a *asked) day(name string, zone *time.Location, later int) time.Time {
	v := strings.TrimSpace(a.typed.Get(name))
	if v == "" {
		return time.Time{}
	}
	for _, layout := range []string{"2006-01-02", "1/2/2006"} {
		if t, err := time.ParseInLocation(layout, v, zone); err == nil && t.Year() > 1970 && t.Year() < 3000 {
			return t.AddDate(0, 0, later)
		}
	}
	a.faults = append(a.faults, fault.Invalid(name, "This is not a day.", "Write it like 2026-11-21."))
	return time.Time{}
}

// kept is the part of the address that makes the list, in a fixed order: two addresses of one list are equal.
func (a asked) kept() string {
	out := url.Values{}
	for _, name := range keptParts {
		if name == "col" && slices.Equal(a.columns, usualColumns) {
			continue
		}
		for _, v := range a.typed[name] {
			if v != "" {
				out.Add(name, v)
			}
		}
	}
	return out.Encode()
}

// tidy answers the address of the same list without what a form sends though nothing was chosen, where there is any of it:
// the address is there to be shared.
func (a asked) tidy() (string, bool) {
	blank := false
	for name, values := range a.typed {
		blank = blank || slices.Contains(values, "") && name != "sort"
	}
	kept := a.kept()
	if kept == "" {
		kept = "sort=" // says that all is meant, and not the view that is opened first
	}
	return "/incidents?" + kept, blank
}

// filtered says whether anything is left out of the list.
func (a asked) filtered() bool {
	return slices.ContainsFunc(keptParts, func(name string) bool { return name != "sort" && name != "col" && a.typed.Get(name) != "" })
}

// narrow says whether one of the filters is set that the form keeps folded away.
func (a asked) narrow() bool {
	return slices.ContainsFunc([]string{"category", "reportable", "from", "to", "provisional", "overdue", "unanswered", "mine"},
		func(name string) bool { return a.typed.Get(name) != "" })
}

// listForm is the form of filters.
type listForm struct {
	Search                                                           page.Control
	Entity, Level, Status, Sort, Category, Reportable, From, To, Col page.Control
	Flags                                                            []page.Option
	Open                                                             bool
}

func (a asked) form(entities []app.EntityView, categories []policy.Term, problems []page.Problem) listForm {
	f := page.FormView{Values: a.typed, Problems: problems}
	any := func(label string, rest ...page.Option) []page.Option {
		return append([]page.Option{{Label: label}}, rest...)
	}
	kinds := any("Any kind")
	for _, c := range categories {
		kinds = append(kinds, page.Option{Value: c.ID, Label: c.Label})
	}
	out := listForm{Search: f.Control("q", "Words or number", ""), Entity: f.One("entity", "Agency (and below)", "", entityOptions(entities)),
		Level: f.One("level", "Rating", "", any("Any rating", page.Option{Value: "high", Label: "High"},
			page.Option{Value: "medium", Label: "Medium"},
			page.Option{Value: "low", Label: "Low"}, page.Option{Value: "unrated", Label: "Not rated"})),
		Status: f.One("status", "Status", "", any("Any status", page.Option{Value: "telephoned", Label: "Telephoned, not filed"},
			page.Option{Value: "open", Label: "Open"})),
		Sort: f.One("sort", "Order", "", any("Newest first", page.Option{Value: "oldest", Label: "Oldest first"},
			page.Option{Value: "due", Label: "Next due first (only what is owed)"},
			page.Option{Value: "changed", Label: "Last changed first"})),
		Category: f.One("category", "Kind of incident", "", kinds),
		Reportable: f.One("reportable", "Reportable", "", any("Any", page.Option{Value: "yes", Label: "Yes"},
			page.Option{Value: "no", Label: "No"},
			page.Option{Value: "unknown", Label: "Not known yet"})),
		From: f.Control("from", "Received from", ""), To: f.Control("to", "Received up to", ""), Open: a.narrow() || len(problems) > 0}
	out.From.Type, out.To.Type, out.Search.Type = "date", "date", "search"
	shown := page.FormView{Values: url.Values{"col": a.columns}}
	out.Col = shown.Many("col", "Columns", "", chooseable)
	for _, flag := range [][2]string{{"mine", "I owe something"}, {"overdue", "Something is overdue"},
		{"unanswered", "An authority has not answered"},
		{"provisional", "The rating is provisional"}} {
		out.Flags = append(out.Flags, page.Option{Value: flag[0], Label: flag[1], Chosen: a.typed.Get(flag[0]) == "1"})
	}
	return out
}
