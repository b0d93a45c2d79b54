package policy

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/directory"
	"tocsin/internal/web/page"
)

// policyDone says what was just done about a pack.
var policyDone = map[string]string{"enacted": "The version is put into force, from the instant shown.",
	"withdrawn": "The version is withdrawn. It does not come into force.",
	"discarded": "The proposal is discarded.",
	"proposed":  "The pack is sound, and its cases hold. Nothing is in force yet: look at what it changes.",
	"confirmed": "Confirmed. Now send it again."}

// policyLabels name the fields of these forms.
var policyLabels = map[string]string{"f-files": "Files of the pack", "f-from": "In force from", "f-reason": "On whose decision, and why",
	"f-confirm": "Confirmation"}

func packAddress(id string) string { return "/policy/" + url.PathEscape(id) }

func packCrumbs(v app.PackView) []page.Crumb {
	return page.Crumbs("Policy", "/policy", v.Title, packAddress(v.ID))
}

type proposeBody struct {
	app.PackView
	Files    page.Control
	Problems policy.Problems
	Failed   []policy.CaseResult
	Ran      int
}

// proposePage asks for the files of a new version.
func proposePage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showPropose(s, w, r, http.StatusOK, proposeBody{}, nil)
}

func showPropose(s *page.Site, w http.ResponseWriter, r *page.Request, status int, b proposeBody, problems []page.Problem) error {
	v, err := s.App.PolicyPack(r.Context(), r.By(), r.PathValue("pack"))
	if err != nil {
		return err
	}
	if !v.May.Propose {
		return page.ErrAbsent
	}
	b.PackView = v
	b.Files = page.FormView{Problems: problems}.Control("files", policyLabels["f-files"],
		"pack.yaml and the other YAML files of the pack, with its cases (.txtar); or one ZIP archive of them.")
	return s.Render(w, r, status, "packpropose", page.Page{Title: "Propose a new version", Crumbs: packCrumbs(v), Problems: problems, Body: b})
}

// proposePack checks what was sent. Nothing is kept of a pack that is not sound.
func proposePack(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	var files []policy.Upload
	for _, u := range r.Uploads {
		files = append(files, policy.Upload{Name: u.Name, Data: u.Data})
	}
	id, err := s.App.ProposePack(r.Context(), r.By(), r.PathValue("pack"), files)
	return proposed(s, w, r, id, err)
}

// proposeAgain makes a proposal of a version that was in force before.
func proposeAgain(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id, err := s.App.ProposeAgain(r.Context(), r.By(), r.PathValue("pack"), r.PathValue("digest"))
	return proposed(s, w, r, id, err)
}

func proposed(s *page.Site, w http.ResponseWriter, r *page.Request, id string, err error) error {
	var refused *app.PackRefused
	switch {
	case errors.As(err, &refused) && len(refused.Problems) > 0:
		return showPropose(s, w, r, http.StatusUnprocessableEntity, proposeBody{Problems: refused.Problems},
			[]page.Problem{{ID: "f-files", Label: policyLabels["f-files"], Text: fmt.Sprintf("The pack is not sound: %s. Nothing was kept.",
				counted(len(refused.Problems), "problem"))}})
	case refused != nil:
		return showPropose(s, w, r, http.StatusUnprocessableEntity, proposeBody{Failed: refused.Failed, Ran: refused.Ran},
			[]page.Problem{{ID: "f-files", Label: policyLabels["f-files"], Text: fmt.Sprintf("Cases that do not hold: %d of %d. Nothing was kept.",
				len(refused.Failed), refused.Ran)}})
	case fault.KindOf(err) == fault.KindInvalid:
		return showPropose(s, w, r, http.StatusUnprocessableEntity, proposeBody{}, page.ProblemsNamed(err, policyLabels))
	case err != nil:
		return err
	}
	http.Redirect(w, r.Request, packAddress(r.PathValue("pack"))+"/proposals/"+url.PathEscape(id)+"?done=proposed", http.StatusSeeOther)
	return nil
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// packGroup is the differences of one sort.
type packGroup struct {
	Title   string
	Changes []policy.Change
	More    int
}

// groupPack puts differences under one heading each.
func groupPack(all []policy.Change) (out []packGroup) {
	for _, c := range all {
		if len(out) == 0 || out[len(out)-1].Title != c.Group {
			out = append(out, packGroup{Title: c.Group})
		}
		g := &out[len(out)-1]
		if len(g.Changes) == directory.ShownChanges {
			g.More++
			continue
		}
		g.Changes = append(g.Changes, c)
	}
	return out
}

// Total is how many changes a group has.
func (g packGroup) Total() int { return len(g.Changes) + g.More }

type proposalBody struct {
	app.PolicyPreview
	Groups []packGroup
	Day    page.Control // for another date
	Reason page.Control
	At     string
}

// effectRow is one thing that would be different about an incident.
type effectRow struct{ Field, Was, Is, Absent string }

// Rows says what would be different about an incident, the rating first.
func (proposalBody) Rows(e app.IncidentEffect, p page.Page) (out []effectRow) {
	if e.LevelWas != e.LevelIs {
		out = append(out, effectRow{"Rating", page.LevelWords(e.LevelWas), page.LevelWords(e.LevelIs), ""})
	}
	if e.ReportableWas != e.ReportableIs {
		out = append(out, effectRow{"Reportable", page.Sentence(string(e.ReportableWas)), page.Sentence(string(e.ReportableIs)), ""})
	}
	if len(e.Told)+len(e.NotTold) > 0 {
		out = append(out, effectRow{"Told", strings.Join(e.NotTold, "; "), strings.Join(e.Told, "; "), "nobody else"})
	}
	for _, d := range e.Duties {
		row := effectRow{d.What, d.Was, d.Is, "not owed"}
		if d.Was == d.Is { // the same words, another day
			row.Was, row.Is = "", ""
		}
		row.Was, row.Is = dueWords(row.Was, d.DueWas, p), dueWords(row.Is, d.DueIs, p)
		out = append(out, row)
	}
	if len(e.Asked)+len(e.NotAsked) > 0 {
		out = append(out, effectRow{"Items that the report lacks", strings.Join(e.NotAsked, "; "), strings.Join(e.Asked, "; "), "no other"})
	}
	return out
}

func dueWords(words string, due *time.Time, p page.Page) string {
	if due == nil {
		return words
	}
	at := p.At(*due)
	by := "due " + at.Date + ", " + at.Time + " " + at.Offset
	if words == "" {
		return by
	}
	return words + ": " + by
}

// shownEffects bounds the incidents that the page lists; the API answers all of them.
const shownEffects = 100

// Shown are the incidents that the page lists, those whose rating would be another one first.
func (b proposalBody) Shown() []app.IncidentEffect {
	return b.Past.Effects[:min(len(b.Past.Effects), shownEffects)]
}

// Unshown counts the others.
func (b proposalBody) Unshown() int { return len(b.Past.Effects) - len(b.Shown()) }

// Counted writes a number with its noun.
func (proposalBody) Counted(n int, what string) string { return counted(n, what) }

// proposalPage shows what a proposed version would change.
func proposalPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showProposal(s, w, r, http.StatusOK, r.URL.Query(), nil)
}

