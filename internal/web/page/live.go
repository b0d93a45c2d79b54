package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Streaming says whether a request opens a stream that stays: such a one is no request in flight that others wait for.
func Streaming(r *http.Request) bool {
	return r.Method == http.MethodGet && (r.URL.Path == "/live" || strings.HasPrefix(r.URL.Path, "/incidents/") &&
		strings.HasSuffix(r.URL.Path, "/live"))
}

// watching says that no person asked for this, but a page that follows changes: that keeps no session alive.
func watching(r *http.Request) bool { return Streaming(r) || r.Header.Get("X-Tocsin-Watching") != "" }

// events is one open stream of server-sent events.
type events struct {
	w    http.ResponseWriter
	flow *http.ResponseController
	s    *Site
	r    *Request
	f    *follower
}

// LiveIncident tells a page that shows one incident whenever it changed. The id of an event is the version of the incident that it
// speaks of, so that a browser that comes back says what it has seen, and the page's address says what it shows.
func LiveIncident(s *Site, w http.ResponseWriter, r *Request) error {
	e, err := s.events(w, r)
	if err != nil {
		return err
	}
	defer s.hub.leave(e.f)
	at, err := s.App.Follow(r.Context(), r.By(), r.PathValue("number")) // after joining: no change falls between
	if err != nil {
		return err
	}
	e.f.follow(at.Stream)
	seen := versionOf(r.Header.Get("Last-Event-ID"), versionOf(r.URL.Query().Get("version"), at.Version))
	object := at.Object
	return e.run(func(actor access.Actor) bool {
		if c := e.f.latest(); c.Version > 0 {
			object, at.Version = c.Object, max(at.Version, c.Version)
		}
		if !access.Allow(actor, access.Read, object) {
			return false
		}
		if at.Version > seen {
			seen = at.Version
			return e.send(strconv.FormatInt(seen, 10), "change", map[string]int64{"version": seen})
		}
		return true
	})
}

// LiveCounters tells the home page and the inbox whenever something that the reader may see changed, with what stands open. It says
// nothing for changes that the reader may not see: not even that there was one.
func LiveCounters(s *Site, w http.ResponseWriter, r *Request) error {
	e, err := s.events(w, r)
	if err != nil {
		return err
	}
	defer s.hub.leave(e.f)
	place, was := int64(-1), app.Counters{Owed: -1}
	return e.run(func(actor access.Actor) bool {
		c := e.f.latest()
		if c.Place == place && was.Owed >= 0 {
			return true
		}
		now, err := s.App.Counters(r.Context(), actor)
		if err != nil {
			return false
		}
		name := "change"
		if was.Owed < 0 && c.Version == 0 {
			name = "state" // the first word: the page compares it with what it shows
		}
		place, was = c.Place, now
		return e.send("", name, now)
	})
}

func versionOf(text string, otherwise int64) int64 {
	if v, err := strconv.ParseInt(text, 10, 64); err == nil && v >= 0 {
		return v
	}
	return otherwise
}

var errTooManyStreams = fault.Conflict("too many pages with live updates are open; close some")

// events joins the readers who wait; the caller lets it leave.
func (s *Site) events(w http.ResponseWriter, r *Request) (*events, error) {
	f := &follower{person: r.By().ID, actor: r.By(), wake: make(chan struct{}, 1)}
	begun, ok := s.hub.join(f)
	if !ok {
		return nil, errTooManyStreams
	}
	select {
	case <-begun:
	case <-r.Context().Done():
	}
	return &events{w: w, flow: http.NewResponseController(w), s: s, r: r, f: f}, nil
}

// begin answers that the stream is open.
func (e *events) begin() {
	w := e.w
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no") // proxies pass events on as they come
	w.WriteHeader(http.StatusOK)
	e.write("retry: 5000\n\n")
}

// run lets step speak at the start, at every change and at every heartbeat, each time only after the session was checked anew. It ends
// when step says so, when the session is no more, when the reader leaves and when the server stops.
func (e *events) run(step func(access.Actor) bool) error {
	e.begin()
	beat := time.NewTicker(e.s.heartbeat())
	defer beat.Stop()
	for {
		actor, ok := e.still()
		if !ok || !step(actor) {
			e.write("event: end\ndata: {}\n\n")
			return nil
		}
		select {
		case <-e.r.Context().Done():
			return nil
		case <-e.s.Stopping:
			return nil
		case <-e.f.wake:
		case <-beat.C:
			if !e.write(": here\n\n") {
				return nil
			}
		}
	}
}

// still answers who the reader is now. A revoked session, or somebody who left, is nobody.
func (e *events) still() (access.Actor, bool) {
	c, err := e.r.Cookie(e.s.CookieName())
	if err != nil {
		return access.Actor{}, false
	}
	session, err := e.s.App.SessionWatching(e.r.Context(), c.Value)
	if err != nil || session.Actor.ID != e.r.By().ID {
		return access.Actor{}, false
	}
	e.f.become(session.Actor)
	return session.Actor, true
}

func (e *events) send(id, name string, data any) bool {
	body, err := json.Marshal(data)
	if err != nil {
		return false
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	return e.write(fmt.Sprintf("%sevent: %s\ndata: %s\n\n", id, name, body))
}

func (e *events) write(text string) bool {
	_ = e.flow.SetWriteDeadline(time.Now().Add(livePatience)) // a reader that takes nothing is gone
	_, err := e.w.Write([]byte(text))
	return err == nil && e.flow.Flush() == nil
}
