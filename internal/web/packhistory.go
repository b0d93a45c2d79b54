package web

import (
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
)

type historyBody struct {
	app.PackHistory
	Reason control
}

// packHistory shows which version of a pack was in force when.
func packHistory(s *site, w http.ResponseWriter, r *request) error {
	return s.showHistory(w, r, http.StatusOK, url.Values{}, nil)
}

func reopenHistory(s *site, w http.ResponseWriter, r *request) error {
	return s.showHistory(w, r, http.StatusOK, r.form, nil)
}

func (s *site) showHistory(w http.ResponseWriter, r *request, status int, typed url.Values, problems []problem) error {
	v, err := s.Versions.PolicyHistory(r.Context(), r.by(), r.PathValue("pack"))
	if err != nil {
		return err
	}
	r.readIn(s, v.Pack.ID)
	b := historyBody{PackHistory: v, Reason: formView{typed: typed, problems: problems}.Area("reason", policyLabels["f-reason"], "It stays in the record.", 2)}
	return s.render(w, r, status, "packhistory", page{Title: "Versions", Crumbs: packCrumbs(v.Pack), Problems: problems, Done: policyDone[r.URL.Query().Get("done")], Body: b})
}

// withdrawPack takes back the version that waits.
func withdrawPack(s *site, w http.ResponseWriter, r *request) error {
	err := s.Versions.WithdrawPack(r.Context(), r.by(), r.PathValue("pack"), r.PathValue("digest"), r.form.Get("reason"))
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return s.showHistory(w, r, http.StatusUnprocessableEntity, r.form, problemsNamed(err, policyLabels))
	case fault.KindConflict:
		return s.showHistory(w, r, http.StatusConflict, r.form, problemsNamed(err, policyLabels))
	}
	return s.packDone(w, r, "withdrawn", err)
}

// packVersion shows the rules of one version, and what it changed.
func packVersion(s *site, w http.ResponseWriter, r *request) error {
	v, err := s.Versions.PolicyVersion(r.Context(), r.by(), r.PathValue("pack"), r.PathValue("digest"))
	if err != nil {
		return err
	}
	r.readIn(s, v.Pack.ID)
	crumbs := append(packCrumbs(v.Pack), crumb{"Versions", packAddress(v.Pack.ID) + "/history"})
	return s.render(w, r, http.StatusOK, "pack", page{Title: v.Pack.Title, Crumbs: crumbs, Wide: true, Body: packBody{PackView: v.Pack, Line: &v.Line, Groups: groupPack(v.Changes), Before: v.Before}})
}

// packFiles sends the files of a version, to make the next one of them.
func packFiles(s *site, w http.ResponseWriter, r *request) error {
	name, data, err := s.Versions.PolicyFiles(r.Context(), r.by(), r.PathValue("pack"), r.PathValue("digest"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(name)+`.zip"`)
	send(w, r, http.StatusOK, "application/zip", data)
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
