package policy

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/filing"
	"tocsin/internal/web/page"
)

// policyPage lists the packs in force.
func policyPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	all, err := s.App.PolicyPacks(r.Context(), r.By())
	if err != nil {
		return err
	}
	var b []packBody
	for _, v := range all {
		b = append(b, packBody{PackView: v})
	}
	return s.Render(w, r, http.StatusOK, "policy", page.Page{Title: "Policy in force", Wide: true, Body: b})
}

type packBody struct {
	app.PackView
	Line   *app.VersionLine // of a version that is looked at by its digest; nil for the one in force
	Groups []packGroup      // what that version changed
	Before string           // digest of the version that it replaced
}

func packPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.PolicyPack(r.Context(), r.By(), r.PathValue("pack"))
	if err != nil {
		return err
	}
	r.ReadIn(s, v.ID)
	return s.Render(w, r, http.StatusOK, "pack", page.Page{Title: v.Title, Crumbs: page.Crumbs("Policy", "/policy"), Wide: true,
		Body: packBody{PackView: v}})
}

// Of lists the rules of a kind.
func (b packBody) Of(kind string) []policy.Rule {
	return slices.DeleteFunc(b.Rules(), func(r policy.Rule) bool { return r.Kind != kind })
}

// Rule answers the rule of an id, of whatever kind it is.
func (b packBody) Rule(kind, id string) policy.Rule {
	for _, r := range b.Rules() {
		if r.Kind == kind && r.ID == id {
			return r
		}
	}
	return policy.Rule{}
}

// Unverified lists the rules whose source nobody has verified.
func (b packBody) Unverified() []policy.Rule {
	return slices.DeleteFunc(b.Rules(), func(r policy.Rule) bool { return !r.Unverified })
}

// Whom names a recipient.
func (b packBody) Whom(r policy.Recipient) string { return b.Name(r) }

// Years are those whose holidays are shown: this one and the next.
func (b packBody) Years(c *calendar.Calendar) []int {
	year := b.Now.In(c.Zone()).Year()
	return []int{year, year + 1}
}

// Day writes a date with its weekday.
func (packBody) Day(d calendar.Date) string {
	return d.Weekday().String() + ", " + d.Month.String()[:3] + " " + strings.TrimPrefix(d.String()[8:], "0")
}

// Event names what a clock runs from.
func (packBody) Event(name string) string { return eventWords(name) }

func eventWords(name string) string {
	words := map[string]string{"received": "the first filing", "telephoned": "the telephone report", "discovered": "discovery",
		"occurred": "occurrence", "written": "the written report", "rated": "the rating",
		"pi_determined": "the finding that personal information was acquired"}
	if w, ok := words[name]; ok {
		return w
	}
	return strings.ReplaceAll(name, "_", " ")
}

// marks say how well the source of a rule is known.
var marks = map[string]string{"source": "From the source document", "official": "From an official text",
	"secondary":  "From a secondary text, read in extracts",
	"unverified": "Source not verified", "configuration": "Setting of this installation"}

// Mark says how well the source of a rule is known.
func (packBody) Mark(r policy.Rule) string { return marks[r.Mark] }

// tryFields are those of the filing that rules look at.
var tryFields = []string{"description", "categories", "discovered_at", "discovered_at.zone", "occurred_at", "occurred_at.zone",
	"crime_suspected", "terrorism_suspected",
	"personal_information.*", "impact.*", "outage_minutes", "media_coverage"}

type tryBody struct {
	packBody
	F     page.FormView
	Trial *app.Trial
}

func tryPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showTry(s, w, r, http.StatusOK, url.Values{}, nil, nil)
}

func showTry(s *page.Site, w http.ResponseWriter, r *page.Request, status int, typed url.Values, trial *app.Trial,
	problems []page.Problem) error {
	v, err := s.App.PolicyPack(r.Context(), r.By(), r.PathValue("pack"))
	if err != nil {
		return err
	}
	r.ReadIn(s, v.ID)
	b := tryBody{packBody: packBody{PackView: v}, Trial: trial, F: page.FormView{Values: typed, Problems: problems,
		Zone: page.FormZone(s, r, v.ID)}}
	return s.Render(w, r, status, "try", page.Page{Title: "Try the rules of " + v.ID,
		Crumbs: page.Crumbs("Policy", "/policy", v.Title, "/policy/"+url.PathEscape(v.ID)),
		Wide:   true, Problems: problems, Body: b})
}

// Kinds offers the pack's categories.
func (b tryBody) Kinds() page.Control {
	return b.F.Many("categories", "What kind of incident?", "", filing.TermOptions(b.Categories()))
}

// Elements offers the pack's elements of personal information.
func (b tryBody) Elements() page.Control {
	return b.F.Many("personal_information.types", "Which kinds of information?", "", filing.TermOptions(b.PITypes()))
}

// Holding are the rules that hold, or may hold once more is stated; the others.
func (b tryBody) Holding(yes bool) []policy.Finding {
	var out []policy.Finding
	for _, f := range b.Trial.Findings {
		if (f.Answer != policy.No) == yes {
			out = append(out, f)
		}
	}
	return out
}

// tryPack reads the form as a filing and asks the pack, by the same way as `tocsin pack explain`.
func tryPack(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	page.Compact(r.Form, "personal_information.residents", -1)
	d := page.NewDecoder(r.Form)
	f := d.Filing()
	if err := d.Err(); err != nil {
		if len(d.Faults) == 0 {
			return err
		}
		return showTry(s, w, r, http.StatusUnprocessableEntity, r.Form, nil, page.ProblemsOf(err))
	}
	facts, err := statedOnly(f)
	if err != nil {
		return err
	}
	trial, err := s.App.TryPolicy(r.Context(), r.By(), r.PathValue("pack"), facts)
	if fault.KindOf(err) == fault.KindInvalid {
		return showTry(s, w, r, http.StatusUnprocessableEntity, r.Form, nil, page.ProblemsOf(err))
	}
	if err != nil {
		return err
	}
	return showTry(s, w, r, http.StatusOK, r.Form, &trial, nil)
}

// statedOnly writes a filing as JSON without what is empty: facts say nothing of what nobody stated.
func statedOnly(f any) ([]byte, error) {
	all, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	var v map[string]any
	if err := json.Unmarshal(all, &v); err != nil {
		return nil, err
	}
	return json.Marshal(prune(v))
}

func prune(v map[string]any) map[string]any {
	for key, value := range v {
		switch x := value.(type) {
		case nil:
			delete(v, key)
		case string:
			if x == "" {
				delete(v, key)
			}
		case []any:
			if len(x) == 0 {
				delete(v, key)
			}
		case map[string]any:
			if len(prune(x)) == 0 {
				delete(v, key)
			}
		}
	}
	return v
}
