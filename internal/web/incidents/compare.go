package incidents

import (
	"net/http"
	"strconv"

	"tocsin/internal/app"
	"tocsin/internal/web/page"
)

// difference is one field of two filings side by side.
type difference struct{ Label, Kind, Before, After string }

// Kinds of difference.
const (
	fieldAdded   = "added"
	fieldChanged = "changed"
	fieldRemoved = "removed"
)

// compareSaid lists what the second filing says otherwise than the first, field by field in the order of the form, and how many
// fields are the same. Statements under one label, such as several devices, are compared in their order.
func compareSaid(before, after []page.Said) (out []difference, same int) {
	type place struct {
		label string
		n     int
	}
	numbered := func(list []page.Said) (order []place, at map[place]string) {
		at, seen := map[place]string{}, map[string]int{}
		for _, s := range list {
			seen[s.Label]++
			p := place{s.Label, seen[s.Label]}
			order, at[p] = append(order, p), s.Text
		}
		return order, at
	}
	oldOrder, was := numbered(before)
	newOrder, is := numbered(after)
	for _, p := range newOrder {
		text, known := was[p]
		switch {
		case !known:
			out = append(out, difference{p.label, fieldAdded, "", is[p]})
		case text != is[p]:
			out = append(out, difference{p.label, fieldChanged, text, is[p]})
		default:
			same++
		}
	}
	for _, p := range oldOrder {
		if _, still := is[p]; !still {
			out = append(out, difference{p.label, fieldRemoved, was[p], ""})
		}
	}
	return out, same
}

type filingsBody struct {
	V           app.IncidentView
	From, To    page.Control
	First, Last int // numbers of the filings compared; 0 where there are not two
	Differences []difference
	Same        int
	Disposed    bool // one of the two was lawfully disposed of
}

// filingsPage shows every filing as filed, and two of them side by side.
func filingsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	r.ReadIn(s, v.PackID)
	b := filingsBody{V: v}
	if n := len(v.Filings); n > 1 {
		b.First, b.Last = chosenFiling(r, "from", n, n-1), chosenFiling(r, "to", n, n)
		b.From, b.To = filingChoice("from", "Compare", v.Filings, b.First), filingChoice("to", "with", v.Filings, b.Last)
		before, after := v.Filings[b.First-1], v.Filings[b.Last-1]
		b.Disposed = before.Content == nil || after.Content == nil
		if !b.Disposed {
			f := s.Frame(r)
			b.Differences, b.Same = compareSaid(f.Said(v.PackID, before.Content), f.Said(v.PackID, after.Content))
		}
	}
	return s.Render(w, r, http.StatusOK, "filings", incidentPart(s, v, "Filings", b))
}

// chosenFiling is the number of a filing as the address names it, or the usual one.
func chosenFiling(r *page.Request, name string, n, usual int) int {
	if i, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil && i >= 1 && i <= n {
		return i
	}
	return usual
}

func filingChoice(name, label string, filings []app.FilingView, chosen int) page.Control {
	c := page.Control{Name: name, ID: page.FieldID(name), Label: label}
	for _, f := range filings {
		n := strconv.Itoa(f.Number)
		c.Options = append(c.Options, page.Option{Value: n, Label: page.KindWords(f.Kind) + ", filing " + n, Chosen: f.Number == chosen})
	}
	return c
}

// incidentPart is the frame of a page that shows one part of an incident in full.
func incidentPart(s *page.Site, v app.IncidentView, part string, body any) page.Page {
	return page.Page{Title: part + " of incident " + v.Incident, Wide: true,
		Crumbs: page.Crumbs("Home", "/", "Incidents", "/incidents", v.Incident, page.IncidentAddress(v.Incident)), Body: body}
}

// partPage shows one part of an incident in full: what its own page shows the newest of.
func partPage(name, title string) func(*page.Site, http.ResponseWriter, *page.Request) error {
	return func(s *page.Site, w http.ResponseWriter, r *page.Request) error {
		v, err := s.App.Incident(r.Context(), r.By(), r.PathValue("number"))
		if err != nil {
			return err
		}
		r.ReadIn(s, v.PackID)
		return s.Render(w, r, http.StatusOK, name, incidentPart(s, v, title, incidentBody{V: v, Reader: r.By().Person}))
	}
}
