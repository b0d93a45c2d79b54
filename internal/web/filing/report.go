package filing

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/intake"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

// reportFields are the fields of the filing contract, as the form names them. The decoder refuses what these admit
// but the contract does not have.
var reportFields = []string{"entity", "kind", "incident", "once", "base", "who", "act", "reporter.*", "iso.*", "alternate_contact.*",
	"description",
	"occurred_at", "occurred_at.zone", "discovered_at", "discovered_at.zone", "actions_taken", "categories", "crime_suspected",
	"terrorism_suspected", "devices[*", "personal_information.*", "impact.*", "outage_minutes", "media_coverage", "management.*"}

// ReportBody is the report form with what was typed, what is wrong, and what it would lead to.
type ReportBody struct {
	Form       app.Form
	F          page.FormView
	Kind       string
	Incident   *app.IncidentView // for a supplement, a written report, or the filing after a telephone report
	Once       string
	Devices    []int
	Residents  []int
	Preview    *app.Preview
	Management bool
	Down       []policy.Contact // the report could not be kept: whom to call

	Drafts   []draftLine // of this report, newest first
	Resumed  bool        // the page goes on with a draft
	Revision int64       // of the draft as this page last saw it
	SavedAt  time.Time   // of the draft; zero where there is none
	Filed    string      // number of the incident, where this form was filed already
}

type chooseBody struct {
	Groups []entityGroup
	Count  int
	Drafts []draftLine
}

// entityGroup is the entities of one pack, in the order of the directory.
type entityGroup struct {
	Pack     string
	Entities []app.EntityView
}

// reportPage asks for the entity where that is open, and shows an empty form for it.
func reportPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	q := r.URL.Query()
	if key := q.Get("draft"); key != "" {
		return draftReport(s, w, r, key)
	}
	if number := q.Get("incident"); number != "" {
		return reportOn(s, w, r, number, q.Get("kind"))
	}
	if entity := q.Get("entity"); entity != "" {
		return emptyReport(s, w, r, entity, incident.Initial, nil)
	}
	all, err := s.App.Entities(r.Context(), r.By())
	if err != nil {
		return err
	}
	body := chooseBody{Groups: Fileable(all)}
	for _, g := range body.Groups {
		body.Count += len(g.Entities)
	}
	if body.Count == 1 {
		http.Redirect(w, r.Request, "/report?entity="+url.QueryEscape(body.Groups[0].Entities[0].ID), http.StatusSeeOther)
		return nil
	}
	if body.Drafts, err = draftLines(s, r, all); err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "choose", page.Page{Title: "File a report", Crumbs: homeCrumb, Body: body})
}

// Fileable lists the entities that the reader may file for.
func Fileable(all []app.EntityView) []entityGroup {
	var groups []entityGroup
	at := map[string]int{}
	for _, e := range all {
		if !e.MayFile {
			continue
		}
		i, ok := at[e.Pack]
		if !ok {
			i = len(groups)
			at[e.Pack] = i
			groups = append(groups, entityGroup{Pack: e.Pack})
		}
		groups[i].Entities = append(groups[i].Entities, e)
	}
	return groups
}

// reportOn shows the form for a further filing on an incident.
func reportOn(s *page.Site, w http.ResponseWriter, r *page.Request, number, kind string) error {
	v, err := s.App.IncidentPage(r.Context(), r.By(), number)
	if err != nil {
		return err
	}
	if kind != incident.Supplement && kind != incident.Written {
		kind = incident.Initial
	}
	if kind == incident.Initial && v.Filing > 0 {
		kind = incident.Supplement
	}
	return emptyReport(s, w, r, v.Entity, kind, &v)
}

// emptyReport shows an empty form, or goes on with the latest draft of the same report unless a new one is asked for.
func emptyReport(s *page.Site, w http.ResponseWriter, r *page.Request, entity, kind string, v *app.IncidentView) error {
	if r.URL.Query().Get("new") == "" {
		drafts, err := s.App.Drafts(r.Context(), r.By())
		if err != nil {
			return err
		}
		for _, d := range drafts {
			if d.Same(intake.Draft{Person: d.Person, Entity: entity, Kind: kind, Incident: incidentNumber(v)}) {
				return resume(s, w, r, d)
			}
		}
	}
	form, err := s.App.FormFor(r.Context(), r.By(), entity)
	if err != nil {
		return err
	}
	typed := url.Values{}
	fillContact(typed, "reporter", form.Reporter)
	if kind == incident.Initial {
		fillContact(typed, "iso", form.ISO)
	}
	b := ReportBody{Form: form, Kind: kind, Incident: v, Once: rand.Text(), F: page.FormView{Values: typed}}
	return showReport(s, w, r, http.StatusOK, b, nil)
}

