package communication

import (
	"net/http"

	"tocsin/internal/domain/incident"
	"tocsin/internal/web/page"
)

var channelOptions = page.OptionsOf(incident.Channels, page.Sentence, page.Option{Value: "", Label: "Choose"})

// onCommunication performs an act on a page of what is said about an incident and comes back to it.
func onCommunication(w http.ResponseWriter, r *page.Request, name string, show func(int, page.ActForms) error, a page.Act) error {
	a.To, a.Show = page.IncidentAddress(r.PathValue("number"))+"/"+name, show
	if a.Subject != "" {
		a.Part = page.FieldID(name + "-" + a.Subject)
	}
	return page.Perform(w, r, a)
}

// toldWords are what the pages say after an act.
var toldWords = map[string]string{
	"stated":   "Recorded with your name. What was stated before stays in its history.",
	"awaited":  "Asked. Until it is stated, the report says from whom it is awaited.",
	"issued":   "Issued. It is on its way to those whom the policy names.",
	"marked":   "Recorded. It holds for every page, document and mail from now on.",
	"drafted":  "Written. Those who must approve it are told.",
	"revised":  "Revised. Earlier approvals hold no more.",
	"approved": "Approved with your name.",
	"returned": "Sent back to its writer.",
	"sent":     "It has left, and stands in the log.",
	"dropped":  "Given up. It stays in the record.",
	"logged":   "Logged.",
}
