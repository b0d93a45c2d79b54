package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/investigation"
)

// control is one field of an act's form that no browser fills in.
func (a actForms) control(act, subject, name, label, hint string) control {
	c := a.Control(act, subject, name, label, hint)
	c.Auto = "off"
	return c
}

// Line is a line of text of an act's form; given is what it starts with.
func (a actForms) Line(act, subject, name, label, hint, given string) control {
	c := a.control(act, subject, name, label, hint)
	if !a.Opened(act, subject) {
		c.Value = given
	}
	return c
}

// Area is text of several lines.
func (a actForms) Area(act, subject, name, label, hint, given string, rows int) control {
	c := a.Line(act, subject, name, label, hint, given)
	c.Rows = rows
	return c
}

// Choose offers values with their words, one after the other; given is the one that is chosen first.
func (a actForms) Choose(act, subject, name, label, hint, given string, options []option) control {
	c := a.Line(act, subject, name, label, hint, given)
	for _, o := range options {
		o.Chosen = o.Value == c.Value
		c.Options = append(c.Options, o)
	}
	return c
}

// When is a date with time of day and its zone.
func (a actForms) When(act, subject, name, label, hint string, given *time.Time, p clock) control {
	c := a.control(act, subject, name, label, strings.TrimSpace("Written like 2026-11-21 15:04, with seconds where they are known. "+hint))
	c.ZoneName = name + ".zone"
	chosen := p.zone.String()
	switch {
	case a.Opened(act, subject):
		chosen = a.F.typed.Get(c.ZoneName)
	case given != nil:
		c.Value, chosen = given.Format("2006-01-02 15:04:05.999999"), "UTC"+given.Format("-07:00")
	}
	choices := append(slices.Clone(a.F.extra[name]), zoneChoices...)
	if chosen != "" && !slices.ContainsFunc(choices, func(z zoneChoice) bool { return z.ID == chosen }) {
		choices = append([]zoneChoice{{chosen, strings.ReplaceAll(chosen, "_", " ")}}, choices...)
	}
	for _, z := range choices {
		c.Zones = append(c.Zones, option{Value: z.ID, Label: z.Label, Chosen: z.ID == chosen})
	}
	return c
}

// options makes a choice of values that are written as words.
func options(values ...string) (out []option) {
	for _, v := range values {
		out = append(out, option{Value: v, Label: sentence(strings.ReplaceAll(v, "-", " "))})
	}
	return out
}

var tlpWords = map[string]string{investigation.TLPRed: "TLP:RED, for the people present only", investigation.TLPAmberStrict: "TLP:AMBER+STRICT, this organisation only",
	investigation.TLPAmber: "TLP:AMBER, this organisation and those it serves", investigation.TLPGreen: "TLP:GREEN, the community", investigation.TLPClear: "TLP:CLEAR, everybody"}

func tlpOptions() (out []option) {
	for _, v := range investigation.TLPs {
		out = append(out, option{Value: v, Label: tlpWords[v]})
	}
	return out
}

// typeWords are the types of indicators as headings and in lists.
var typeWords = map[string]string{investigation.IPv4: "IPv4 address", investigation.IPv6: "IPv6 address", investigation.Domain: "Domain", investigation.URL: "URL",
	investigation.Email: "E-mail address", investigation.MD5: "File, MD5", investigation.SHA1: "File, SHA-1", investigation.SHA256: "File, SHA-256", investigation.SHA512: "File, SHA-512",
	investigation.FileName: "File name", investigation.User: "User account", investigation.Process: "Process", investigation.Registry: "Registry key",
	investigation.ASN: "Autonomous system", investigation.Mutex: "Mutex", investigation.MAC: "MAC address"}

var whoWords = map[string]string{investigation.Adversary: "Adversary", investigation.Defender: "Defender", investigation.Bystander: "Other or not known"}

func tacticWords(t string) string { return sentence(strings.ReplaceAll(t, "-", " ")) }

func init() {
	functions["indicatorType"] = func(t string) string { return typeWords[t] }
	functions["who"] = func(k string) string { return whoWords[k] }
	functions["tactic"] = tacticWords
	functions["tlp"] = func(t string) string { return "TLP:" + strings.ToUpper(t) }
	functions["markdown"] = markdown
}

// inquired is what the page says after an act.
var inquiredWords = map[string]string{"events": "On the timeline.", "corrected": "Corrected. The earlier account is kept in the history.", "withdrawn": "Withdrawn, and recorded with your name.",
	"indicators": "The new indicators are on the list.", "marked": "Marked.", "sighted": "The sighting is recorded.", "finding": "The finding is recorded.", "argued": "Recorded.",
	"judged": "Recorded how the finding stands.", "decision": "The decision is in the log.", "note": "The note is kept."}

