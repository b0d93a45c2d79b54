package investigation

import "tocsin/internal/domain/fault"

// begins says whether a command brings something new into an investigation. On a closed incident that is work, and the incident is
// reopened for it. What completes and corrects the record goes on after closing, because the analysis afterwards lives on it: notes,
// corrections, withdrawals, markings, arguments and judgements of findings. MA 6.8.3
func begins(c Command) bool {
	switch c.(type) {
	case RecordEvents, RecordIndicators, SightIndicator, RecordFinding, TakeDecision:
		return true
	}
	return false
}

var errClosed = fault.Conflict("this incident is closed; reopen it on the page of its course to record something new. Notes, corrections and judgements are taken as it is")
