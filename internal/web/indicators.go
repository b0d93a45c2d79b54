package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/investigation"
)

// indicatorsShown is how many indicators a page lists.
const indicatorsShown = 100

func segment(s string) string { return url.PathEscape(s) }

type indicatorsBody struct {
	actForms
	V app.IndicatorList
	inquiryNav
	Ask     url.Values
	Found   *app.FoundView
	Skip    int
	Filters actForms
}

// Types offers the types of indicators as a filter.
func (b indicatorsBody) Types() control {
	list := []option{{Value: "", Label: "All"}}
	for _, t := range investigation.IndicatorTypes {
		list = append(list, option{Value: t, Label: typeWords[t]})
	}
	return b.Filters.Choose("filter", "", "type", "Type", "", "", list)
}

// Marking asks how far the new indicators may be shared.
func (b indicatorsBody) Marking() control {
	return b.Choose("paste", "", "tlp", "Marking", "", investigation.TLPAmber, tlpOptions())
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

func indicatorsPage(s *site, w http.ResponseWriter, r *request) error {
	if err := properQuery(r.URL.Query()); err != nil {
		return err
	}
	return s.showIndicators(w, r, http.StatusOK, actForms{}, nil)
}

func (s *site) showIndicators(w http.ResponseWriter, r *request, status int, f actForms, found *app.FoundView) error {
	q := r.URL.Query()
	b := indicatorsBody{actForms: f, Ask: q, Found: found, Filters: actForms{Failed: "filter", F: formView{typed: q}}}
	b.Skip, _ = strconv.Atoi(q.Get("skip"))
	b.Skip = max(0, min(b.Skip, investigation.MaxIndicators))
	var err error
	b.V, err = s.Inquiry.Indicators.Indicators(r.Context(), r.by(), r.PathValue("number"),
		app.IndicatorQuery{Type: q.Get("type"), Words: q.Get("q"), Withdrawn: q.Get("withdrawn") == "1", Skip: b.Skip, Limit: indicatorsShown})
	if err != nil {
		return err
	}
	b.inquiryNav = navOf(b.V.Incident, "/indicators", b.V.Closed)
	return s.inquiryPage(w, r, status, "indicators", "Indicators", b.V.Incident, f, b)
}

// pasteIndicators shows what pasted text holds; sent again with that before one's eyes, it records it.
func pasteIndicators(s *site, w http.ResponseWriter, r *request) error {
	in := app.IndicatorInput{Text: r.form.Get("text"), TLP: r.form.Get("tlp"), Source: r.text("source"), Note: r.text("note"), Techniques: investigation.Words(strings.ToUpper(r.form.Get("techniques")))}
	show := func(status int, f actForms) error { return s.showIndicators(w, r, status, f, nil) }
	if r.form.Get("step") != "record" {
		v, err := s.Inquiry.Indicators.PreviewIndicators(r.Context(), r.by(), r.PathValue("number"), in)
		if err == nil {
			return s.showIndicators(w, r, http.StatusOK, actForms{Failed: "paste", F: formView{typed: r.form}}, &v)
		}
		return s.inquire(w, r, "paste", "", "", "", func(string) error { return err }, show)
	}
	return s.inquire(w, r, "paste", "", "/indicators", "indicators", func(number string) error {
		return s.Inquiry.Indicators.RecordIndicators(r.Context(), r.by(), number, in)
	}, show)
}

type indicatorBody struct {
	actForms
	V       app.IndicatorView
	MayWork bool
	inquiryNav
	P clock
}

// Marking asks how far the indicator may be shared.
func (b indicatorBody) Marking() control {
	return b.Choose("mark", b.V.ID, "tlp", "Marking", "", b.V.TLP, tlpOptions())
}

// SeenAt asks when the indicator was seen.
func (b indicatorBody) SeenAt() control { return b.When("sight", b.V.ID, "at", "When", "", nil, b.P) }

func indicatorPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showIndicator(w, r, http.StatusOK, r.PathValue("id"), actForms{})
}

func (s *site) showIndicator(w http.ResponseWriter, r *request, status int, id string, f actForms) error {
	v, err := s.Inquiry.Indicators.Indicators(r.Context(), r.by(), r.PathValue("number"), app.IndicatorQuery{ID: id})
	if err != nil {
		return err
	}
	if len(v.Indicators) != 1 {
		return fault.NotFound("no such indicator")
	}
	b := indicatorBody{f, v.Indicators[0], v.MayWork, navOf(v.Incident, "/indicators", v.Closed), r.clock}
	return s.inquiryPage(w, r, status, "indicator", "Indicator "+id, v.Incident, f, b)
}

func (s *site) onIndicator(w http.ResponseWriter, r *request, act, done string, do func(number, id string) error) error {
	id := r.form.Get("indicator")
	return s.inquire(w, r, act, id, "/indicators/"+segment(id), done, func(number string) error { return do(number, id) },
		func(status int, f actForms) error { return s.showIndicator(w, r, status, id, f) })
}

func markIndicator(s *site, w http.ResponseWriter, r *request) error {
	return s.onIndicator(w, r, "mark", "marked", func(number, id string) error {
		return s.Inquiry.Indicators.MarkIndicator(r.Context(), r.by(), number, id, r.form.Get("tlp"))
	})
}

func sightIndicator(s *site, w http.ResponseWriter, r *request) error {
	return s.onIndicator(w, r, "sight", "sighted", func(number, id string) error {
		at, err := r.when("at")
		if err == nil && at == nil {
			err = fault.Invalid("at", "The time is missing.", "Write it like 2026-06-18 15:04.")
		}
		if err != nil {
			return err
		}
		where, err := r.required("where", "Where it was seen")
		if err != nil {
			return err
		}
		return s.Inquiry.Indicators.SightIndicator(r.Context(), r.by(), number, id, *at, where, investigation.Words(r.form.Get("assets")))
	})
}

func withdrawIndicator(s *site, w http.ResponseWriter, r *request) error {
	return s.onIndicator(w, r, "withdraw", "withdrawn", func(number, id string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Inquiry.Indicators.WithdrawIndicator(r.Context(), r.by(), number, id, reason)
	})
}
