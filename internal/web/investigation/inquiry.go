package investigation

import (
	"net/http"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/web/page"
)

// options makes a choice of values that are written as words.
func options(values ...string) (out []page.Option) {
	for _, v := range values {
		out = append(out, page.Option{Value: v, Label: page.Sentence(strings.ReplaceAll(v, "-", " "))})
	}
	return out
}

var tlpWords = map[string]string{investigation.TLPRed: "TLP:RED, for the people present only",
	investigation.TLPAmberStrict: "TLP:AMBER+STRICT, this organisation only",
	investigation.TLPAmber:       "TLP:AMBER, this organisation and those it serves", investigation.TLPGreen: "TLP:GREEN, the community",
	investigation.TLPClear: "TLP:CLEAR, everybody"}

func tlpOptions() (out []page.Option) {
	for _, v := range investigation.TLPs {
		out = append(out, page.Option{Value: v, Label: tlpWords[v]})
	}
	return out
}

// typeWords are the types of indicators as headings and in lists.
var typeWords = map[string]string{investigation.IPv4: "IPv4 address", investigation.IPv6: "IPv6 address", investigation.Domain: "Domain",
	investigation.URL:   "URL",
	investigation.Email: "E-mail address", investigation.MD5: "File, MD5", investigation.SHA1: "File, SHA-1",
	investigation.SHA256: "File, SHA-256", investigation.SHA512: "File, SHA-512",
	investigation.FileName: "File name", investigation.User: "User account", investigation.Process: "Process",
	investigation.Registry: "Registry key",
	investigation.ASN:      "Autonomous system", investigation.Mutex: "Mutex", investigation.MAC: "MAC address"}

var whoWords = map[string]string{investigation.Adversary: "Adversary", investigation.Defender: "Defender",
	investigation.Bystander: "Other or not known"}

func tacticWords(t string) string { return page.Sentence(strings.ReplaceAll(t, "-", " ")) }

func init() {
	page.Functions["indicatorType"] = func(t string) string { return typeWords[t] }
	page.Functions["who"] = func(k string) string { return whoWords[k] }
	page.Functions["tactic"] = tacticWords
	page.Functions["tlp"] = func(t string) string { return "TLP:" + strings.ToUpper(t) }
	page.Functions["markdown"] = page.Markdown
}

// inquired is what the page says after an act.
var inquiredWords = map[string]string{"events": "On the timeline.", "corrected": "Corrected. The earlier account is kept in the history.",
	"withdrawn":  "Withdrawn, and recorded with your name.",
	"indicators": "The new indicators are on the list.", "marked": "Marked.", "sighted": "The sighting is recorded.",
	"finding": "The finding is recorded.", "argued": "Recorded.",
	"judged": "Recorded how the finding stands.", "decision": "The decision is in the log.", "note": "The note is kept."}

// inquiryPage is what all pages of an investigation share.
func inquiryPage(s *page.Site, w http.ResponseWriter, r *page.Request, status int, name, title, number string, f page.ActForms,
	body any) error {
	crumbs := page.IncidentCrumbs(number)
	if name != "investigation" {
		crumbs = append(crumbs, page.Crumb{Title: "Investigation", Address: inquiryAddress(number)})
	}
	return s.Render(w, r, status, name, page.Page{Title: title + " of " + number, Wide: true, Problems: f.F.Problems,
		Done: inquiredWords[r.URL.Query().Get("done")], Crumbs: crumbs, Body: body})
}

func inquiryAddress(number string) string { return page.IncidentAddress(number) + "/investigation" }

// when reads a date with time of day and its zone; nil where it was left empty. A day alone is its beginning.
func when(r *page.Request, name string) (*time.Time, error) {
	value, fraction, _ := strings.Cut(r.Text(name), ".")
	if value == "" {
		return nil, nil
	}
	if len(value) == len("2006-01-02") {
		value += " 00:00"
	}
	at, choices, wrong := page.LocalTime(name, value, r.Form.Get(name+".zone"))
	if wrong != nil {
		r.Choices = map[string][]page.ZoneChoice{name: choices}
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
func (n inquiryNav) Tabs() []page.NavItem {
	base := inquiryAddress(n.Number)
	items := []page.NavItem{{Title: "Overview", Address: base}, {Title: "Timeline", Address: base + "/timeline"},
		{Title: "Indicators", Address: base + "/indicators"},
		{Title: "Findings and decisions", Address: base + "/findings"}, {Title: "Notes", Address: base + "/notes"},
		{Title: "Related incidents", Address: base + "/related"}}
	for i := range items {
		items[i].Current = items[i].Address == base+n.At
	}
	return items
}

func investigationPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.Investigation(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return inquiryPage(s, w, r, http.StatusOK, "investigation", "Investigation", v.Incident, page.ActForms{},
		investigationBody{v, navOf(v.Incident, "", v.Closed)})
}

type relatedBody struct {
	V app.RelatedList
	inquiryNav
}

func relatedPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.Related(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return inquiryPage(s, w, r, http.StatusOK, "related", "Related incidents", v.Incident, page.ActForms{},
		relatedBody{v, navOf(v.Incident, "/related", v.Closed)})
}

type lookupBody struct {
	page.ActForms
	Asked bool
	V     app.LookupView
}

// lookUp finds the incidents that have an indicator, among those that the reader may see.
func lookUp(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if err := page.ProperQuery(r.URL.Query()); err != nil {
		return err
	}
	b := lookupBody{ActForms: page.ActForms{Failed: "lookup", F: page.FormView{Values: r.URL.Query()}}}
	status := http.StatusOK
	if value := strings.TrimSpace(b.F.Values.Get("value")); value != "" {
		v, err := s.App.LookUp(r.Context(), r.By(), value)
		switch {
		case fault.KindOf(err) == fault.KindInvalid:
			status, b.F.Problems = http.StatusUnprocessableEntity, page.ProblemsOf(err)
			for i := range b.F.Problems {
				b.F.Problems[i].ID = "f-lookup--value"
			}
		case err != nil:
			return err
		default:
			b.Asked, b.V = true, v
		}
	}
	return s.Render(w, r, status, "lookup", page.Page{Title: "Look up an indicator", Problems: b.F.Problems, Crumbs: page.Crumbs("Home", "/"),
		Body: b})
}

// moment is a date with time of day and its zone, as exactly as it is known.
func moment(a page.ActForms, act, subject, name, label, hint string, given *time.Time, p page.Clock) page.Control {
	a.F.Zone = p.Zone.String()
	if given != nil {
		a.F.Zone = "UTC" + given.Format("-07:00")
	}
	c := a.When(act, subject, name, label, strings.TrimSpace("Written like 2026-11-21 15:04, with seconds where they are known. "+hint))
	c.Auto = "off"
	if given != nil && !a.Opened(act, subject) {
		c.Value = given.Format("2006-01-02 15:04:05.999999")
	}
	return c
}

// onInquiry performs an act of an investigation and goes to a page of it.
func onInquiry(w http.ResponseWriter, r *page.Request, to string, a page.Act) error {
	a.To = inquiryAddress(r.PathValue("number")) + to
	return page.Perform(w, r, a)
}
