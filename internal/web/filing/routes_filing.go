package filing

import "tocsin/internal/web/page"

// Routes are the addresses of reports: written, by telephone, from people without an account, and what became of them.
func Routes() []page.Row {
	return []page.Row{
		page.Get("/report", "entity", reportPage),
		page.Post("/report", "entity", "Reported", report, reportFields...).Limited(page.ReportForm),
		page.Post("/report/preview", "entity", "", previewPart, reportFields...).Limited(page.ReportForm),
		page.Post("/report/draft", "entity", "", saveDraft, reportFields...).Limited(page.ReportForm),
		page.Post("/report/discard", "draft", "", discardDraft, "once"),
		page.Post("/report/send", "entity", "Reported", sendReport, reportFields...).Limited(page.ReportForm),
		page.Get("/report/offline", "", offlinePage).For(page.Anyone),
		page.Get("/report/contacts.json", "", contactsFile).For(page.Anyone),
		page.Get("/report/kit.json", "entity", kitFile),
		page.Get("/report/worker.js", "", workerFile).For(page.Anyone),
		page.Get("/app.webmanifest", "", manifestFile).For(page.Anyone),
		page.Get("/quick", "", quickPage).For(page.Anyone),
		page.Post("/quick", "", "", quick, "form", "entity", "words", "contact", "website").For(page.Anyone),
		page.Get("/triage", "tip", triagePage),
		page.Post("/triage/{tip}/report", "tip", "", takeTip),
		page.Post("/triage/{tip}/dismiss", "tip", "", dismissTip, "reason"),
		page.Get("/report/telephone", "entity", telephonePage),
		page.Post("/report/telephone", "entity", "Telephoned", telephone, telephoneFields...),
		page.Get("/filed/{number}/{filing}", "filing", filed),
		page.Get("/incidents/{number}/receipts/{filing}", "filing", receiptPage),
		page.Get("/incidents/{number}/receipts/{filing}/receipt.json", "filing", receiptFile),
		page.Get("/a/{token}", "track", linkPage).For(page.LinkHeld),
		page.Post("/a/{token}", "track", "Acknowledged", linkAcknowledge).For(page.LinkHeld),
	}
}
