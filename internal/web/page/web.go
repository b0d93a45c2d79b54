// Package page is the kernel of the pages: server-rendered HTML over the application. Every page works without script; the
// script only adds comfort. Handlers return errors; one place logs them, picks the status and renders the error page.
package page

import (
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"
	_ "time/tzdata"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Config says what the pages stand on. App and Now are required.
type Config struct {
	App *app.App
	// Demo offers everyone's session to everyone, shows the mailbox, and says so on every page.
	Demo    bool
	Mailbox Mailbox // demonstration only
	Now     func() time.Time
	Version string // shown in the footer
	// Secure says that readers reach the pages by https, here or at a proxy in front: cookies are then bound to it.
	Secure bool
	// NoQuick switches the form for people without an account off.
	NoQuick bool
	// Zones gives each pack's IANA time zone. It is used until the browser has told its own.
	Zones map[string]string
	// Proxies are the networks of proxies in front: what they say of where a request came from is believed, and nobody else.
	Proxies []netip.Prefix
	// Label names a category or an element of personal information by its pack and id; pack is empty in lists over
	// several packs. Optional: without it, or where it answers "", pages show the id.
	Label func(pack, id string) string
	Log   *slog.Logger
	// Stopping is closed when the server begins to stop, so that open streams end. May be nil.
	Stopping <-chan struct{}
	// Heartbeat of live updates; 0 for the usual one.
	Heartbeat time.Duration
}

// Site holds what all requests share. It is not changed after New.
type Site struct {
	Config
	Assets *Assets
	Pages  *pages
	Zones  map[string]*time.Location
	Table  offlineTable
	nav    func(by access.Actor, at string) []NavItem
	Quick  chan struct{} // a place for each quick form being worked on
	hub    *hub
	reopen *http.ServeMux // the forms of acts that asked for a new proof, by the act's address
}

func (s *Site) heartbeat() time.Duration {
	if s.Heartbeat > 0 {
		return s.Heartbeat
	}
	return LiveHeartbeat
}

// ServeRoutes returns the handler for these addresses. nav lists the places of the header for a reader at an address.
func ServeRoutes(c Config, routes []Row, nav func(by access.Actor, at string) []NavItem) (http.Handler, error) {
	if c.Now == nil || c.App == nil {
		return nil, errors.New("web: Now and App are required")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Site{Config: c, Zones: map[string]*time.Location{}, Quick: make(chan struct{}, quickAtOnce), nav: nav,
		hub: &hub{app: c.App, log: c.Log}}
	for pack, name := range c.Zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			return nil, err
		}
		s.Zones[pack] = zone
	}
	var err error
	if s.Assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.Pages, err = Parsed(); err != nil {
		return nil, err
	}
	return s.handler(routes), nil
}

// handler builds the routes from the one registry and puts the guards that hold for every answer around them.
func (s *Site) handler(routes []Row) http.Handler {
	mux := http.NewServeMux()
	s.reopen = http.NewServeMux()
	for _, rt := range routes {
		if rt.Demo && !s.Demo {
			continue
		}
		mux.Handle(rt.Method+" "+rt.Pattern, s.serve(rt))
		if rt.reopen != nil {
			s.reopen.Handle(rt.Method+" "+rt.Pattern, s.serve(rt.reopened()))
		}
	}
	mux.Handle("GET /static/build/", s.Assets)
	mux.Handle("/", s.serve(Row{Route: Route{Pattern: "/", Permission: Anyone}, Do: absent}))
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.serve(Row{Route: Route{Pattern: "/", Permission: Anyone}, Do: foreign}))
	return s.headers(guard.Handler(s.originStated(mux)))
}

func absent(*Site, http.ResponseWriter, *Request) error { return ErrAbsent }

func foreign(*Site, http.ResponseWriter, *Request) error { return errForeign }
