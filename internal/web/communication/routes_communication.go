package communication

import "tocsin/internal/web/page"

// The fields of the longer forms.
var (
	logCommunicationFields = []string{"channel", "direction", "at", "at.zone", "who", "whom", "summary"}
)

// Routes are the addresses of telling management and others. MA 6.5.3, MA 6.5.4
func Routes() []page.Row {
	const one = "/incidents/{number}"
	return []page.Row{
		page.Get(one+"/sections/{section}", "section", sectionPage),
		page.Post(one+"/sections/{section}", "section", "Noted", noteInSection, "note"),
		page.Get(one+"/management", "incident", managementPage),
		page.Post(one+"/management", "incident", "ManagementReportIssued", issueReport, "seen", "reason"),
		page.Post(one+"/assessment", "incident", "Assessed", stateItem, "item", "value", "contact", "at", "at.zone"),
		page.Post(one+"/assessment/await", "incident", "Awaited", awaitItem, "item", "person", "role", "until", "until.zone"),
		page.Post(one+"/marking", "incident", "Marked", markIncident, "marking", "reason"),
		page.Get(one+"/management/{report}", "report", issuedPage),
		page.Get(one+"/management/{report}/report.pdf", "report", issuedPDF),
		page.Get(one+"/management/{report}/report.json", "report", issuedFile),
		page.Get(one+"/updates", "incident", updatesPage),
		page.Post(one+"/updates", "incident", "UpdateDrafted", draftUpdate, "audience", "text"),
		page.Post(one+"/updates/revise", "update", "UpdateRevised", reviseUpdate, "update", "text"),
		page.Post(one+"/updates/approve", "update", "UpdateApproved", updateAct("approve", "approved"), "update"),
		page.Post(one+"/updates/return", "update", "UpdateReturned", updateAct("return", "returned", page.ReasonNeeded...), "update", "reason"),
		page.Post(one+"/updates/send", "update", "UpdateSent", updateAct("send", "sent"), "update", "via"),
		page.Post(one+"/updates/drop", "update", "UpdateDropped", updateAct("drop", "dropped"), "update"),
		page.Get(one+"/communications", "incident", communicationsPage),
		page.Post(one+"/communications", "incident", "CommunicationLogged", logCommunication, logCommunicationFields...),
	}
}
