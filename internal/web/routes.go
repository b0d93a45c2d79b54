package web

import "net/http"

// Permission is what a route asks of the reader before its handler runs. What a reader may see and do beyond that is the
// application's to decide, on the object itself.
type Permission string

// The permissions of routes.
const (
	Anyone   Permission = "anyone"    // no session needed, and none looked for more than to fill the page's header
	SignedIn Permission = "signed_in" // a session; without one the reader is sent to sign in and back
	LinkHeld Permission = "link_held" // the address itself is the credential: a signed single-purpose link
)

// Route is one row of the registry: the only way for an address to exist.
type Route struct {
	Method, Pattern string
	Permission      Permission
	Object          string // what the address names: "incident", "filing", "duty" …; empty where it names nothing
	Audit           string // the fact that the route's act leaves in the record, or the plain table that it changes; empty for reading
	Demo            bool   // exists in demonstration mode only
	StepUp          bool   // asks for a new proof of identity, where the last one is more than a moment ago
}

type route struct {
	Route
	// Fields lists the form fields that a POST may carry; any other is refused. A trailing "*" admits what begins so.
	fields []string
	limit  int64 // bytes of body; 0 means smallForm
	files  bool  // the form may be sent with files
	do     func(*site, http.ResponseWriter, *request) error
	// hurts says of one request whether it needs the proof that StepUp asks for; nil: every one does.
	hurts func(*site, *request) (bool, error)
	// reopen shows the form of a POST again, with what was typed, after the proof was given.
	reopen func(*site, http.ResponseWriter, *request) error
}

// Bytes that a form may have. The report is large because people paste logs into it.
const (
	smallForm  = 128 << 10
	reportForm = 2 << 20
	importForm = 3*uploadLimit + 1<<20 // what was uploaded, with its special characters spelt out
)

// Routes lists every address of the pages, for the access matrix.
func Routes() []Route {
	list := make([]Route, len(routes))
	for i, r := range routes {
		list[i] = r.Route
	}
	return list
}

// routes is set in init because the handlers refer to pages that refer to addresses.
var routes []route

