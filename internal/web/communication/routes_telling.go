package communication

import (
	"tocsin/internal/web/page"
)

// TellingRoutes are the pages of telling management and others. MA 6.5.3, MA 6.5.4
func TellingRoutes(read page.MakeRead, act page.MakeAct) []page.Row {
	return []page.Row{
		read("/incidents/{number}/management", page.SignedIn, "incident", managementPage),
		act("/incidents/{number}/management", "incident", "ManagementReportIssued", issueReport, "seen", "reason"),
		act("/incidents/{number}/assessment", "incident", "Assessed", stateItem, "item", "value", "contact", "at", "at.zone"),
		act("/incidents/{number}/assessment/await", "incident", "Awaited", awaitItem, "item", "person", "role", "until", "until.zone"),
		act("/incidents/{number}/marking", "incident", "Marked", markIncident, "marking", "reason"),
		read("/incidents/{number}/management/{report}", page.SignedIn, "report", issuedPage),
		read("/incidents/{number}/management/{report}/report.pdf", page.SignedIn, "report", issuedPDF),
		read("/incidents/{number}/management/{report}/report.json", page.SignedIn, "report", issuedFile),
		read("/incidents/{number}/updates", page.SignedIn, "incident", updatesPage),
		act("/incidents/{number}/updates", "incident", "UpdateDrafted", draftUpdate, "audience", "text"),
		act("/incidents/{number}/updates/revise", "update", "UpdateRevised", reviseUpdate, "update", "text"),
		act("/incidents/{number}/updates/approve", "update", "UpdateApproved", updateAct("approve", "approved"), "update"),
		act("/incidents/{number}/updates/return", "update", "UpdateReturned", updateAct("return", "returned", page.ReasonNeeded...), "update", "reason"),
		act("/incidents/{number}/updates/send", "update", "UpdateSent", updateAct("send", "sent"), "update", "via"),
		act("/incidents/{number}/updates/drop", "update", "UpdateDropped", updateAct("drop", "dropped"), "update"),
		read("/incidents/{number}/communications", page.SignedIn, "incident", communicationsPage),
		act("/incidents/{number}/communications", "incident", "CommunicationLogged", logCommunication, "channel", "direction", "at", "at.zone", "who", "whom", "summary"),
	}
}
