package investigation

import "tocsin/internal/web/page"

// pasteForm bounds a form with pasted lines: a megabyte of text with its special characters spelt out.
const pasteForm = 3 << 20

// The fields of the longer forms.
var (
	eventFields = []string{"event", "at", "at.zone", "precision", "about", "discovered", "discovered.zone", "kind", "source", "description",
		"assets", "people", "indicators", "tactic", "techniques", "reason"}
	pasteFields           = []string{"text", "zone", "dates", "source", "kind", "skip", "step"}
	pasteIndicatorsFields = []string{"text", "tlp", "source", "note", "techniques", "step"}
	recordDecisionFields  = []string{"what", "why", "by", "at", "at.zone", "replaces", "findings", "events", "indicators"}
)

// Routes are the addresses of investigations. MA 6.6.4
func Routes() []page.Row {
	const one = "/incidents/{number}/investigation"
	return []page.Row{
		page.Get("/indicators", "", lookUp),
		page.Get(one, "incident", investigationPage),
		page.Get(one+"/timeline", "incident", timelinePage),
		page.Get(one+"/timeline/export", "incident", exportTimeline),
		page.Get(one+"/timeline/add", "incident", addEventPage),
		page.Post(one+"/timeline", "incident", "EventsRecorded", addEvent, eventFields...),
		page.Post(one+"/timeline/paste", "incident", "EventsRecorded", pasteEvents, pasteFields...).Limited(pasteForm),
		page.Get(one+"/events/{id}", "incident", eventPage),
		page.Post(one+"/events/correct", "incident", "EventCorrected", correctEvent, eventFields...),
		page.Post(one+"/events/withdraw", "incident", "EventWithdrawn", withdrawEvent, "event", "reason"),
		page.Get(one+"/indicators", "incident", indicatorsPage),
		page.Post(one+"/indicators", "incident", "IndicatorsRecorded", pasteIndicators, pasteIndicatorsFields...).Limited(pasteForm),
		page.Get(one+"/indicators/{id}", "incident", indicatorPage),
		page.Post(one+"/indicators/mark", "incident", "IndicatorMarked", markIndicator, "indicator", "tlp"),
		page.Post(one+"/indicators/sight", "incident", "IndicatorSighted", sightIndicator, "indicator", "at", "at.zone", "where", "assets"),
		page.Post(one+"/indicators/withdraw", "incident", "IndicatorWithdrawn", withdrawIndicator, "indicator", "reason"),
		page.Get(one+"/findings", "incident", findingsPage),
		page.Post(one+"/findings", "incident", "FindingRecorded", recordFinding, "statement", "confidence"),
		page.Post(one+"/findings/argue", "incident", "ArgumentRecorded", argue, "finding", "side", "text", "events", "indicators"),
		page.Post(one+"/findings/judge", "incident", "FindingJudged", judgeFinding, "finding", "confidence", "status", "reason"),
		page.Post(one+"/decisions", "incident", "DecisionRecorded", recordDecision, recordDecisionFields...),
		page.Get(one+"/notes", "incident", notesPage),
		page.Post(one+"/notes", "incident", "NoteWritten", writeNote, "note", "text"),
		page.Post(one+"/notes/withdraw", "incident", "NoteWithdrawn", withdrawNote, "note", "reason"),
		page.Get(one+"/related", "incident", relatedPage),
	}
}
