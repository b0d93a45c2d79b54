package investigation

import (
	"net/http"

	"tocsin/internal/web/page"
)

// pasteForm bounds a form with pasted lines: a megabyte of text with its special characters spelt out.
const pasteForm = 3 << 20

var (
	eventFields = []string{"event", "at", "at.zone", "precision", "about", "discovered", "discovered.zone", "kind", "source", "description", "assets", "people", "indicators", "tactic", "techniques", "reason"}
	pasteFields = []string{"text", "zone", "dates", "source", "kind", "skip", "step"}
)

// InquiryRoutes are the addresses of investigations. MA 6.6.4
func InquiryRoutes(read func(string, page.Permission, string, func(*page.Site, http.ResponseWriter, *page.Request) error) page.Row,
	act func(string, string, string, func(*page.Site, http.ResponseWriter, *page.Request) error, ...string) page.Row) []page.Row {
	const at = "/incidents/{number}/investigation"
	large := func(r page.Row) page.Row { r.Limit = pasteForm; return r }
	return []page.Row{
		read("/indicators", page.SignedIn, "", lookUp),
		read(at, page.SignedIn, "incident", investigationPage),
		read(at+"/timeline", page.SignedIn, "incident", timelinePage),
		read(at+"/timeline/export", page.SignedIn, "incident", exportTimeline),
		read(at+"/timeline/add", page.SignedIn, "incident", addEventPage),
		act(at+"/timeline", "incident", "EventsRecorded", addEvent, eventFields...),
		large(act(at+"/timeline/paste", "incident", "EventsRecorded", pasteEvents, pasteFields...)),
		read(at+"/events/{id}", page.SignedIn, "incident", eventPage),
		act(at+"/events/correct", "incident", "EventCorrected", correctEvent, eventFields...),
		act(at+"/events/withdraw", "incident", "EventWithdrawn", withdrawEvent, "event", "reason"),
		read(at+"/indicators", page.SignedIn, "incident", indicatorsPage),
		large(act(at+"/indicators", "incident", "IndicatorsRecorded", pasteIndicators, "text", "tlp", "source", "note", "techniques", "step")),
		read(at+"/indicators/{id}", page.SignedIn, "incident", indicatorPage),
		act(at+"/indicators/mark", "incident", "IndicatorMarked", markIndicator, "indicator", "tlp"),
		act(at+"/indicators/sight", "incident", "IndicatorSighted", sightIndicator, "indicator", "at", "at.zone", "where", "assets"),
		act(at+"/indicators/withdraw", "incident", "IndicatorWithdrawn", withdrawIndicator, "indicator", "reason"),
		read(at+"/findings", page.SignedIn, "incident", findingsPage),
		act(at+"/findings", "incident", "FindingRecorded", recordFinding, "statement", "confidence"),
		act(at+"/findings/argue", "incident", "ArgumentRecorded", argue, "finding", "side", "text", "events", "indicators"),
		act(at+"/findings/judge", "incident", "FindingJudged", judgeFinding, "finding", "confidence", "status", "reason"),
		act(at+"/decisions", "incident", "DecisionRecorded", recordDecision, "what", "why", "by", "at", "at.zone", "replaces", "findings", "events", "indicators"),
		read(at+"/notes", page.SignedIn, "incident", notesPage),
		act(at+"/notes", "incident", "NoteWritten", writeNote, "note", "text"),
		act(at+"/notes/withdraw", "incident", "NoteWithdrawn", withdrawNote, "note", "reason"),
		read(at+"/related", page.SignedIn, "incident", relatedPage),
	}
}
