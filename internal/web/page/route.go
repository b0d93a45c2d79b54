package page

import (
	"net/http"
)

// Proven makes a route ask for a new proof of identity first. reopen shows the form of a POST again afterwards.
func (rt Row) Proven(reopen Handler) Row { return rt.ProvenIf(nil, reopen) }

// ProvenIf asks for the proof only for requests that are sensitive.
func (rt Row) ProvenIf(sensitive func(*Site, *Request) (bool, error), reopen Handler) Row {
	rt.StepUp, rt.reopen, rt.sensitive = true, reopen, sensitive
	return rt
}

// reopened is the route that shows the form again: it changes nothing.
func (rt Row) reopened() Row {
	rt.StepUp, rt.sensitive, rt.Do = false, nil, rt.reopen
	return rt
}

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

// Row is a route with what becomes of a request.
type Row struct {
	Route
	// Fields lists the form fields that a POST may carry; any other is refused. A trailing "*" admits what begins so.
	Fields []string
	Limit  int64 // bytes of body; 0 means smallForm
	Files  bool  // the form may be sent with files
	Do     Handler
	// sensitive says of one request whether it needs the proof that StepUp asks for; nil: every one does.
	sensitive func(*Site, *Request) (bool, error)
	// reopen shows the form of a POST again, with what was typed, after the proof was given.
	reopen Handler
}

// Bytes that a form may have. The report is large because people paste logs into it.
const (
	smallForm  = 128 << 10
	ReportForm = 2 << 20
	ImportForm = 3*uploadLimit + 1<<20 // what was uploaded, with its special characters spelt out
)

// Handler answers a request, or says why it cannot.
type Handler = func(*Site, http.ResponseWriter, *Request) error

// Get is an address that is read by who has signed in.
func Get(pattern, object string, do Handler) Row {
	return Row{Route: Route{Method: http.MethodGet, Pattern: pattern, Permission: SignedIn, Object: object}, Do: do}
}

// Post is an address that a form of who has signed in is sent to, with the fields that it may carry.
func Post(pattern, object, audit string, do Handler, fields ...string) Row {
	return Row{Route: Route{Method: http.MethodPost, Pattern: pattern, Permission: SignedIn, Object: object, Audit: audit}, Do: do,
		Fields: fields}
}

// For makes a route one for others than those who have signed in.
func (rt Row) For(p Permission) Row { rt.Permission = p; return rt }

// Limited bounds the form of a route, in bytes.
func (rt Row) Limited(limit int64) Row { rt.Limit = limit; return rt }

// WithFiles admits files in the form of a route.
func (rt Row) WithFiles() Row { rt.Files = true; return rt }

// InDemo makes a route exist in the demonstration only.
func (rt Row) InDemo() Row { rt.Demo = true; return rt }
