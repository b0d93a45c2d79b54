package serve

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/jsonin"
)

// Problem is every answer that is no success: RFC 9457. It never repeats a refused value, which may be personal data.
type Problem struct {
	Type     string `json:"type" doc:"urn:tocsin:problem: and a word for the class."`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail" doc:"What is wrong, in one or more sentences."`
	Instance string `json:"instance,omitempty" doc:"urn:tocsin:request: and the id under which the log knows the request."`
	// Errors names each refused field.
	Errors []FieldError `json:"errors,omitempty"`
	// EmergencyContacts says whom to call at this hour, whenever the system itself failed to take the request. CA step 4
	EmergencyContacts []policy.Contact `json:"emergency_contacts,omitempty"`

	retryAfter int // seconds; 0 sends no header
	challenge  bool
	cause      error // for the log
}

// FieldError is one refused field.
type FieldError struct {
	Field  string `json:"field" doc:"Dotted path into the request: devices[3].serial; a parameter's or header's name; or body."`
	Detail string `json:"detail" doc:"What is wrong with it."`
	Remedy string `json:"remedy" doc:"What to do."`
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is application/problem+json, whatever was negotiated.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are the headers that belong to the status.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if p.challenge {
		h.Set("WWW-Authenticate", `Bearer realm="tocsin"`)
	}
	return h
}

// refusals of the interface itself, beside those of the application.
var (
	errNoKey = errors.New("no key")
	errBusy  = errors.New("too many requests")
	errPanic = errors.New("panic")
)

// KeyHeader carries the client's own name for a request, so that repeating it is safe.
const KeyHeader = "Idempotency-Key"

// unavailable is what an error says of itself when the record cannot be read or written right now.
type unavailable interface{ Unavailable() bool }

// class is the one mapping from what went wrong to what is answered.
type class struct {
	status int
	slug   string
	title  string
}

var classDown = class{503, "unavailable", "The system cannot take this right now"}

func classOf(err error) class {
	var malformed *jsonin.Malformed
	var large *jsonin.TooLarge
	var refusal *fault.Error
	var down unavailable
	switch {
	case errors.Is(err, errNoKey):
		return class{401, "unauthenticated", "A valid key is needed"}
	case errors.Is(err, errBusy):
		return class{429, "too-many-requests", "Too many requests"}
	case errors.As(err, &large):
		return class{413, "too-large", "The request is too large"}
	case errors.As(err, &malformed):
		return class{400, "malformed", "The request is not valid JSON"}
	case errors.As(err, &refusal):
		return classOfFault(refusal)
	case errors.As(err, &down) && down.Unavailable(), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return classDown
	}
	return class{500, "internal", "The system failed"}
}

func classOfFault(e *fault.Error) class {
	switch e.Kind {
	case fault.KindInvalid:
		return class{422, "invalid", "The request cannot be accepted as it is"}
	case fault.KindConflict:
		// The same key for another request is the client's mistake, not a race: repeating will not help.
		if e.Field == KeyHeader {
			return class{422, "idempotency-key-reused", "This idempotency key was used for another request"}
		}
		return class{409, "conflict", "Not possible as the record stands now"}
	case fault.KindNotFound:
		return class{404, "not-found", "Not found"}
	case fault.KindForbidden:
		return class{403, "forbidden", "Not permitted"}
	case fault.KindGone:
		return class{410, "gone", "No longer there"}
	}
	return class{500, "internal", "The system failed"}
}

// problem makes the answer for an error.
func (s *server) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	c := classOf(err)
	if r := requestOf(ctx); c.status == 500 && r != nil && r.route.Audit == "fact" && !errors.Is(err, errPanic) {
		c = classDown // whatever kept the fact out of the ledger: it was not recorded, and may be sent again
	}
	p = &Problem{Type: "urn:tocsin:problem:" + c.slug, Title: c.title, Status: c.status, cause: err}
	if r := requestOf(ctx); r != nil {
		r.cause = err
		p.Instance = "urn:tocsin:request:" + r.id
	}
	s.explain(p, err)
	return p
}

// explain fills in what the class of the problem lets the client know.
func (s *server) explain(p *Problem, err error) {
	switch {
	case p.Status == 401:
		p.Detail, p.challenge = "Send a valid API key as Authorization: Bearer KEY. No other way of signing in is accepted here.", true
		p.Errors = []FieldError{{"Authorization", "There is no valid key in this header.", "Send: Authorization: Bearer KEY"}}
	case p.Status == 404:
		// Absent and not permitted look the same, to the byte: no instance, and always the same words.
		p.Detail, p.Instance = "There is nothing here by this name that you may see.", ""
	case p.Status == 429:
		p.Detail, p.retryAfter = "This key makes requests faster than is allowed. Wait a second and repeat.", 1
		p.EmergencyContacts = s.App.Emergency()
	case p.Status >= 500:
		p.Detail = "Nothing was lost that was acknowledged before. Keep the report and send it again with the same " +
			KeyHeader + "; if it cannot wait, call one of the emergency contacts now."
		p.EmergencyContacts = s.App.Emergency()
		if p.Status == 503 {
			p.retryAfter = 5
		}
	default:
		p.fields(fault.All(err))
	}
}

// fields lists the refusals and says them all in the detail, for clients that show only that.
func (p *Problem) fields(all []*fault.Error) {
	var lines []string
	for _, e := range all {
		lines = append(lines, e.Error())
		if e.Field != "" {
			p.Errors = append(p.Errors, FieldError{e.Field, e.Detail, or(e.Remedy, "Mend this field and send the request again.")})
		}
	}
	p.Detail = strings.Join(lines, "\n")
}

// write sends a problem from outside of a handler.
func (s *server) write(w http.ResponseWriter, p *Problem) {
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may have gone: nothing is left to tell it
}

func init() {
	// The library makes its own refusals (of parameters) through these two variables. Its standard ones would repeat the
	// refused value.
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		r := requestOf(ctx.Context())
		return r.server.problem(ctx.Context(), parameters(errs, msg))
	}
	huma.NewError = func(status int, msg string, _ ...error) huma.StatusError {
		return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: msg}
	}
	huma.DefaultArrayNullable = false // answers have empty lists, never null: noNulls
}

// parameters turns the library's refusals of path, query and header parameters into faults. A refusal of ours among
// them (of the body) is passed on as it is.
func parameters(errs []error, msg string) error {
	var all fault.List
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if !errors.As(err, &detail) {
			return err
		}
		_, name, _ := strings.Cut(detail.Location, ".")
		all = append(all, fault.Invalid(name, "This parameter is refused: "+detail.Message+".", "See /api/v1/openapi.json for what it may be."))
	}
	if len(all) == 0 {
		return fault.Invalid(jsonin.Body, msg, "See /api/v1/openapi.json.")
	}
	return all
}
