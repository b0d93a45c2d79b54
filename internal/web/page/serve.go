package page

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Request is a request with what every handler needs to know of it.
type Request struct {
	*http.Request
	Clock
	session *app.Session            // nil without a valid one
	Form    url.Values              // of a POST, checked: known fields, valid text
	told    bool                    // the browser has told its own time zone
	Files   map[string][]byte       // of an upload, by field
	Uploads []Upload                // the same, each with its name, where several come under one
	Token   string                  // of the session, or what the browser holds in its place
	Choices map[string][]ZoneChoice // further time zones to offer for a field that was refused
}

// By answers who acts. Only routes with the permission SignedIn may call it.
func (r *Request) By() access.Actor { return r.session.Actor }

// ReadIn shows times in the zone of a pack, unless the browser has told the reader's own.
func (r *Request) ReadIn(s *Site, pack string) {
	if zone := s.Zones[pack]; zone != nil && !r.told {
		r.Zone = zone
	}
}

// FormZone is the zone that an empty time field starts with: that of the entity, whose people write down its local time.
func FormZone(s *Site, r *Request, pack string) string {
	if zone := s.Zones[pack]; zone != nil {
		return zone.String()
	}
	return r.Zone.String()
}

var (
	// ErrAbsent is the one answer for what is absent and for what the reader may not see.
	ErrAbsent  = fault.NotFound("There is no such page, or it is not for you.")
	errForeign = errors.New("form sent from another site")
	errSignIn  = errors.New("no session")
)

// serve runs one route: who asks, what they send, the handler, and what became of it.
func (s *Site) serve(rt Row) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, Clock: Clock{ReadAt: s.Now(), Zone: time.UTC}}
		if zone := ReaderZone(hr); zone != nil {
			r.Zone, r.told = zone, true
		}
		defer func() {
			if p := recover(); p != nil {
				s.fail(w, r, rt, fmt.Errorf("panic: %v", p))
			}
		}()
		if err := s.handle(w, r, rt); err != nil {
			s.fail(w, r, rt, err)
		}
	})
}

func (s *Site) handle(w http.ResponseWriter, r *Request, rt Row) error {
	r.Request = r.WithContext(app.WithClient(r.Context(), s.client(r.Request)))
	if err := s.whoIs(r); err != nil && rt.Permission == SignedIn {
		return err
	}
	if rt.Method == http.MethodPost {
		if err := r.readForm(w, rt); err != nil {
			return err
		}
	}
	if rt.Permission == SignedIn && r.session == nil {
		if len(r.Form) > 0 {
			return s.resend(w, r)
		}
		return errSignIn
	}
	if stale, err := s.needsProof(r, rt); err != nil || stale {
		if err != nil {
			return err
		}
		return s.askProof(w, r, http.StatusUnauthorized, keptOf(r), nil)
	}
	return rt.Do(s, w, r)
}

// whoIs finds the session of the request's cookie. A cookie that stands for nothing is like none.
func (s *Site) whoIs(r *Request) error {
	c, err := r.Cookie(s.CookieName())
	if err != nil || c.Value == "" {
		return nil
	}
	r.Token = c.Value
	find := s.App.ActorForSession
	if watching(r.Request) {
		find = s.App.SessionWatching
	}
	session, err := find(r.Context(), c.Value)
	if err == nil {
		r.session = &session
		return nil
	}
	if fault.KindOf(err) != "" {
		return nil
	}
	return err
}

// fail is the one place where an error becomes an answer.
func (s *Site) fail(w http.ResponseWriter, r *Request, rt Row, err error) {
	if errors.Is(err, errSignIn) {
		http.Redirect(w, r.Request, signInAddress(r), http.StatusSeeOther)
		return
	}
	o := outcomeOf(err)
	if o.Status >= 500 {
		o.Reference = strings.ToUpper(rand.Text()[:8])
		// The pattern, never the address: an address may hold a link's token or words that were searched for.
		s.Log.Error("request failed", "method", r.Method, "route", rt.Pattern, "reference", o.Reference, "error", err.Error())
	}
	s.renderOutcome(w, r, o)
}

// outcome is what an error page says.
type outcome struct {
	Status    int
	Title     string
	Text      string
	Advice    string
	Reference string // for the operator's log, on errors of ours
}

func outcomeOf(err error) outcome {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, errForeign):
		return outcome{Status: http.StatusForbidden, Title: "This form came from somewhere else",
			Text:   "Nothing was changed. The form was not sent from a page of this site.",
			Advice: "Open the page here and press the button there."}
	case errors.As(err, &tooLarge):
		return outcome{Status: http.StatusRequestEntityTooLarge, Title: "That is too much text for this form",
			Text:   "Nothing was recorded.",
			Advice: "Go back and shorten the description: say what the logs show and keep the logs themselves as evidence."}
	}
	detail := ""
	if all := fault.All(err); len(all) > 0 {
		detail = strings.TrimSpace(all[0].Detail + " " + all[0].Remedy)
	}
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return outcome{Status: http.StatusBadRequest, Title: "This request cannot be read", Text: detail,
			Advice: "Nothing was changed. Go back and try again."}
	case fault.KindConflict:
		return outcome{Status: http.StatusConflict, Title: "Someone was faster", Text: detail,
			Advice: "Reload the page to see how things stand now."}
	case fault.KindNotFound, fault.KindForbidden:
		// Denied looks exactly like absent: the same words whatever the reason, so that nothing can be told from them.
		return outcome{Status: http.StatusNotFound, Title: "Page not found", Text: ErrAbsent.Detail,
			Advice: "Check the address, or start from the home page. A colleague with another role may be able to open it."}
	case fault.KindGone:
		return outcome{Status: http.StatusGone, Title: "No longer here", Text: detail,
			Advice: "It was lawfully removed, or the link has run out."}
	}
	return outcome{Status: http.StatusServiceUnavailable, Title: "This did not work just now",
		Text:   "The fault is on our side. If you were sending something, take it as not recorded until you see it on a page here.",
		Advice: "Try again in a minute. If it cannot wait, call:"}
}
