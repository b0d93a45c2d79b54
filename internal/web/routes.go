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
		act("/incidents/{number}/rate", "incident", "RatingDecided", rate, "level", "reason").proven(reopenAct("rate"), lowering),
		act("/incidents/{number}/post-incident-report", "incident", "PostIncidentReportDecided", postReport, "required", "reason").
			proven(reopenAct("post-incident-report"), nil),
		act("/incidents/{number}/discharge", "duty", "DutyDischarged", discharge, "duty", "statement"),
		read("/inbox", SignedIn, "track", inbox),

		read("/reporters", SignedIn, "", reportersList),
		read("/entities/{entity}/reporters", SignedIn, "entity", reportersPage),
		act("/entities/{entity}/reporters", "entity", "Designated", designateReporter, "person", "letter", "reference", "alternate"),
		act("/entities/{entity}/reporters/attest", "entity", "Attested", attestDesignation),
		read("/entities/{entity}/reporters/{designee}/withdraw", SignedIn, "entity", withdrawPage),
		act("/entities/{entity}/reporters/{designee}/withdraw", "entity", "Ended", withdrawReporter),
		read("/account/keys", SignedIn, "key", keysPage),
		act("/account/keys", "key", "log", makeKey, "label", "scopes", "days"),
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
}