// inquiryPage is what all pages of an investigation share.
func (s *site) inquiryPage(w http.ResponseWriter, r *request, status int, name, title, number string, f actForms, body any) error {
	crumbs := []crumb{{"Home", "/"}, {"Incidents", "/incidents"}, {number, incidentAddress(number)}}
	if name != "investigation" {
		crumbs = append(crumbs, crumb{"Investigation", inquiryAddress(number)})
	}
	return s.render(w, r, status, name, page{Title: title + " of " + number, Wide: true, Problems: f.F.problems, Done: inquiredWords[r.URL.Query().Get("done")], Crumbs: crumbs, Body: body})
}

func inquiryAddress(number string) string { return incidentAddress(number) + "/investigation" }

// inquire runs one act of an investigation and goes to a page of it. A refusal shows the form again with what was typed.
func (s *site) inquire(w http.ResponseWriter, r *request, act, subject, to, done string, do func(number string) error, show func(status int, f actForms) error) error {
	number := r.PathValue("number")
	err := do(number)
	if refused(err) {
		f := actForms{Failed: act, Subject: subject, F: formView{typed: r.form, problems: problemsOf(err), extra: r.choices}}
		for i, p := range f.F.problems {
			if p.ID != "" {
				f.F.problems[i].ID = strings.Replace(p.ID, "f-", fieldID(act+"-"+subject)+"-", 1)
			}
		}
		return show(statusOf(err), f)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, inquiryAddress(number)+to+"?done="+done, http.StatusSeeOther)
	return nil
}

// when reads a date with time of day and its zone; nil where it was left empty. A day alone is its beginning.
func (r *request) when(name string) (*time.Time, error) {
	value, fraction, _ := strings.Cut(r.text(name), ".")
	if value == "" {
		return nil, nil
	}
	if len(value) == len("2006-01-02") {
		value += " 00:00"
	}
	at, choices, wrong := localTime(name, value, r.form.Get(name+".zone"))
	if wrong != nil {
		r.choices = map[string][]zoneChoice{name: choices}
		return nil, wrong
	}
	t, err := time.Parse(time.RFC3339, at)
	if d, odd := time.ParseDuration("0." + fraction + "s"); fraction != "" && odd == nil {
		t = t.Add(d)
	}
	return &t, err
}

type investigationBody struct {
	V app.InvestigationView
	inquiryNav
}

// inquiryNav leads from page to page of an investigation.
type inquiryNav struct {
	Number, At string
	Over       bool // the incident is closed
}

func navOf(number, at string, closed bool) inquiryNav { return inquiryNav{number, at, closed} }

// Tabs are the pages.
func (n inquiryNav) Tabs() []navItem {
	base := inquiryAddress(n.Number)
	items := []navItem{{Title: "Overview", Address: base}, {Title: "Timeline", Address: base + "/timeline"}, {Title: "Indicators", Address: base + "/indicators"},
		{Title: "Findings and decisions", Address: base + "/findings"}, {Title: "Notes", Address: base + "/notes"}, {Title: "Related incidents", Address: base + "/related"}}
	for i := range items {
		items[i].Current = items[i].Address == base+n.At
	}
	return items
}

func investigationPage(s *site, w http.ResponseWriter, r *request) error {
	v, err := s.Inquiry.Reading.Investigation(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.inquiryPage(w, r, http.StatusOK, "investigation", "Investigation", v.Incident, actForms{}, investigationBody{v, navOf(v.Incident, "", v.Closed)})
}

type relatedBody struct {
	V app.RelatedList
	inquiryNav
}

func relatedPage(s *site, w http.ResponseWriter, r *request) error {
	v, err := s.Inquiry.Reading.Related(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.inquiryPage(w, r, http.StatusOK, "related", "Related incidents", v.Incident, actForms{}, relatedBody{v, navOf(v.Incident, "/related", v.Closed)})
}

type lookupBody struct {
	actForms
	Asked bool
	V     app.LookupView
}

// lookUp finds the incidents that have an indicator, among those that the reader may see.
func lookUp(s *site, w http.ResponseWriter, r *request) error {
	if err := properQuery(r.URL.Query()); err != nil {
		return err
	}
	b := lookupBody{actForms: actForms{Failed: "lookup", F: formView{typed: r.URL.Query()}}}
	status := http.StatusOK
	if value := strings.TrimSpace(b.F.typed.Get("value")); value != "" {
		v, err := s.Inquiry.Lookup.LookUp(r.Context(), r.by(), value)
		switch {
		case fault.KindOf(err) == fault.KindInvalid:
			status, b.F.problems = http.StatusUnprocessableEntity, problemsOf(err)
			for i := range b.F.problems {
				b.F.problems[i].ID = "f-lookup--value"
			}
		case err != nil:
			return err
		default:
			b.Asked, b.V = true, v
		}
	}
	return s.render(w, r, status, "lookup", page{Title: "Look up an indicator", Problems: b.F.problems, Crumbs: []crumb{{"Home", "/"}}, Body: b})
}
