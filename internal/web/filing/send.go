package filing

import (
	"net/http"

	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

// sent is the answer to the script that files what was kept in the browser.
type sent struct {
	Incident string   `json:"incident,omitempty"`
	Address  string   `json:"address,omitempty"` // of the confirmation
	Problems []string `json:"problems,omitempty"`
}

// sendReport files a report for the script, which keeps it until the answer is final. Its key makes a second sending the
// same filing, whatever became of the first answer. It is filed by its writer only: whoever signed in to the same browser
// later files nothing of another's.
func sendReport(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if who := r.Form.Get("who"); who != page.WhoIs(r.By()) {
		return sendJSON(w, r, http.StatusConflict, sent{Problems: []string{"Someone else wrote this report. They must sign in to file it."}})
	}
	b, f, wrong, err := typedReport(s, r)
	if err != nil {
		return err
	}
	if wrong == nil {
		answer, err := s.App.File(r.Context(), r.By(), f, submission(b.Once, f))
		if err == nil {
			filedDraft(s, r, b.Once)
			return sendJSON(w, r, http.StatusCreated, sent{Incident: answer.Incident, Address: filedAddress(answer)})
		}
		wrong = err
	}
	if fault.KindOf(wrong) != fault.KindInvalid {
		return wrong
	}
	if number, found, err := s.App.FiledFrom(r.Context(), r.By(), b.Once); err == nil && found {
		// Filed under this key with other words, from another tab: it is in the record, and that is what the script must know.
		filedDraft(s, r, b.Once)
		return sendJSON(w, r, http.StatusOK, sent{Incident: number, Address: page.IncidentAddress(number)})
	}
	var answer sent
	for _, p := range page.ProblemsOf(wrong) {
		text := p.Text
		if p.Label != "" {
			text = p.Label + ": " + text
		}
		answer.Problems = append(answer.Problems, text)
	}
	return sendJSON(w, r, http.StatusUnprocessableEntity, answer)
}
