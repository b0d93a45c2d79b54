package team

import (
	"net/http"
	"net/url"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

type reportersListBody struct{ Entities []app.EntityView }

// reportersList leads to the page of each entity that the reader may read; with one only, at once.
func reportersList(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	all, err := s.App.Entities(r.Context(), r.By())
	if err != nil {
		return err
	}
	if len(all) == 1 {
		http.Redirect(w, r.Request, reportersAddress(all[0].ID), http.StatusSeeOther)
		return nil
	}
	return s.Render(w, r, http.StatusOK, "reporterslist", page.Page{Title: "Who reports", Body: reportersListBody{all}})
}

func reportersAddress(entity string) string {
	return "/entities/" + url.PathEscape(entity) + "/reporters"
}

type reportersBody struct {
	app.ReportersView
	At                                string // address of the page
	Person, Letter, Alternate, Number page.Control
}

// reportersDoneWords says what an act did; the address carries the word alone, so that nobody can write sentences into our page.
var reportersDoneWords = map[string]string{
	"designated": "The designation is on record and the role is given. The reporter is told by mail.",
	"attested":   "Confirmed. Thank you.",
	"withdrawn":  "The designation is withdrawn. What was open is handed over, and a new designation is due.",
}

func reportersPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.Reporters(r.Context(), r.By(), r.PathValue("entity"))
	if err != nil {
		return err
	}
	return showReporters(s, w, r, http.StatusOK, v, url.Values{"letter": {v.Today}}, nil, reportersDoneWords[r.URL.Query().Get("done")])
}

func showReporters(s *page.Site, w http.ResponseWriter, r *page.Request, status int, v app.ReportersView, typed url.Values,
	problems []page.Problem, done string) error {
	f := page.FormView{Values: typed, Problems: problems}
	b := reportersBody{ReportersView: v, At: reportersAddress(v.Entity)}
	people := []page.Option{{Value: "", Label: "Choose"}}
	for _, p := range v.Choices {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		people = append(people, page.Option{Value: p.ID, Label: label})
	}
	b.Person = f.One("person", "Who", "People of your entity. Who is missing here is first put into the directory.", people)
	b.Letter = f.Text("letter", "Date of the letter", "As it stands on the letter.")
	b.Letter.Type = "date"
	b.Number = f.Text("reference", "Reference of the letter", "Where it is filed. You can leave this empty.")
	b.Alternate = f.Many("alternate", "As", "", []page.Option{{Value: "yes", Label: "Alternate",
		Hint: "The work of whoever leaves comes to the alternate."}})
	return s.Render(w, r, status, "reporters", page.Page{Title: "Who reports for " + v.EntityName, Wide: true,
		Crumbs: page.Crumbs("Home", "/", "Who reports", "/reporters"), Problems: problems, Done: done, Body: b})
}

func designateReporter(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	entity := r.PathValue("entity")
	err := s.App.DesignateReporter(r.Context(), r.By(), entity,
		app.DesignationRequest{Person: r.Text("person"), Letter: r.Text("letter"), Reference: r.Text("reference"),
			Alternate: r.Text("alternate") == "yes"})
	if fault.KindOf(err) == fault.KindInvalid {
		v, again := s.App.Reporters(r.Context(), r.By(), entity)
		if again != nil {
			return again
		}
		return showReporters(s, w, r, http.StatusUnprocessableEntity, v, r.Form, designationProblems(err), "")
	}
	return reportersDone(s, w, r, "designated", err)
}

// reopenReporters shows the form of a designation as it was filled in, after the proof.
func reopenReporters(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.Reporters(r.Context(), r.By(), r.PathValue("entity"))
	if err != nil {
		return err
	}
	return showReporters(s, w, r, http.StatusOK, v, r.Form, nil, page.Confirmed(r))
}

// designationProblems names the fields as the page does.
func designationProblems(err error) []page.Problem {
	names := map[string]string{"f-person": "Who", "f-letter": "Date of the letter", "f-reference": "Reference of the letter"}
	return page.ProblemsNamed(err, names)
}

func attestDesignation(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return reportersDone(s, w, r, "attested", s.App.AttestDesignation(r.Context(), r.By(), r.PathValue("entity")))
}

type withdrawBody struct {
	Designee app.DesigneeView
	Last     bool // nobody else is designated
	At       string
	Change   string
}

// withdrawPage asks before a designation ends: with it goes the right to file.
func withdrawPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.Reporters(r.Context(), r.By(), r.PathValue("entity"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(v.Active, func(d app.DesigneeView) bool { return d.ID == r.PathValue("designee") })
	if i < 0 || !v.MayDesignate {
		return page.ErrAbsent
	}
	at := reportersAddress(v.Entity)
	return s.Render(w, r, http.StatusOK, "reporterwithdraw", page.Page{Title: "Withdraw this designation?",
		Crumbs: page.Crumbs("Home", "/", "Who reports for "+v.EntityName, at), Body: withdrawBody{v.Active[i], len(v.Active) == 1, at, v.Change}})
}

func withdrawReporter(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return reportersDone(s, w, r, "withdrawn", s.App.WithdrawReporter(r.Context(), r.By(), r.PathValue("entity"),
		r.PathValue("designee")))
}

func reportersDone(s *page.Site, w http.ResponseWriter, r *page.Request, done string, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, reportersAddress(r.PathValue("entity"))+"?done="+done, http.StatusSeeOther)
	return nil
}
