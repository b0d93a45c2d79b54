package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/fault"
)

type reportersListBody struct{ Entities []app.EntityView }

// reportersList leads to the page of each entity that the reader may read; with one only, at once.
func reportersList(s *site, w http.ResponseWriter, r *request) error {
	all, err := s.Filings.Entities(r.Context(), r.by())
	if err != nil {
		return err
	}
	if len(all) == 1 {
		http.Redirect(w, r.Request, reportersAddress(all[0].ID), http.StatusSeeOther)
		return nil
	}
	return s.render(w, r, http.StatusOK, "reporterslist", page{Title: "Who reports", Body: reportersListBody{all}})
}

func reportersAddress(entity string) string {
	return "/entities/" + url.PathEscape(entity) + "/reporters"
}

type reportersBody struct {
	app.ReportersView
	At                                string // address of the page
	Person, Letter, Alternate, Number control
}

// reportersDoneWords says what an act did; the address carries the word alone, so that nobody can write sentences into our page.
var reportersDoneWords = map[string]string{
	"designated": "The designation is on record and the role is given. The reporter is told by mail.",
	"attested":   "Confirmed. Thank you.",
	"withdrawn":  "The designation is withdrawn. What was open is handed over, and a new designation is due.",
}

func reportersPage(s *site, w http.ResponseWriter, r *request) error {
	v, err := s.Ports.Reporters.Reporters(r.Context(), r.by(), r.PathValue("entity"))
	if err != nil {
		return err
	}
	return s.showReporters(w, r, http.StatusOK, v, url.Values{"letter": {v.Today}}, nil, reportersDoneWords[r.URL.Query().Get("done")])
}

func (s *site) showReporters(w http.ResponseWriter, r *request, status int, v app.ReportersView, typed url.Values, problems []problem, done string) error {
	f := formView{typed: typed, problems: problems}
	b := reportersBody{ReportersView: v, At: reportersAddress(v.Entity)}
	people := []option{{Value: "", Label: "Choose"}}
	for _, p := range v.Choices {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		people = append(people, option{Value: p.ID, Label: label})
	}
	b.Person = f.one("person", "Who", "People of your entity. Who is missing here is first put into the directory.", people)
	b.Letter = f.Text("letter", "Date of the letter", "As it stands on the letter.")
	b.Letter.Type = "date"
	b.Number = f.Text("reference", "Reference of the letter", "Where it is filed. You can leave this empty.")
	b.Alternate = f.many("alternate", "As", "", []option{{Value: "yes", Label: "Alternate", Hint: "The work of whoever leaves comes to the alternate."}})
	return s.render(w, r, status, "reporters", page{Title: "Who reports for " + v.EntityName, Wide: true, Crumbs: []crumb{{"Home", "/"}, {"Who reports", "/reporters"}}, Problems: problems, Done: done, Body: b})
}

func designateReporter(s *site, w http.ResponseWriter, r *request) error {
	entity := r.PathValue("entity")
	err := s.Ports.Reporters.DesignateReporter(r.Context(), r.by(), entity,
		app.DesignationRequest{Person: r.text("person"), Letter: r.text("letter"), Reference: r.text("reference"), Alternate: r.text("alternate") == "yes"})
	if fault.KindOf(err) == fault.KindInvalid {
		v, again := s.Ports.Reporters.Reporters(r.Context(), r.by(), entity)
		if again != nil {
			return again
		}
		return s.showReporters(w, r, http.StatusUnprocessableEntity, v, r.form, designationProblems(err), "")
	}
	return s.reportersDone(w, r, "designated", err)
}

// designationProblems names the fields as the page does.
func designationProblems(err error) []problem {
	names := map[string]string{"f-person": "Who", "f-letter": "Date of the letter", "f-reference": "Reference of the letter"}
	return problemsNamed(err, names)
}

func attestDesignation(s *site, w http.ResponseWriter, r *request) error {
	return s.reportersDone(w, r, "attested", s.Ports.Reporters.AttestDesignation(r.Context(), r.by(), r.PathValue("entity")))
}

type withdrawBody struct {
	Designee app.DesigneeView
	Last     bool // nobody else is designated
	At       string
	Change   string
}

// withdrawPage asks before a designation ends: with it goes the right to file.
func withdrawPage(s *site, w http.ResponseWriter, r *request) error {
	v, err := s.Ports.Reporters.Reporters(r.Context(), r.by(), r.PathValue("entity"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(v.Active, func(d app.DesigneeView) bool { return d.ID == r.PathValue("designee") })
	if i < 0 || !v.MayDesignate {
		return errAbsent
	}
	at := reportersAddress(v.Entity)
	return s.render(w, r, http.StatusOK, "reporterwithdraw", page{Title: "Withdraw this designation?",
		Crumbs: []crumb{{"Home", "/"}, {"Who reports for " + v.EntityName, at}}, Body: withdrawBody{v.Active[i], len(v.Active) == 1, at, v.Change}})
}

func withdrawReporter(s *site, w http.ResponseWriter, r *request) error {
	return s.reportersDone(w, r, "withdrawn", s.Ports.Reporters.WithdrawReporter(r.Context(), r.by(), r.PathValue("entity"), r.PathValue("designee")))
}

func (s *site) reportersDone(w http.ResponseWriter, r *request, done string, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, reportersAddress(r.PathValue("entity"))+"?done="+done, http.StatusSeeOther)
	return nil
}

// dayWords writes the date of a letter as pages write dates; what is no date stays as it is.
func dayWords(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.Format("Jan 2, 2006")
}

func endedWords(reason string) string {
	switch reason {
	case designation.Left:
		return "Left"
	case designation.RoleRemoved:
		return "Role taken away in the directory"
	}
	return "Withdrawn"
}

func handedWords(as string) string {
	switch as {
	case designation.ToCoordinator:
		return "as IR coordinator, because nobody else is designated"
	case designation.ToOperator:
		return "the operator, because there is neither an alternate nor an IR coordinator"
	}
	return "as designated beside them"
}