func init() {
	read := func(pattern string, p Permission, object string, do func(*site, http.ResponseWriter, *request) error) route {
		return route{Route: Route{Method: "GET", Pattern: pattern, Permission: p, Object: object}, do: do}
	}
	act := func(pattern, object, audit string, do func(*site, http.ResponseWriter, *request) error, fields ...string) route {
		return route{Route: Route{Method: "POST", Pattern: pattern, Permission: SignedIn, Object: object, Audit: audit}, do: do, fields: fields}
	}
	routes = []route{
		read("/{$}", SignedIn, "", home),
		read("/signin", Anyone, "", signInPage),
		{Route: Route{Method: "POST", Pattern: "/signin", Permission: Anyone}, do: signIn, fields: []string{"key", "person", "next", "email", "password", "passkey"}},
		{Route: Route{Method: "POST", Pattern: "/signin/code", Permission: Anyone}, do: signInCode, fields: []string{"half", "code", "next"}},
		{Route: Route{Method: "POST", Pattern: "/signout", Permission: Anyone}, do: signOut},
		read("/signin/with/{provider}", Anyone, "provider", beginSignIn),
		read("/signin/with/{provider}/back", Anyone, "provider", finishSignIn),
		read("/emergency", Anyone, "", emergency),

		read("/report", SignedIn, "entity", reportPage),
		{Route: Route{Method: "POST", Pattern: "/report", Permission: SignedIn, Object: "entity", Audit: "Reported"}, do: report,
			fields: reportFields, limit: reportForm},
		{Route: Route{Method: "POST", Pattern: "/report/preview", Permission: SignedIn, Object: "entity"}, do: previewPart,
			fields: reportFields, limit: reportForm},
		{Route: Route{Method: "POST", Pattern: "/report/draft", Permission: SignedIn, Object: "entity"}, do: saveDraft, fields: reportFields, limit: reportForm},
		{Route: Route{Method: "POST", Pattern: "/report/discard", Permission: SignedIn, Object: "draft"}, do: discardDraft, fields: []string{"once"}},
		{Route: Route{Method: "POST", Pattern: "/report/send", Permission: SignedIn, Object: "entity", Audit: "Reported"}, do: sendReport,
			fields: reportFields, limit: reportForm},
		read("/report/offline", Anyone, "", offlinePage),
		read("/report/contacts.json", Anyone, "", contactsFile),
		read("/report/kit.json", SignedIn, "entity", kitFile),
		read("/report/worker.js", Anyone, "", workerFile),
		read("/app.webmanifest", Anyone, "", manifestFile),
		read("/quick", Anyone, "", quickPage),
		{Route: Route{Method: "POST", Pattern: "/quick", Permission: Anyone}, do: quick, fields: []string{"form", "entity", "words", "contact", "website"}},
		read("/triage", SignedIn, "tip", triagePage),
		act("/triage/{tip}/report", "tip", "", takeTip),
		act("/triage/{tip}/dismiss", "tip", "", dismissTip, "reason"),
		read("/report/telephone", SignedIn, "entity", telephonePage),
		{Route: Route{Method: "POST", Pattern: "/report/telephone", Permission: SignedIn, Object: "entity", Audit: "Telephoned"},
			do: telephone, fields: telephoneFields},
		read("/filed/{number}/{filing}", SignedIn, "filing", filed),

		act("/seen", "mark", "", markSeen, "through"),
		read("/incidents", SignedIn, "", incidents),
		read("/incidents/export", SignedIn, "", exportIncidents),
		act("/incidents/views", "view", "", saveView, "name", "query", "first"),
		act("/incidents/views/delete", "view", "", dropView, "name"),
		read("/incidents/{number}", SignedIn, "incident", incidentPage),
		read("/incidents/{number}/receipts/{filing}", SignedIn, "filing", receiptPage),
		read("/incidents/{number}/receipts/{filing}/receipt.json", SignedIn, "filing", receiptFile),
		act("/incidents/{number}/acknowledge", "track", "Acknowledged", acknowledge, "authority", "from"),
		act("/incidents/{number}/ask", "track", "Asked", ask, "authority", "question", "from"),
		act("/incidents/{number}/decline", "track", "Declined", decline, "authority", "reason", "from"),
		act("/incidents/{number}/close", "track", "TrackClosed", closeTrack, "authority", "reason", "from"),
		act("/incidents/{number}/answer", "question", "Answered", answer, "question", "answer"),
		act("/incidents/{number}/rate", "incident", "RatingDecided", rate, "level", "reason", "from").proven(reopenAct("rate"), lowering),
		act("/incidents/{number}/post-incident-report", "incident", "PostIncidentReportDecided", postReport, "required", "reason").
			proven(reopenAct("post-incident-report"), nil),
		act("/incidents/{number}/discharge", "duty", "DutyDischarged", discharge, "duty", "statement", "from"),
		read("/incidents/{number}/filings", SignedIn, "incident", filingsPage),
		read("/incidents/{number}/messages", SignedIn, "incident", partPage("messages", "Messages")),
		read("/incidents/{number}/record", SignedIn, "incident", partPage("record", "Record")),
		read("/incidents/{number}/sheet", SignedIn, "incident", officerSheet),
		read("/incidents/{number}/live", SignedIn, "incident", liveIncident),
		read("/live", SignedIn, "", liveCounters),
		act("/incidents/{number}/assign", "track", "TrackAssigned", assign, "authority", "person", "note", "from"),
		act("/incidents/{number}/restrict", "incident", "Restricted", restrict, "known", "members", "reason").proven(reopenAct("restrict"), nil),
		act("/incidents/{number}/release", "incident", "Released", release, "reason").proven(reopenAct("release"), nil),
		act("/incidents/{number}/members/add", "incident", "MemberAdded", addMember, "member").proven(reopenAct("members"), nil),
		act("/incidents/{number}/members/remove", "incident", "MemberRemoved", removeMember, "person").proven(reopenAct("remove"), nil),
		read("/glass", SignedIn, "", glassPage),
		act("/glass", "incident", "GlassBroken", breakGlass, "incident", "reason").proven(reopenGlass, nil),
		read("/reviews", SignedIn, "", reviews),
		act("/reviews", "incident", "GlassReviewed", review, "incident", "breaking", "finding"),
		read("/incidents/{number}/response", SignedIn, "incident", responsePage),
		act("/incidents/{number}/response", "incident", "ResponseStarted", startResponse, "lead", "begun", "playbook"),
		act("/incidents/{number}/response/handover", "incident", "LeadChanged", handOver, "lead", "state_of_play"),
		act("/incidents/{number}/response/playbooks", "incident", "TasksAdded", followPlaybook, "playbook"),
		act("/incidents/{number}/tasks", "incident", "TaskNoted", addTask, "what", "aim", "role"),
		act("/incidents/{number}/tasks/take", "task", "TaskTaken", takeTask, "task", "person"),
		act("/incidents/{number}/tasks/done", "task", "TaskDone", finishTask, "task", "note"),
		act("/incidents/{number}/tasks/skip", "task", "TaskSkipped", skipTask, "task", "reason"),
		act("/incidents/{number}/tasks/reopen", "task", "TaskReopened", reopenTask, "task", "reason"),
		read("/inbox", SignedIn, "track", inbox),

		read("/directory", SignedIn, "entity", directoryPage),
		read("/directory/history", SignedIn, "", directoryHistory),
		read("/directory/import", SignedIn, "", importPage),
		{Route: Route{Method: "POST", Pattern: "/directory/import", Permission: SignedIn}, do: importPreview,
			fields: []string{"entities", "people", "roles", "assets", "missing"}, files: true},
		route{Route: Route{Method: "POST", Pattern: "/directory/import/apply", Permission: SignedIn, Audit: "DirectoryImported"}, do: importApply,
			fields: []string{"entities", "people", "roles", "assets", "missing", "stamp", "confirm"}, limit: importForm}.proven(importPreview, nil),
		read("/directory/export/{table}", SignedIn, "", exportTable),
		read("/directory/template/{table}", SignedIn, "", tableTemplate),
		read("/directory/entities/{id}", SignedIn, "entity", entityPage),
		read("/directory/people/{id}", SignedIn, "person", personPage),
		read("/directory/people/{id}/leave", SignedIn, "person", leavingPage),
		act("/directory/people/{id}/leave", "person", "DirectoryImported", leave, "stamp"),
		read("/directory/authorities/{id}", SignedIn, "authority", authorityPage),
		act("/directory/authorities/{id}/test", "authority", "", sendTest, "channel"),
		read("/directory/add/{kind}", SignedIn, "", entryPage),
		act("/directory/add/{kind}", "", "DirectoryImported", saveEntry, entryFields...).proven(reopenEntry, granting),
		read("/directory/{kind}/{id}/edit", SignedIn, "entry", entryPage),
		act("/directory/{kind}/{id}/edit", "entry", "DirectoryImported", saveEntry, entryFields...).proven(reopenEntry, granting),

		read("/operations", SignedIn, "operation", operationsPage),
		read("/policy", SignedIn, "", policyPage),
		read("/policy/{pack}", SignedIn, "pack", packPage),
		read("/policy/{pack}/try", SignedIn, "pack", tryPage),
		{Route: Route{Method: "POST", Pattern: "/policy/{pack}/try", Permission: SignedIn, Object: "pack"}, do: tryPack, fields: tryFields},
		read("/reporters", SignedIn, "", reportersList),
		read("/entities/{entity}/reporters", SignedIn, "entity", reportersPage),
		act("/entities/{entity}/reporters", "entity", "Designated", designateReporter, "person", "letter", "reference", "alternate").
			proven(reopenReporters, nil),
		act("/entities/{entity}/reporters/attest", "entity", "Attested", attestDesignation),
		read("/entities/{entity}/reporters/{designee}/withdraw", SignedIn, "entity", withdrawPage),
		act("/entities/{entity}/reporters/{designee}/withdraw", "entity", "Ended", withdrawReporter),
		read("/account/keys", SignedIn, "key", keysPage),
		act("/account/keys", "key", "log", makeKey, "label", "scopes", "days").proven(reopenKeys, nil),
		read("/account/keys/{id}/revoke", SignedIn, "key", revokePage),
		act("/account/keys/{id}/revoke", "key", "log", revokeKey, "person"),

		read("/a/{token}", LinkHeld, "track", linkPage),
		{Route: Route{Method: "POST", Pattern: "/a/{token}", Permission: LinkHeld, Object: "track", Audit: "Acknowledged"}, do: linkAcknowledge},

		read("/invite/{token}", LinkHeld, "invitation", invitationPage),
		{Route: Route{Method: "POST", Pattern: "/invite/{token}", Permission: LinkHeld, Object: "invitation", Audit: "account"}, do: accept,
			fields: []string{"passkey", "name", "password", "repeated", "carried", "code"}},
		read("/invitations", SignedIn, "person", invitations),
		act("/invitations", "person", "invitation", invite, "person").proven(reopenInvitations, nil),

		{Route: Route{Method: "POST", Pattern: "/stepup", Permission: SignedIn, Audit: "session"}, do: stepUp, limit: reportForm,
			fields: []string{"method", "to", "kept", "passkey", "code", "key", "confirmed"}},
		read("/account", SignedIn, "account", accountPage),
		read("/account/passkey", SignedIn, "account", passkeyPage).proven(nil, nil),
		act("/account/passkey", "account", "account", addPasskey, "passkey", "name").proven(passkeyPage, nil),
		act("/account/passkey/remove", "account", "account", removePasskey, "id").proven(accountPage, nil),
		read("/account/password", SignedIn, "account", passwordPage).proven(nil, nil),
		act("/account/password", "account", "account", setPassword, "password", "repeated", "carried", "code").proven(passwordPage, nil),
		act("/account/password/remove", "account", "account", removePassword).proven(accountPage, nil),
		act("/account/recovery", "account", "account", newRecoveryCodes).proven(accountPage, nil),
		act("/account/sessions/end", "session", "session", endSession, "id"),
		act("/account/sessions/end-others", "session", "session", endOthers),

		{Route: Route{Method: "GET", Pattern: "/demo/mailbox", Permission: Anyone, Demo: true}, do: mailbox},
		{Route: Route{Method: "GET", Pattern: "/demo/mailbox/{n}", Permission: Anyone, Demo: true}, do: mailPage},
		{Route: Route{Method: "GET", Pattern: "/demo/mailbox.json", Permission: Anyone, Demo: true}, do: mailboxFile},
	}
	routes = append(routes, resetRoutes()...)
	routes = append(routes, afterwardsRoutes(read, act)...)
	routes = append(routes, lifeRoutes(read, act)...)
	routes = append(routes, inquiryRoutes(read, act)...)
	routes = append(routes, tellingRoutes(read, act)...)
	routes = append(routes, containmentRoutes()...)
	routes = append(routes, packRoutes(read, act)...)
	routes = append(routes, teamRoutes(read, act)...)
	routes = append(routes, courseRoutes(read, act)...)
}
