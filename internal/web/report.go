package web

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
)

// reportFields are the fields of the filing contract, as the form names them. The decoder refuses what these admit
// but the contract does not have.
var reportFields = []string{"entity", "kind", "incident", "once", "base", "who", "act", "reporter.*", "iso.*", "alternate_contact.*", "description",
	"occurred_at", "occurred_at.zone", "discovered_at", "discovered_at.zone", "actions_taken", "categories", "crime_suspected",
	"terrorism_suspected", "devices[*", "personal_information.*", "impact.*", "outage_minutes", "media_coverage", "management.*"}

// reportBody is the report form with what was typed, what is wrong, and what it would lead to.
type reportBody struct {
	Form       app.Form
	F          formView
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
func reportPage(s *site, w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	if key := q.Get("draft"); key != "" {
		return s.draftReport(w, r, key)
	}
	if number := q.Get("incident"); number != "" {
		return s.reportOn(w, r, number, q.Get("kind"))
	}
	if entity := q.Get("entity"); entity != "" {
		return s.emptyReport(w, r, entity, incident.Initial, nil)
	}
	all, err := s.Filings.Entities(r.Context(), r.by())
	if err != nil {
		return err
	}
	body := chooseBody{Groups: fileable(all)}
	for _, g := range body.Groups {
		body.Count += len(g.Entities)
	}
	if body.Count == 1 {
		http.Redirect(w, r.Request, "/report?entity="+url.QueryEscape(body.Groups[0].Entities[0].ID), http.StatusSeeOther)
		return nil
	}
	if body.Drafts, err = s.draftLines(r, all); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "choose", page{Title: "File a report", Crumbs: homeCrumb, Body: body})
}

