package incidents

import "tocsin/internal/web/page"

// Routes are the addresses of incidents: home, lists, the page of one, who may see it.
func Routes() []page.Row {
	const one, decided = "/incidents/{number}", "post-incident-report"
	return []page.Row{
		page.Get("/{$}", "", home),
		page.Get("/emergency", "", emergency).For(page.Anyone),
		page.Post("/seen", "mark", "", markSeen, "through"),
		page.Get("/incidents", "", incidents),
		page.Get("/incidents/export", "", exportIncidents),
		page.Post("/incidents/views", "view", "", saveView, "name", "query", "first"),
		page.Post("/incidents/views/delete", "view", "", dropView, "name"),
		page.Get(one, "incident", incidentPage),
		page.Post(one+"/acknowledge", "track", "Acknowledged", acknowledge, "authority", "from"),
		page.Post(one+"/ask", "track", "Asked", ask, "authority", "question", "from"),
		page.Post(one+"/decline", "track", "Declined", decline, "authority", "reason", "from"),
		page.Post(one+"/close", "track", "TrackClosed", closeTrack, "authority", "reason", "from"),
		page.Post(one+"/answer", "question", "Answered", answer, "question", "answer"),
		page.Post(one+"/rate", "incident", "RatingDecided", rate, "level", "reason", "from").ProvenIf(lowering, reopenAct("rate")),
		page.Post(one+"/"+decided, "incident", "PostIncidentReportDecided", postReport, "required", "reason").Proven(reopenAct(decided)),
		page.Post(one+"/discharge", "duty", "DutyDischarged", discharge, "duty", "statement", "from"),
		page.Get(one+"/filings", "incident", filingsPage),
		page.Get(one+"/messages", "incident", partPage("messages", "Messages")),
		page.Get(one+"/record", "incident", partPage("record", "Record")),
		page.Get(one+"/sheet", "incident", officerSheet),
		page.Get(one+"/live", "incident", page.LiveIncident),
		page.Get("/live", "", page.LiveCounters),
		page.Post(one+"/assign", "track", "TrackAssigned", assign, "authority", "person", "note", "from"),
		page.Post(one+"/restrict", "incident", "Restricted", restrict, "known", "members", "reason").Proven(reopenAct("restrict")),
		page.Post(one+"/release", "incident", "Released", release, "reason").Proven(reopenAct("release")),
		page.Post(one+"/members/add", "incident", "MemberAdded", addMember, "member").Proven(reopenAct("members")),
		page.Post(one+"/members/remove", "incident", "MemberRemoved", removeMember, "person").Proven(reopenAct("remove")),
		page.Get("/glass", "", glassPage),
		page.Post("/glass", "incident", "GlassBroken", breakGlass, "incident", "reason").Proven(reopenGlass),
		page.Get("/reviews", "", reviews),
		page.Post("/reviews", "incident", "GlassReviewed", review, "incident", "breaking", "finding"),
		page.Get("/inbox", "track", inbox),
	}
}
