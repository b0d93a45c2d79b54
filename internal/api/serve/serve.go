package serve

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/jsonin"
	"tocsin/internal/ledger"
)

// request is what the layers of one request share.
type request struct {
	id     string
	server *server
	route  Route
	actor  access.Actor // who asks; on a route that needs nobody the zero actor, which may do nothing
	sent   []byte       // the body as received
	body   any          // what it says, of the route's type
	cause  error        // why it was refused, for the log
}

type requestKey struct{}

func requestOf(ctx context.Context) *request {
	r, _ := ctx.Value(requestKey{}).(*request)
	return r
}

// Digest is the SHA-256 of the body as received.
func (c Call) Digest() ledger.Digest { return sha256.Sum256(c.req.sent) }

// ServeHTTP logs, guards and dispatches one request. No path leads to a handler but through guard.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	req := &request{id: newID(), server: s}
	ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), requestKey{}, req), s.Timeout+s.bodyTime(r))
	defer cancel()
	r = r.WithContext(ctx)
	out := &recorder{ResponseWriter: w}
	h := w.Header()
	h.Set("X-Request-Id", req.id)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	_, pattern := s.mux.Handler(r)
	defer func() {
		if v := recover(); v != nil {
			s.recovered(out, r, v)
		}
		s.logRequest(r, req, pattern, out, started)
	}()
	if err := s.guard(req, r, w, pattern); err != nil {
		s.write(out, s.problem(ctx, err))
		return
	}
	s.mux.ServeHTTP(out, r)
}

// recovered answers for a handler that panicked. The connection is dropped where the answer has begun.
func (s *server) recovered(out *recorder, r *http.Request, v any) {
	err := fmt.Errorf("%w: %v\n%s", errPanic, v, debug.Stack())
	if out.status != 0 {
		requestOf(r.Context()).cause = err
		panic(http.ErrAbortHandler)
	}
	s.write(out, s.problem(r.Context(), err))
}

// guard lets a request pass to its handler: a known route, no browser on another site, plain parameters, a valid key
// within its rate, a sound body. Method, Accept and override headers change nothing about it.
func (s *server) guard(req *request, r *http.Request, w http.ResponseWriter, pattern string) error {
	rt, ok := s.routes[pattern]
	if !ok {
		return s.unrouted(r, w)
	}
	req.route = rt
	if err := s.sites.Check(r); err != nil {
		return fault.Forbidden("Requests from pages of other sites are refused.")
	}
	if err := plainParameters(r); err != nil {
		return err
	}
	if rt.Permission != "" {
		if err := s.authenticate(req, r, rt); err != nil {
			return err
		}
	}
	if rt.body == nil {
		return nil
	}
	return s.readBody(req, r, w)
}

// unrouted tells a wrong method from a path that is not there.
func (s *server) unrouted(r *http.Request, w http.ResponseWriter) error {
	probe := &headerProbe{header: http.Header{}}
	h, _ := s.mux.Handler(r)
	h.ServeHTTP(probe, r)
	allow := probe.header.Get("Allow")
	if probe.status != http.StatusMethodNotAllowed {
		return fault.NotFound("no such path")
	}
	w.Header().Set("Allow", allow)
	return &Problem{Type: "urn:tocsin:problem:method-not-allowed", Title: "Method not allowed", Status: 405,
		Detail: "This path takes only: " + allow + "."}
}

// plainParameters refuses paths and queries that are not text, and parameters that stand twice: which of the two
// counts would be anybody's guess.
func plainParameters(r *http.Request) error {
	if !plainText(r.URL.Path) {
		return fault.NotFound("no such path")
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fault.Invalid("query", "The query is not correctly encoded.", "Encode it as name=value pairs.")
	}
	for name, values := range query {
		if !plainText(name) || len(name) > 64 {
			return fault.Invalid("query", "A parameter's name is not plain text.", "See /api/v1/openapi.json for the parameters there are.")
		}
		if len(values) > 1 {
			return fault.Invalid(name, "This parameter stands twice.", "State it once.")
		}
		if !plainText(values[0]) {
			return fault.Invalid(name, "This parameter is not valid UTF-8 text.", "Remove NUL and send UTF-8.")
		}
	}
	return nil
}

