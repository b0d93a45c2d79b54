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
	Audit           string // the fact that the route's act leaves in the record; empty for reading
	Demo            bool   // exists in demonstration mode only
}

type route struct {
	Route
	// Fields lists the form fields that a POST may carry; any other is refused. A trailing "*" admits what begins so.
	fields []string
	limit  int64 // bytes of body; 0 means smallForm
	do     func(*site, http.ResponseWriter, *request) error
}

// Bytes that a form may have. The report is large because people paste logs into it.
const (
	smallForm  = 128 << 10
	reportForm = 2 << 20
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
		{Route: Route{Method: "POST", Pattern: "/signin", Permission: Anyone}, do: signIn, fields: []string{"key", "person", "next"}},
		{Route: Route{Method: "POST", Pattern: "/signout", Permission: Anyone}, do: signOut},
		read("/emergency", Anyone, "", emergency),

		read("/report", SignedIn, "entity", reportPage),
		{Route: Route{Method: "POST", Pattern: "/report", Permission: SignedIn, Object: "entity", Audit: "Reported"}, do: report,
			fields: reportFields, limit: reportForm},
		{Route: Route{Method: "POST", Pattern: "/report/preview", Permission: SignedIn, Object: "entity"}, do: previewPart,
			fields: reportFields, limit: reportForm},
		read("/report/telephone", SignedIn, "entity", telephonePage),
		{Route: Route{Method: "POST", Pattern: "/report/telephone", Permission: SignedIn, Object: "entity", Audit: "Telephoned"},
			do: telephone, fields: telephoneFields},
		read("/filed/{number}/{filing}", SignedIn, "filing", filed),

		read("/incidents", SignedIn, "", incidents),
		read("/incidents/{number}", SignedIn, "incident", incidentPage),
		read("/incidents/{number}/receipts/{filing}", SignedIn, "filing", receiptPage),
		read("/incidents/{number}/receipts/{filing}/receipt.json", SignedIn, "filing", receiptFile),
		act("/incidents/{number}/acknowledge", "track", "Acknowledged", acknowledge, "authority", "from"),
		act("/incidents/{number}/ask", "track", "Asked", ask, "authority", "question", "from"),
		act("/incidents/{number}/decline", "track", "Declined", decline, "authority", "reason", "from"),
		act("/incidents/{number}/close", "track", "TrackClosed", closeTrack, "authority", "reason", "from"),
		act("/incidents/{number}/answer", "question", "Answered", answer, "question", "answer"),
		act("/incidents/{number}/rate", "incident", "RatingDecided", rate, "level", "reason"),
		act("/incidents/{number}/post-incident-report", "incident", "PostIncidentReportDecided", postReport, "required", "reason"),
		act("/incidents/{number}/discharge", "duty", "DutyDischarged", discharge, "duty", "statement"),
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

		read("/a/{token}", LinkHeld, "track", linkPage),
		{Route: Route{Method: "POST", Pattern: "/a/{token}", Permission: LinkHeld, Object: "track", Audit: "Acknowledged"}, do: linkAcknowledge},

		{Route: Route{Method: "GET", Pattern: "/demo/mailbox", Permission: Anyone, Demo: true}, do: mailbox},
		{Route: Route{Method: "GET", Pattern: "/demo/mailbox/{n}", Permission: Anyone, Demo: true}, do: mailPage},
		{Route: Route{Method: "GET", Pattern: "/demo/mailbox.json", Permission: Anyone, Demo: true}, do: mailboxFile},
	}
}
