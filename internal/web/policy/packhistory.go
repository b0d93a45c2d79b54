package policy

import (
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

type historyBody struct {
	app.PackHistory
	Reason page.Control
}

// packHistory shows which version of a pack was in force when.
func packHistory(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showHistory(s, w, r, http.StatusOK, url.Values{}, nil)
}

func reopenHistory(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showHistory(s, w, r, http.StatusOK, r.Form, nil)
}

func showHistory(s *page.Site, w http.ResponseWriter, r *page.Request, status int, typed url.Values, problems []page.Problem) error {
	v, err := s.App.PolicyHistory(r.Context(), r.By(), r.PathValue("pack"))
	if err != nil {
		return err
	}
	r.ReadIn(s, v.Pack.ID)
	b := historyBody{PackHistory: v, Reason: page.FormView{Values: typed, Problems: problems}.Area("reason", policyLabels["f-reason"],
		"It stays in the record.", 2)}
	return s.Render(w, r, status, "packhistory", page.Page{Title: "Versions", Crumbs: packCrumbs(v.Pack), Problems: problems,
		Done: policyDone[r.URL.Query().Get("done")], Body: b})
}

// withdrawPack takes back the version that waits.
func withdrawPack(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	err := s.App.WithdrawPack(r.Context(), r.By(), r.PathValue("pack"), r.PathValue("digest"), r.Form.Get("reason"))
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return showHistory(s, w, r, http.StatusUnprocessableEntity, r.Form, page.ProblemsNamed(err, policyLabels))
	case fault.KindConflict:
		return showHistory(s, w, r, http.StatusConflict, r.Form, page.ProblemsNamed(err, policyLabels))
	}
	return packDone(s, w, r, "withdrawn", err)
}

// packVersion shows the rules of one version, and what it changed.
func packVersion(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.PolicyVersion(r.Context(), r.By(), r.PathValue("pack"), r.PathValue("digest"))
	if err != nil {
		return err
	}
	r.ReadIn(s, v.Pack.ID)
	crumbs := append(packCrumbs(v.Pack), page.Crumb{Title: "Versions", Address: packAddress(v.Pack.ID) + "/history"})
	return s.Render(w, r, http.StatusOK, "pack", page.Page{Title: v.Pack.Title, Crumbs: crumbs, Wide: true,
		Body: packBody{PackView: v.Pack, Line: &v.Line, Groups: groupPack(v.Changes), Before: v.Before}})
}

// packFiles sends the files of a version, to make the next one of them.
func packFiles(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	name, data, err := s.App.PolicyFiles(r.Context(), r.By(), r.PathValue("pack"), r.PathValue("digest"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(name)+`.zip"`)
	page.Send(w, r, http.StatusOK, "application/zip", data)
	return nil
}

// fileName keeps what every system takes in the name of a file.
func fileName(name string) string {
	out := []byte(name)
	for i, b := range out {
		if b != '.' && b != '-' && (b < '0' || b > '9') && (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') {
			out[i] = '-'
		}
	}
	return string(out)
}