func plainText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// authenticate finds out whose key it is. Only the Authorization header counts: no cookie, so that no page of another
// site can act with a reader's session, and no Basic, which browsers keep and repeat.
func (s *server) authenticate(req *request, r *http.Request, rt Route) error {
	given := r.Header.Values("Authorization")
	if len(given) != 1 {
		return errNoKey
	}
	scheme, key, _ := strings.Cut(given[0], " ")
	if key = strings.TrimSpace(key); !strings.EqualFold(scheme, "Bearer") || key == "" || len(key) > 512 {
		return errNoKey
	}
	actor, err := s.App.ActorForKey(r.Context(), key)
	switch fault.KindOf(err) {
	case fault.KindForbidden, fault.KindNotFound, fault.KindGone, fault.KindInvalid:
		return errNoKey
	}
	if err != nil {
		return err
	}
	if !actor.Covers(rt.Permission) {
		return fault.Forbidden("This key may not be used for that.") // about the key alone, so it tells nothing of the record
	}
	req.actor = actor
	if !s.limits.allow(actor.ID) {
		return errBusy
	}
	return nil
}

// readBody reads the whole body before anything is done with it, and decodes it strictly.
func (s *server) readBody(req *request, r *http.Request, w http.ResponseWriter) error {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(s.bodyTime(r))) // not every writer can; the server's own limits stay
	data, err := io.ReadAll(io.LimitReader(r.Body, int64(jsonin.Contract.SizeBytes)+1))
	if err != nil {
		return brokenBody(err)
	}
	if len(data) > jsonin.Contract.SizeBytes {
		// Take the rest, within reason, so that a client that writes before it reads gets the answer.
		_, _ = io.CopyN(io.Discard, r.Body, 16<<20)
	}
	_ = control.SetReadDeadline(time.Time{})
	req.sent, req.body = data, req.route.body()
	if len(data) == 0 && req.route.mayBeEmpty() {
		return nil
	}
	if err := jsonOnly(r); err != nil {
		return err
	}
	return jsonin.Decode(data, req.body, jsonin.Contract)
}

// brokenBody tells a client that was too slow or went away from everything else.
func brokenBody(err error) error {
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return &Problem{Type: "urn:tocsin:problem:too-slow", Title: "The body came too slowly", Status: 408,
			Detail: "The body did not arrive in time. Nothing was recorded; send it again.", cause: err}
	}
	return &jsonin.Malformed{Fault: fault.Invalid(jsonin.Body, "The body could not be read to its end.", "Send it again.")}
}

// jsonOnly accepts no other content type: a form or text/plain is what a page of another site can send unasked.
func jsonOnly(r *http.Request) error {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	if err == nil && kind == "application/json" && (charset == "" || charset == "utf-8") && len(r.Header.Values("Content-Type")) == 1 {
		return nil
	}
	return &Problem{Type: "urn:tocsin:problem:unsupported-media-type", Title: "Unsupported content type", Status: 415,
		Detail: "Only JSON in UTF-8 is accepted.",
		Errors: []FieldError{{"Content-Type", "This content type is not accepted.", "Send: Content-Type: application/json"}}}
}

// bodyTime is how long a body of this size may take at the slowest speed that is waited for.
func (s *server) bodyTime(r *http.Request) time.Duration {
	size := r.ContentLength
	if size < 0 || size > int64(jsonin.Contract.SizeBytes) {
		size = int64(jsonin.Contract.SizeBytes)
	}
	return s.BodyGrace + time.Duration(size)*time.Second/time.Duration(s.BodyBytesPerSec)
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// headerProbe takes the router's own refusal apart.
type headerProbe struct {
	header http.Header
	status int
}

func (p *headerProbe) Header() http.Header { return p.header }

func (p *headerProbe) Write(b []byte) (int, error) { return len(b), nil }

func (p *headerProbe) WriteHeader(status int) { p.status = status }
