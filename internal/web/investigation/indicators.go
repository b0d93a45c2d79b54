package investigation

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/web/page"
)

// indicatorsShown is how many indicators a page lists.
const indicatorsShown = 100

func segment(s string) string { return url.PathEscape(s) }

type indicatorsBody struct {
	page.ActForms
	V app.IndicatorList
	inquiryNav
	Ask     url.Values
	Found   *app.FoundView
	Skip    int
	Filters page.ActForms
}

// Types offers the types of indicators as a filter.
func (b indicatorsBody) Types() page.Control {
	return b.Filters.Select("filter", "", "type", "Type", "", "",
		page.OptionsOf(investigation.IndicatorTypes, func(t string) string { return typeWords[t] }, page.Option{Value: "", Label: "All"}))
}

// Marking asks how far the new indicators may be shared.
func (b indicatorsBody) Marking() page.Control {
	return b.Select("paste", "", "tlp", "Marking", "", investigation.TLPAmber, tlpOptions())
}

// Next leads to the next page, where there is one.
func (b indicatorsBody) Next() string {
	if b.Skip+len(b.V.Indicators) >= b.V.Matching {
		return ""
	}
	return b.page(b.Skip + indicatorsShown)
}

// Previous leads back.
func (b indicatorsBody) Previous() string {
	if b.Skip == 0 {
		return ""
	}
	return b.page(max(0, b.Skip-indicatorsShown))
}

func (b indicatorsBody) page(skip int) string {
	q := url.Values{"skip": {strconv.Itoa(skip)}}
	for _, name := range []string{"q", "type", "withdrawn"} {
		if v := b.Ask.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return inquiryAddress(b.Number) + "/indicators?" + q.Encode()
}

func indicatorsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if err := page.ProperQuery(r.URL.Query()); err != nil {
		return err
	}
	return showIndicators(s, w, r, http.StatusOK, page.ActForms{}, nil)
}

func showIndicators(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms,
	found *app.FoundView) error {
	q := r.URL.Query()
	b := indicatorsBody{ActForms: f, Ask: q, Found: found, Filters: page.ActForms{Failed: "filter", F: page.FormView{Values: q}}}
	b.Skip, _ = strconv.Atoi(q.Get("skip"))
	b.Skip = max(0, min(b.Skip, investigation.MaxIndicators))
	var err error
	b.V, err = s.App.Indicators(r.Context(), r.By(), r.PathValue("number"),
		app.IndicatorQuery{Type: q.Get("type"), Words: q.Get("q"), Withdrawn: q.Get("withdrawn") == "1", Skip: b.Skip, Limit: indicatorsShown})
	if err != nil {
		return err
	}
	b.inquiryNav = navOf(b.V.Incident, "/indicators", b.V.Closed)
	return inquiryPage(s, w, r, status, "indicators", "Indicators", b.V.Incident, f, b)
}

// pasteIndicators shows what pasted text holds; sent again with that before one's eyes, it records it.
func pasteIndicators(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	in := app.IndicatorInput{Text: r.Form.Get("text"), TLP: r.Form.Get("tlp"), Source: r.Text("source"), Note: r.Text("note"),
		Techniques: investigation.Words(strings.ToUpper(r.Form.Get("techniques")))}
	a := page.Act{Name: "paste", Done: "indicators", Run: func(number string) error {
		return s.App.RecordIndicators(r.Context(), r.By(), number, in)
	}, Show: func(status int, f page.ActForms) error { return showIndicators(s, w, r, status, f, nil) }}
	if r.Form.Get("step") != "record" {
		v, err := s.App.PreviewIndicators(r.Context(), r.By(), r.PathValue("number"), in)
		if err == nil {
			return showIndicators(s, w, r, http.StatusOK, page.ActForms{Failed: "paste", F: page.FormView{Values: r.Form}}, &v)
		}
		a.Run = func(string) error { return err }
	}
	return onInquiry(w, r, "/indicators", a)
}

type indicatorBody struct {
	page.ActForms
	V       app.IndicatorView
	MayWork bool
	inquiryNav
	P page.Clock
}

// Marking asks how far the indicator may be shared.
func (b indicatorBody) Marking() page.Control {
	return b.Select("mark", b.V.ID, "tlp", "Marking", "", b.V.TLP, tlpOptions())
}

// SeenAt asks when the indicator was seen.
func (b indicatorBody) SeenAt() page.Control {
	return moment(b.ActForms, "sight", b.V.ID, "at", "When", "", nil, b.P)
}

func indicatorPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showIndicator(s, w, r, http.StatusOK, r.PathValue("id"), page.ActForms{})
}

func showIndicator(s *page.Site, w http.ResponseWriter, r *page.Request, status int, id string, f page.ActForms) error {
	v, err := s.App.Indicators(r.Context(), r.By(), r.PathValue("number"), app.IndicatorQuery{ID: id})
	if err != nil {
		return err
	}
	if len(v.Indicators) != 1 {
		return fault.NotFound("no such indicator")
	}
	b := indicatorBody{f, v.Indicators[0], v.MayWork, navOf(v.Incident, "/indicators", v.Closed), r.Clock}
	return inquiryPage(s, w, r, status, "indicator", "Indicator "+id, v.Incident, f, b)
}

// onIndicator performs an act on the indicator that the form names.
func onIndicator(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act, do func(number, id string) error) error {
	a.Subject = r.Form.Get("indicator")
	a.Run = func(number string) error { return do(number, a.Subject) }
	a.Show = func(status int, f page.ActForms) error { return showIndicator(s, w, r, status, a.Subject, f) }
	return onInquiry(w, r, "/indicators/"+segment(a.Subject), a)
}

func markIndicator(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onIndicator(s, w, r, page.Act{Name: "mark", Done: "marked"}, func(number, id string) error {
		return s.App.MarkIndicator(r.Context(), r.By(), number, id, r.Form.Get("tlp"))
	})
}

func sightIndicator(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onIndicator(s, w, r, page.Act{Name: "sight", Done: "sighted"}, func(number, id string) error {
		at, err := when(r, "at")
		if err == nil && at == nil {
			err = fault.Invalid("at", "The time is missing.", "Write it like 2026-06-18 15:04.")
		}
		if err != nil {
			return err
		}
		where, err := r.Required("where", "Where it was seen")
		if err != nil {
			return err
		}
		return s.App.SightIndicator(r.Context(), r.By(), number, id, *at, where, investigation.Words(r.Form.Get("assets")))
	})
}

func withdrawIndicator(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onIndicator(s, w, r, page.Act{Name: "withdraw", Done: "withdrawn", Needs: page.ReasonNeeded}, func(number, id string) error {
		return s.App.WithdrawIndicator(r.Context(), r.By(), number, id, r.Text("reason"))
	})
}
