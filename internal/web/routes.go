package web

import (
	"net/http"

	"tocsin/internal/web/communication"
	"tocsin/internal/web/directory"
	"tocsin/internal/web/filing"
	"tocsin/internal/web/identity"
	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/investigation"
	"tocsin/internal/web/operations"
	"tocsin/internal/web/page"
	"tocsin/internal/web/policy"
	"tocsin/internal/web/response"
	webreview "tocsin/internal/web/review"
	"tocsin/internal/web/team"
)

// Routes lists every address of the pages, for the access matrix.
func Routes() []page.Route {
	list := make([]page.Route, len(routes))
	for i, r := range routes {
		list[i] = r.Route
	}
	return list
}

// routes is set in init because the handlers refer to pages that refer to addresses.
var routes []page.Row

func init() {
	read := func(pattern string, p page.Permission, object string, do func(*page.Site, http.ResponseWriter, *page.Request) error) page.Row {
		return page.Row{Route: page.Route{Method: "GET", Pattern: pattern, Permission: p, Object: object}, Do: do}
	}
	act := func(pattern, object, audit string, do func(*page.Site, http.ResponseWriter, *page.Request) error, fields ...string) page.Row {
		return page.Row{Route: page.Route{Method: "POST", Pattern: pattern, Permission: page.SignedIn, Object: object, Audit: audit}, Do: do, Fields: fields}
	}
	routes = []page.Row{
		read("/{$}", page.SignedIn, "", webincidents.Home),
		read("/signin", page.Anyone, "", identity.SignInPage),
		{Route: page.Route{Method: "POST", Pattern: "/signin", Permission: page.Anyone}, Do: identity.SignIn, Fields: []string{"key", "person", "next", "email", "password", "passkey"}},
		{Route: page.Route{Method: "POST", Pattern: "/signin/code", Permission: page.Anyone}, Do: identity.SignInCode, Fields: []string{"half", "code", "next"}},
		{Route: page.Route{Method: "POST", Pattern: "/signout", Permission: page.Anyone}, Do: identity.SignOut},
		read("/signin/with/{provider}", page.Anyone, "provider", identity.BeginSignIn),
		read("/signin/with/{provider}/back", page.Anyone, "provider", identity.FinishSignIn),
		read("/emergency", page.Anyone, "", webincidents.Emergency),

		read("/report", page.SignedIn, "entity", filing.ReportPage),
		{Route: page.Route{Method: "POST", Pattern: "/report", Permission: page.SignedIn, Object: "entity", Audit: "Reported"}, Do: filing.Report,
			Fields: filing.ReportFields, Limit: page.ReportForm},
		{Route: page.Route{Method: "POST", Pattern: "/report/preview", Permission: page.SignedIn, Object: "entity"}, Do: filing.PreviewPart,
			Fields: filing.ReportFields, Limit: page.ReportForm},
		{Route: page.Route{Method: "POST", Pattern: "/report/draft", Permission: page.SignedIn, Object: "entity"}, Do: filing.SaveDraft, Fields: filing.ReportFields, Limit: page.ReportForm},
		{Route: page.Route{Method: "POST", Pattern: "/report/discard", Permission: page.SignedIn, Object: "draft"}, Do: filing.DiscardDraft, Fields: []string{"once"}},
		{Route: page.Route{Method: "POST", Pattern: "/report/send", Permission: page.SignedIn, Object: "entity", Audit: "Reported"}, Do: filing.SendReport,
			Fields: filing.ReportFields, Limit: page.ReportForm},
		read("/report/offline", page.Anyone, "", filing.OfflinePage),
		read("/report/contacts.json", page.Anyone, "", filing.ContactsFile),
		read("/report/kit.json", page.SignedIn, "entity", filing.KitFile),
		read("/report/worker.js", page.Anyone, "", filing.WorkerFile),
		read("/app.webmanifest", page.Anyone, "", filing.ManifestFile),
		read("/quick", page.Anyone, "", filing.QuickPage),
		{Route: page.Route{Method: "POST", Pattern: "/quick", Permission: page.Anyone}, Do: filing.Quick, Fields: []string{"form", "entity", "words", "contact", "website"}},
		read("/triage", page.SignedIn, "tip", filing.TriagePage),
		act("/triage/{tip}/report", "tip", "", filing.TakeTip),
		act("/triage/{tip}/dismiss", "tip", "", filing.DismissTip, "reason"),
		read("/report/telephone", page.SignedIn, "entity", filing.TelephonePage),
		{Route: page.Route{Method: "POST", Pattern: "/report/telephone", Permission: page.SignedIn, Object: "entity", Audit: "Telephoned"},
			Do: filing.Telephone, Fields: filing.TelephoneFields},
		read("/filed/{number}/{filing}", page.SignedIn, "filing", filing.Filed),

		act("/seen", "mark", "", webincidents.MarkSeen, "through"),
		read("/incidents", page.SignedIn, "", webincidents.Incidents),
		read("/incidents/export", page.SignedIn, "", webincidents.ExportIncidents),
		act("/incidents/views", "view", "", webincidents.SaveView, "name", "query", "first"),
		act("/incidents/views/delete", "view", "", webincidents.DropView, "name"),
		read("/incidents/{number}", page.SignedIn, "incident", webincidents.IncidentPage),
		read("/incidents/{number}/receipts/{filing}", page.SignedIn, "filing", filing.ReceiptPage),
		read("/incidents/{number}/receipts/{filing}/receipt.json", page.SignedIn, "filing", filing.ReceiptFile),
		act("/incidents/{number}/acknowledge", "track", "Acknowledged", webincidents.Acknowledge, "authority", "from"),
		act("/incidents/{number}/ask", "track", "Asked", webincidents.Ask, "authority", "question", "from"),
		act("/incidents/{number}/decline", "track", "Declined", webincidents.Decline, "authority", "reason", "from"),
		act("/incidents/{number}/close", "track", "TrackClosed", webincidents.CloseTrack, "authority", "reason", "from"),
		act("/incidents/{number}/answer", "question", "Answered", webincidents.Answer, "question", "answer"),
		act("/incidents/{number}/rate", "incident", "RatingDecided", webincidents.Rate, "level", "reason", "from").Proven(webincidents.ReopenAct("rate"), webincidents.Lowering),
		act("/incidents/{number}/post-incident-report", "incident", "PostIncidentReportDecided", webincidents.PostReport, "required", "reason").
			Proven(webincidents.ReopenAct("post-incident-report"), nil),
		act("/incidents/{number}/discharge", "duty", "DutyDischarged", webincidents.Discharge, "duty", "statement", "from"),
		read("/incidents/{number}/filings", page.SignedIn, "incident", webincidents.FilingsPage),
		read("/incidents/{number}/messages", page.SignedIn, "incident", webincidents.PartPage("messages", "Messages")),
		read("/incidents/{number}/record", page.SignedIn, "incident", webincidents.PartPage("record", "Record")),
		read("/incidents/{number}/sheet", page.SignedIn, "incident", webincidents.OfficerSheet),
		read("/incidents/{number}/live", page.SignedIn, "incident", page.LiveIncident),
		read("/live", page.SignedIn, "", page.LiveCounters),
		act("/incidents/{number}/assign", "track", "TrackAssigned", webincidents.Assign, "authority", "person", "note", "from"),
		act("/incidents/{number}/restrict", "incident", "Restricted", webincidents.Restrict, "known", "members", "reason").Proven(webincidents.ReopenAct("restrict"), nil),
		act("/incidents/{number}/release", "incident", "Released", webincidents.Release, "reason").Proven(webincidents.ReopenAct("release"), nil),
		act("/incidents/{number}/members/add", "incident", "MemberAdded", webincidents.AddMember, "member").Proven(webincidents.ReopenAct("members"), nil),
		act("/incidents/{number}/members/remove", "incident", "MemberRemoved", webincidents.RemoveMember, "person").Proven(webincidents.ReopenAct("remove"), nil),
		read("/glass", page.SignedIn, "", webincidents.GlassPage),
		act("/glass", "incident", "GlassBroken", webincidents.BreakGlass, "incident", "reason").Proven(webincidents.ReopenGlass, nil),
		read("/reviews", page.SignedIn, "", webincidents.Reviews),
		act("/reviews", "incident", "GlassReviewed", webincidents.Review, "incident", "breaking", "finding"),
		read("/incidents/{number}/response", page.SignedIn, "incident", response.ResponsePage),
		act("/incidents/{number}/response", "incident", "ResponseStarted", response.StartResponse, "lead", "begun", "playbook"),
		act("/incidents/{number}/response/handover", "incident", "LeadChanged", response.HandOver, "lead", "state_of_play"),
		act("/incidents/{number}/response/playbooks", "incident", "TasksAdded", response.FollowPlaybook, "playbook"),
		act("/incidents/{number}/tasks", "incident", "TaskNoted", response.AddTask, "what", "aim", "role"),
		act("/incidents/{number}/tasks/take", "task", "TaskTaken", response.TakeTask, "task", "person"),
		act("/incidents/{number}/tasks/done", "task", "TaskDone", response.FinishTask, "task", "note"),
		act("/incidents/{number}/tasks/skip", "task", "TaskSkipped", response.SkipTask, "task", "reason"),
		act("/incidents/{number}/tasks/reopen", "task", "TaskReopened", response.ReopenTask, "task", "reason"),
		read("/inbox", page.SignedIn, "track", webincidents.Inbox),

		read("/directory", page.SignedIn, "entity", directory.DirectoryPage),
		read("/directory/history", page.SignedIn, "", directory.DirectoryHistory),
		read("/directory/import", page.SignedIn, "", directory.ImportPage),
		{Route: page.Route{Method: "POST", Pattern: "/directory/import", Permission: page.SignedIn}, Do: directory.ImportPreview,
			Fields: []string{"entities", "people", "roles", "assets", "missing"}, Files: true},
		page.Row{Route: page.Route{Method: "POST", Pattern: "/directory/import/apply", Permission: page.SignedIn, Audit: "DirectoryImported"}, Do: directory.ImportApply,
			Fields: []string{"entities", "people", "roles", "assets", "missing", "stamp", "confirm"}, Limit: page.ImportForm}.Proven(directory.ImportPreview, nil),
		read("/directory/export/{table}", page.SignedIn, "", directory.ExportTable),
		read("/directory/template/{table}", page.SignedIn, "", directory.TableTemplate),
		read("/directory/entities/{id}", page.SignedIn, "entity", directory.EntityPage),
		read("/directory/people/{id}", page.SignedIn, "person", directory.PersonPage),
		read("/directory/people/{id}/leave", page.SignedIn, "person", directory.LeavingPage),
		act("/directory/people/{id}/leave", "person", "DirectoryImported", directory.Leave, "stamp"),
		read("/directory/authorities/{id}", page.SignedIn, "authority", directory.AuthorityPage),
		act("/directory/authorities/{id}/test", "authority", "", directory.SendTest, "channel"),
		read("/directory/add/{kind}", page.SignedIn, "", directory.EntryPage),
		act("/directory/add/{kind}", "", "DirectoryImported", directory.SaveEntry, directory.EntryFields...).Proven(directory.ReopenEntry, directory.Granting),
		read("/directory/{kind}/{id}/edit", page.SignedIn, "entry", directory.EntryPage),
		act("/directory/{kind}/{id}/edit", "entry", "DirectoryImported", directory.SaveEntry, directory.EntryFields...).Proven(directory.ReopenEntry, directory.Granting),

		read("/operations", page.SignedIn, "operation", operations.OperationsPage),
		read("/policy", page.SignedIn, "", policy.PolicyPage),
		read("/policy/{pack}", page.SignedIn, "pack", policy.PackPage),
		read("/policy/{pack}/try", page.SignedIn, "pack", policy.TryPage),
		{Route: page.Route{Method: "POST", Pattern: "/policy/{pack}/try", Permission: page.SignedIn, Object: "pack"}, Do: policy.TryPack, Fields: policy.TryFields},
		read("/reporters", page.SignedIn, "", team.ReportersList),
		read("/entities/{entity}/reporters", page.SignedIn, "entity", team.ReportersPage),
		act("/entities/{entity}/reporters", "entity", "Designated", team.DesignateReporter, "person", "letter", "reference", "alternate").
			Proven(team.ReopenReporters, nil),
		act("/entities/{entity}/reporters/attest", "entity", "Attested", team.AttestDesignation),
		read("/entities/{entity}/reporters/{designee}/withdraw", page.SignedIn, "entity", team.WithdrawPage),
		act("/entities/{entity}/reporters/{designee}/withdraw", "entity", "Ended", team.WithdrawReporter),
		read("/account/keys", page.SignedIn, "key", identity.KeysPage),
		act("/account/keys", "key", "log", identity.MakeKey, "label", "scopes", "days").Proven(identity.ReopenKeys, nil),
		read("/account/keys/{id}/revoke", page.SignedIn, "key", identity.RevokePage),
		act("/account/keys/{id}/revoke", "key", "log", identity.RevokeKey, "person"),

		read("/a/{token}", page.LinkHeld, "track", filing.LinkPage),
		{Route: page.Route{Method: "POST", Pattern: "/a/{token}", Permission: page.LinkHeld, Object: "track", Audit: "Acknowledged"}, Do: filing.LinkAcknowledge},

		read("/invite/{token}", page.LinkHeld, "invitation", identity.InvitationPage),
		{Route: page.Route{Method: "POST", Pattern: "/invite/{token}", Permission: page.LinkHeld, Object: "invitation", Audit: "account"}, Do: identity.Accept,
			Fields: []string{"passkey", "name", "password", "repeated", "carried", "code"}},
		read("/invitations", page.SignedIn, "person", identity.Invitations),
		act("/invitations", "person", "invitation", identity.Invite, "person").Proven(identity.ReopenInvitations, nil),

		{Route: page.Route{Method: "POST", Pattern: "/stepup", Permission: page.SignedIn, Audit: "session"}, Do: page.StepUp, Limit: page.ReportForm,
			Fields: []string{"method", "to", "kept", "passkey", "code", "key", "confirmed"}},
		read("/account", page.SignedIn, "account", identity.AccountPage),
		read("/account/passkey", page.SignedIn, "account", identity.PasskeyPage).Proven(nil, nil),
		act("/account/passkey", "account", "account", identity.AddPasskey, "passkey", "name").Proven(identity.PasskeyPage, nil),
		act("/account/passkey/remove", "account", "account", identity.RemovePasskey, "id").Proven(identity.AccountPage, nil),
		read("/account/password", page.SignedIn, "account", identity.PasswordPage).Proven(nil, nil),
		act("/account/password", "account", "account", identity.SetPassword, "password", "repeated", "carried", "code").Proven(identity.PasswordPage, nil),
		act("/account/password/remove", "account", "account", identity.RemovePassword).Proven(identity.AccountPage, nil),
		act("/account/recovery", "account", "account", identity.NewRecoveryCodes).Proven(identity.AccountPage, nil),
		act("/account/sessions/end", "session", "session", identity.EndSession, "id"),
		act("/account/sessions/end-others", "session", "session", identity.EndOthers),

		{Route: page.Route{Method: "GET", Pattern: "/demo/mailbox", Permission: page.Anyone, Demo: true}, Do: operations.Mailbox},
		{Route: page.Route{Method: "GET", Pattern: "/demo/mailbox/{n}", Permission: page.Anyone, Demo: true}, Do: operations.MailPage},
		{Route: page.Route{Method: "GET", Pattern: "/demo/mailbox.json", Permission: page.Anyone, Demo: true}, Do: operations.MailboxFile},
	}
	routes = append(routes, identity.ResetRoutes()...)
	routes = append(routes, webreview.AfterwardsRoutes(read, act)...)
	routes = append(routes, response.LifeRoutes(read, act)...)
	routes = append(routes, investigation.InquiryRoutes(read, act)...)
	routes = append(routes, communication.TellingRoutes(read, act)...)
	routes = append(routes, response.ContainmentRoutes()...)
	routes = append(routes, policy.PackRoutes(read, act)...)
	routes = append(routes, team.TeamRoutes(read, act)...)
	routes = append(routes, response.CourseRoutes(read, act)...)
}