func fillContact(typed url.Values, at string, c *incident.Contact) {
	if c == nil {
		return
	}
	typed.Set(at+".name", c.Name)
	typed.Set(at+".email", c.Email)
	typed.Set(at+".phones", strings.Join(c.Phones, ", "))
	typed.Set(at+".address", c.Address)
}

func incidentNumber(v *app.IncidentView) string {
	if v == nil {
		return ""
	}
	return v.Incident
}

// showReport renders the form. It is the same page before, between and after errors: what was typed is always kept.
func showReport(s *page.Site, w http.ResponseWriter, r *page.Request, status int, b ReportBody, problems []page.Problem) error {
	if err := siblings(s, r, &b); err != nil && status == http.StatusOK {
		return err
	}
	completeReport(s, r, &b, problems)
	foresee(s, r, &b)
	p := page.Page{Title: reportTitle(b), Crumbs: homeCrumb, Problems: problems, Wide: true, Body: b}
	if b.Incident != nil {
		p.Crumbs = append(p.Crumbs[:len(p.Crumbs):len(p.Crumbs)], page.Crumb{Title: "Incident " + b.Incident.Incident,
			Address: page.IncidentAddress(b.Incident.Incident)})
	}
	return s.Render(w, r, status, "report", p)
}

func completeReport(s *page.Site, r *page.Request, b *ReportBody, problems []page.Problem) {
	r.ReadIn(s, b.Form.Pack)
	b.F.Problems = problems
	if b.F.Zone == "" {
		b.F.Zone = page.FormZone(s, r, b.Form.Pack)
	}
	devices := max(1, len(page.RowsOf(b.F.Values, "devices")))
	residents := max(2, len(page.RowsOf(b.F.Values, "personal_information.residents")))
	switch r.Form.Get("act") {
	case "add-device":
		devices = min(devices+1, page.MaxRows)
	case "add-state":
		residents = min(residents+1, page.MaxRows)
	}
	b.Devices, b.Residents = UpTo(devices), UpTo(residents)
	b.Management = b.Kind == incident.Written || asks(b.Form.Items, "management.")
	if b.Incident != nil {
		b.Management = b.Management || asks(b.Incident.Missing, "management.")
	}
}

func asks(items []policy.Item, prefix string) bool {
	for _, item := range items {
		for _, field := range item.Fields {
			if strings.HasPrefix(field, prefix) {
				return true
			}
		}
	}
	return false
}

// UpTo lists 0 to n-1, for templates to range over.
func UpTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func reportTitle(b ReportBody) string {
	switch b.Kind {
	case incident.Supplement:
		return "Add to the report"
	case incident.Written:
		return "File the written report"
	}
	return "File a report"
}

// typedReport reads the submitted form and loads what the page around it needs.
func typedReport(s *page.Site, r *page.Request) (ReportBody, incident.Filing, error, error) {
	drop := -1
	if n, ok := strings.CutPrefix(r.Form.Get("act"), "remove-device-"); ok {
		if i, err := strconv.Atoi(n); err == nil {
			drop = i
		}
	}
	page.Compact(r.Form, "devices", drop)
	page.Compact(r.Form, "personal_information.residents", -1)
	d := page.NewDecoder(r.Form, besides...)
	f := d.Filing()
	unread := d.Err()
	if unread != nil && len(d.Faults) == 0 {
		return ReportBody{}, f, nil, unread
	}
	revision, _ := strconv.ParseInt(r.Form.Get("base"), 10, 64) // anything else is a form that saw no draft
	b := ReportBody{Kind: f.Kind, Once: r.Form.Get("once"), Revision: revision, F: page.FormView{Values: r.Form, Extra: d.Extra}}
	if f.Incident != "" {
		v, err := s.App.IncidentPage(r.Context(), r.By(), f.Incident)
		if err != nil {
			return b, f, nil, err
		}
		b.Incident = &v
	}
	var err error
	b.Form, err = s.App.FormFor(r.Context(), r.By(), f.Entity)
	return b, f, unread, err
}