func reopenProposal(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showProposal(s, w, r, http.StatusOK, r.Form, nil)
}

func showProposal(s *page.Site, w http.ResponseWriter, r *page.Request, status int, typed url.Values, problems []page.Problem) error {
	pack, proposal := r.PathValue("pack"), r.PathValue("proposal")
	v, err := s.App.PreviewPack(r.Context(), r.By(), pack, proposal, typed.Get("from"))
	if fault.KindOf(err) == fault.KindInvalid && status < 400 {
		status, problems = http.StatusUnprocessableEntity, page.ProblemsNamed(err, policyLabels)
	}
	if fault.KindOf(err) == fault.KindInvalid { // the date is none: the page is shown for at once, with what was typed
		v, err = s.App.PreviewPack(r.Context(), r.By(), pack, proposal, "")
	}
	if err != nil {
		return err
	}
	r.ReadIn(s, pack)
	f := page.FormView{Values: typed, Problems: problems}
	b := proposalBody{PolicyPreview: v, Groups: groupPack(v.Changes), At: packAddress(pack) + "/proposals/" + url.PathEscape(proposal),
		Day:    f.Control("from", policyLabels["f-from"], "The beginning of this day at the state’s offices. Empty: at once."),
		Reason: f.Area("reason", policyLabels["f-reason"], "It stays in the record, and everybody who is signed in can read it.", 3)}
	b.Day.Type = "date"
	return s.Render(w, r, status, "packproposal", page.Page{Title: "What version " + v.Pack.Version + " changes", Crumbs: packCrumbs(v.Pack),
		Wide: true, Problems: problems,
		Done: policyDone[r.URL.Query().Get("done")], Body: b})
}

// enactPack puts the version into force.
func enactPack(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	pack := r.PathValue("pack")
	if r.Form.Get("confirm") != "yes" {
		return showProposal(s, w, r, http.StatusUnprocessableEntity, r.Form, []page.Problem{{ID: "f-confirm", Label: policyLabels["f-confirm"],
			Text: "Nothing was put into force: tick the box when you have looked at the changes."}})
	}
	err := s.App.EnactPack(r.Context(), r.By(), pack, r.PathValue("proposal"), r.Form.Get("from"), r.Form.Get("reason"))
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return showProposal(s, w, r, http.StatusUnprocessableEntity, r.Form, page.ProblemsNamed(err, policyLabels))
	case fault.KindConflict:
		return showProposal(s, w, r, http.StatusConflict, r.Form, page.ProblemsNamed(err, policyLabels))
	}
	return packDone(s, w, r, "enacted", err)
}

func discardProposal(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return packDone(s, w, r, "discarded", s.App.DiscardProposal(r.Context(), r.By(), r.PathValue("pack"), r.PathValue("proposal")))
}

func packDone(s *page.Site, w http.ResponseWriter, r *page.Request, done string, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, packAddress(r.PathValue("pack"))+"/history?done="+done, http.StatusSeeOther)
	return nil
}