func fileable(all []app.EntityView) []entityGroup {
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
func (s *site) reportOn(w http.ResponseWriter, r *request, number, kind string) error {
	v, err := s.Records.IncidentPage(r.Context(), r.by(), number)
	if err != nil {
		return err
	}
	if kind != incident.Supplement && kind != incident.Written {
		kind = incident.Initial
	}
	if kind == incident.Initial && v.Filing > 0 {
		kind = incident.Supplement
	}
	return s.emptyReport(w, r, v.Entity, kind, &v)
}

// emptyReport shows an empty form, or goes on with the latest draft of the same report unless a new one is asked for.
func (s *site) emptyReport(w http.ResponseWriter, r *request, entity, kind string, v *app.IncidentView) error {
	if r.URL.Query().Get("new") == "" {
		drafts, err := s.Drafts.Drafts(r.Context(), r.by())
		if err != nil {
			return err
		}
		for _, d := range drafts {
			if d.Same(intake.Draft{Person: d.Person, Entity: entity, Kind: kind, Incident: incidentNumber(v)}) {
				return s.resume(w, r, d)
			}
		}
	}
	form, err := s.Filings.FormFor(r.Context(), r.by(), entity)
	if err != nil {
		return err
	}
	typed := url.Values{}
	fillContact(typed, "reporter", form.Reporter)
	if kind == incident.Initial {
		fillContact(typed, "iso", form.ISO)
	}
	b := reportBody{Form: form, Kind: kind, Incident: v, Once: rand.Text(), F: formView{typed: typed}}
	return s.showReport(w, r, http.StatusOK, b, nil)
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
func (s *site) showReport(w http.ResponseWriter, r *request, status int, b reportBody, problems []problem) error {
	if err := s.siblings(r, &b); err != nil && status == http.StatusOK {
		return err
	}
	s.completeReport(r, &b, problems)
	s.foresee(r, &b)
	p := page{Title: reportTitle(b), Crumbs: homeCrumb, Problems: problems, Wide: true, Body: b}
	if b.Incident != nil {
		p.Crumbs = append(p.Crumbs[:len(p.Crumbs):len(p.Crumbs)], crumb{"Incident " + b.Incident.Incident, incidentAddress(b.Incident.Incident)})
	}
	return s.render(w, r, status, "report", p)
}

func (s *site) completeReport(r *request, b *reportBody, problems []problem) {
	r.readIn(s, b.Form.Pack)
	b.F.problems = problems
	if b.F.zone == "" {
		b.F.zone = s.formZone(r, b.Form.Pack)
	}
	devices := max(1, len(rowsOf(b.F.typed, "devices")))
	residents := max(2, len(rowsOf(b.F.typed, "personal_information.residents")))
	switch r.form.Get("act") {
	case "add-device":
		devices = min(devices+1, maxRows)
	case "add-state":
		residents = min(residents+1, maxRows)
	}
	b.Devices, b.Residents = upTo(devices), upTo(residents)
	b.Management = b.Kind == incident.Written || asks(b.Form.Items, "management.")
	if b.Incident != nil {
		b.Management = b.Management || asks(b.Incident.Missing, "management.")
	}
}

// formZone is the zone that an empty time field starts with: that of the entity, whose people write down its local time.
func (s *site) formZone(r *request, pack string) string {
	if zone := s.zones[pack]; zone != nil {
		return zone.String()
	}
	return r.zone.String()
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

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func reportTitle(b reportBody) string {
	switch b.Kind {
	case incident.Supplement:
		return "Add to the report"
	case incident.Written:
		return "File the written report"
	}
	return "File a report"
}

// typedReport reads the submitted form and loads what the page around it needs.
func (s *site) typedReport(r *request) (reportBody, incident.Filing, error, error) {
	drop := -1
	if n, ok := strings.CutPrefix(r.form.Get("act"), "remove-device-"); ok {
		if i, err := strconv.Atoi(n); err == nil {
			drop = i
		}
	}
	compact(r.form, "devices", drop)
	compact(r.form, "personal_information.residents", -1)
	d := newDecoder(r.form, besides...)
	f := d.filing()
	unread := d.err()
	if unread != nil && len(d.faults) == 0 {
		return reportBody{}, f, nil, unread
	}
	revision, _ := strconv.ParseInt(r.form.Get("base"), 10, 64) // anything else is a form that saw no draft
	b := reportBody{Kind: f.Kind, Once: r.form.Get("once"), Revision: revision, F: formView{typed: r.form, extra: d.extra}}
	if f.Incident != "" {
		v, err := s.Records.IncidentPage(r.Context(), r.by(), f.Incident)
		if err != nil {
			return b, f, nil, err
		}
		b.Incident = &v
	}
	var err error
	b.Form, err = s.Filings.FormFor(r.Context(), r.by(), f.Entity)
	return b, f, unread, err
}

// report takes whatever button of the form was pressed: only one of them files.
func report(s *site, w http.ResponseWriter, r *request) error {
	b, f, wrong, err := s.typedReport(r)
	if err != nil {
		return err
	}
	act := r.form.Get("act")
	if act == "file" && wrong == nil {
		return s.file(w, r, b, f)
	}
	unsaved := s.keep(r, &b)
	switch {
	case act == "save" && unsaved != nil:
		return s.notFiled(w, r, b, unsaved)
	case act == "save":
		http.Redirect(w, r.Request, draftAddress(b.Once), http.StatusSeeOther)
		return nil
	case act == "file":
		return s.showReport(w, r, http.StatusUnprocessableEntity, b, problemsOf(wrong))
	case act == "check":
		problems := problemsOf(wrong)
		if wrong == nil {
			if problems, err = s.preview(r, &b, f); err != nil {
				return err
			}
		}
		return s.showReport(w, r, http.StatusOK, b, problems)
	}
	return s.showReport(w, r, http.StatusOK, b, nil)
}

// preview fills in what the report would lead to, or says what is wrong with it.
func (s *site) preview(r *request, b *reportBody, f incident.Filing) ([]problem, error) {
	p, err := s.Filings.Preview(r.Context(), r.by(), f)
	if fault.KindOf(err) == fault.KindInvalid {
		return problemsOf(err), nil
	}
	if err != nil {
		return nil, err
	}
	b.Preview = &p
	return nil, nil
}

// previewPart answers the preview alone, for the script that keeps it current while someone types.
func previewPart(s *site, w http.ResponseWriter, r *request) error {
	b, f, wrong, err := s.typedReport(r)
	if err != nil {
		return err
	}
	var problems []problem
	if wrong == nil {
		if problems, err = s.preview(r, &b, f); err != nil {
			return err
		}
	}
	problems = append(problems, problemsOf(wrong)...)
	s.completeReport(r, &b, problems)
	return s.renderPart(w, r, "report", "live", page{Body: b, Problems: problems})
}

// file submits the report. The form's own key makes a second press of the button, or a resent form, the same filing.
func (s *site) file(w http.ResponseWriter, r *request, b reportBody, f incident.Filing) error {
	answer, err := s.Filings.File(r.Context(), r.by(), f, submission(b.Once, f))
	if err != nil {
		return s.notFiled(w, r, b, err)
	}
	s.filedDraft(r, b.Once)
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
func (s *site) notFiled(w http.ResponseWriter, r *request, b reportBody, err error) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindGone:
		if number, found, err := s.Drafts.FiledFrom(r.Context(), r.by(), b.Once); err == nil && found {
			b.Filed = number
			return s.showReport(w, r, http.StatusConflict, b, []problem{{Text: "This report was filed already. What you changed since then can be added to it."}})
		}
		s.keepQuietly(r, &b)
		return s.showReport(w, r, http.StatusUnprocessableEntity, b, problemsOf(err))
	case fault.KindConflict:
		return s.showReport(w, r, http.StatusConflict, b, problemsOf(err))
	case "":
		s.Log.Error("a report could not be filed", "error", err.Error())
		b.Down = s.Contacts.Emergency()
		return s.showReport(w, r, http.StatusServiceUnavailable, b, []problem{{Text: "The report could not be recorded just now. It is still on this page: press the button again in a minute."}})
	}
	return err
}

func filedAddress(a app.Answer) string {
	return fmt.Sprintf("/filed/%s/%d", url.PathEscape(a.Incident), a.Filing)
}

func incidentAddress(number string) string { return "/incidents/" + url.PathEscape(number) }

var homeCrumb = []crumb{{"Home", "/"}}