// report takes whatever button of the form was pressed: only one of them files.
func report(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	b, f, wrong, err := typedReport(s, r)
	if err != nil {
		return err
	}
	act := r.Form.Get("act")
	if act == "file" && wrong == nil {
		return file(s, w, r, b, f)
	}
	unsaved := keep(s, r, &b)
	switch {
	case act == "save" && unsaved != nil:
		return notFiled(s, w, r, b, unsaved)
	case act == "save":
		http.Redirect(w, r.Request, draftAddress(b.Once), http.StatusSeeOther)
		return nil
	case act == "file":
		return showReport(s, w, r, http.StatusUnprocessableEntity, b, page.ProblemsOf(wrong))
	case act == "check":
		problems := page.ProblemsOf(wrong)
		if wrong == nil {
			if problems, err = preview(s, r, &b, f); err != nil {
				return err
			}
		}
		return showReport(s, w, r, http.StatusOK, b, problems)
	}
	return showReport(s, w, r, http.StatusOK, b, nil)
}

// preview fills in what the report would lead to, or says what is wrong with it.
func preview(s *page.Site, r *page.Request, b *ReportBody, f incident.Filing) ([]page.Problem, error) {
	p, err := s.App.Preview(r.Context(), r.By(), f)
	if fault.KindOf(err) == fault.KindInvalid {
		return page.ProblemsOf(err), nil
	}
	if err != nil {
		return nil, err
	}
	b.Preview = &p
	return nil, nil
}

// previewPart answers the preview alone, for the script that keeps it current while someone types.
func previewPart(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	b, f, wrong, err := typedReport(s, r)
	if err != nil {
		return err
	}
	var problems []page.Problem
	if wrong == nil {
		if problems, err = preview(s, r, &b, f); err != nil {
			return err
		}
	}
	problems = append(problems, page.ProblemsOf(wrong)...)
	completeReport(s, r, &b, problems)
	return s.RenderPart(w, r, "report", "live", page.Page{Body: b, Problems: problems})
}

// file submits the report. The form's own key makes a second press of the button, or a resent form, the same filing.
func file(s *page.Site, w http.ResponseWriter, r *page.Request, b ReportBody, f incident.Filing) error {
	answer, err := s.App.File(r.Context(), r.By(), f, submission(b.Once, f))
	if err != nil {
		return notFiled(s, w, r, b, err)
	}
	filedDraft(s, r, b.Once)
	http.Redirect(w, r.Request, filedAddress(answer), http.StatusSeeOther)
	return nil
}

func submission(once string, f any) app.FileOptions {
	body, _ := json.Marshal(f) // plain strings, numbers and lists: cannot fail
	o := app.PageFiling(once)
	o.BodyDigest = sha256.Sum256(body)
	return o
}

// notFiled shows the form again with what was typed. Where the fault is ours, it says whom to call instead.
func notFiled(s *page.Site, w http.ResponseWriter, r *page.Request, b ReportBody, err error) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindGone:
		if number, found, err := s.App.FiledFrom(r.Context(), r.By(), b.Once); err == nil && found {
			b.Filed = number
			return showReport(s, w, r, http.StatusConflict, b,
				[]page.Problem{{Text: "This report was filed already. What you changed since then can be added to it."}})
		}
		keepQuietly(s, r, &b)
		return showReport(s, w, r, http.StatusUnprocessableEntity, b, page.ProblemsOf(err))
	case fault.KindConflict:
		return showReport(s, w, r, http.StatusConflict, b, page.ProblemsOf(err))
	case "":
		s.Log.Error("a report could not be filed", "error", err.Error())
		b.Down = s.App.Emergency()
		return showReport(s, w, r, http.StatusServiceUnavailable, b,
			[]page.Problem{{Text: "The report could not be recorded just now. It is still on this page: press the button again in a minute."}})
	}
	return err
}

func filedAddress(a app.Answer) string {
	return fmt.Sprintf("/filed/%s/%d", url.PathEscape(a.Incident), a.Filing)
}

var homeCrumb = page.Crumbs("Home", "/")
