package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// whoIs is a mark by which the script tells readers of one browser apart. It is no secret and opens nothing.
func whoIs(by access.Actor) string {
	sum := sha256.Sum256([]byte("tocsin/who\x00" + by.ID))
	return hex.EncodeToString(sum[:8])
}

// sent is the answer to the script that files what was kept in the browser.
type sent struct {
	Incident string   `json:"incident,omitempty"`
	Address  string   `json:"address,omitempty"` // of the confirmation
	Problems []string `json:"problems,omitempty"`
}

// sendReport files a report for the script, which keeps it until the answer is final. Its key makes a second sending the
// same filing, whatever became of the first answer. It is filed by its writer only: whoever signed in to the same browser
// later files nothing of another's.
func sendReport(s *site, w http.ResponseWriter, r *request) error {
	if who := r.form.Get("who"); who != whoIs(r.by()) {
		return sendJSON(w, r, http.StatusConflict, sent{Problems: []string{"Someone else wrote this report. They must sign in to file it."}})
	}
	b, f, wrong, err := s.typedReport(r)
	if err != nil {
		return err
	}
	if wrong == nil {
		answer, err := s.Filings.File(r.Context(), r.by(), f, submission(b.Once, f))
		if err == nil {
			s.filedDraft(r, b.Once)
			return sendJSON(w, r, http.StatusCreated, sent{Incident: answer.Incident, Address: filedAddress(answer)})
		}
		wrong = err
	}
	if fault.KindOf(wrong) != fault.KindInvalid {
		return wrong
	}
	if number, found, err := s.Drafts.FiledFrom(r.Context(), r.by(), b.Once); err == nil && found {
		// Filed under this key with other words, from another tab: it is in the record, and that is what the script must know.
		s.filedDraft(r, b.Once)
		return sendJSON(w, r, http.StatusOK, sent{Incident: number, Address: incidentAddress(number)})
	}
	var answer sent
	for _, p := range problemsOf(wrong) {
		text := p.Text
		if p.Label != "" {
			text = p.Label + ": " + text
		}
		answer.Problems = append(answer.Problems, text)
	}
	return sendJSON(w, r, http.StatusUnprocessableEntity, answer)
}
