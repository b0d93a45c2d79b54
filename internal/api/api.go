// Package api serves the JSON interface under /api/v1: the same use cases as the pages, for other systems and the
// command line. It parses strictly, asks the application, and answers; it decides nothing itself. Its OpenAPI document is
// generated from the types that the handlers use, so the two cannot drift apart.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// Keys says who an API key is. A wrong, expired or revoked key is fault.Forbidden.
type Keys interface {
	ActorForKey(ctx context.Context, key string) (access.Actor, error)
}

// Filings takes filings and says beforehand what they would lead to.
type Filings interface {
	File(ctx context.Context, by access.Actor, f incident.Filing, o app.FileOptions) (app.Answer, error)
	Telephone(ctx context.Context, by access.Actor, t incident.Telephone, o app.FileOptions) (app.Answer, error)
	Preview(ctx context.Context, by access.Actor, f incident.Filing) (app.Preview, error)
	FormFor(ctx context.Context, by access.Actor, entity string) (app.Form, error)
}

// Reading answers questions, each as far as the actor may see.
type Reading interface {
	Entities(ctx context.Context, by access.Actor) ([]app.EntityView, error)
	Incidents(ctx context.Context, by access.Actor, q app.ListQuery) (app.IncidentList, error)
	Incident(ctx context.Context, by access.Actor, number string) (app.IncidentView, error)
	Duties(ctx context.Context, by access.Actor) ([]app.DutyView, error)
	Receipt(ctx context.Context, by access.Actor, number string, filing int) (ledger.Receipt, error)
}

// Tracks takes an authority's acts on its own track, and the entity's answer to its question.
type Tracks interface {
	Acknowledge(ctx context.Context, by access.Actor, number, authority string) error
	Ask(ctx context.Context, by access.Actor, number, authority, question string) error
	Decline(ctx context.Context, by access.Actor, number, authority, reason string) error
	CloseTrack(ctx context.Context, by access.Actor, number, authority, reason string) error
	AnswerQuestion(ctx context.Context, by access.Actor, number, question, answer string) error
}

// Decisions takes what a named person decides or states.
type Decisions interface {
	Rate(ctx context.Context, by access.Actor, number string, level policy.Level, reason string) error
	DecidePostIncidentReport(ctx context.Context, by access.Actor, number string, required bool, reason string) error
	Discharge(ctx context.Context, by access.Actor, number, duty, statement string) error
}

// Desk says whom to call at this hour. It answers while nothing else does.
type Desk interface {
	Emergency() []policy.Contact
}

// Config is what the interface is built from. Durations and rates that are zero take the defaults below; a negative
// rate switches the limit off.
type Config struct {
	Keys         Keys
	Filings      Filings
	Reading      Reading
	Tracks       Tracks
	Decisions    Decisions
	Responding   Responding
	Sections     Sections
	Teamwork     Teamwork
	Staff        Staff
	Courses      Courses
	Endings      Endings
	Lifecycles   Lifecycles
	Inquiry      Inquiry
	Tasks        Tasks
	Containing   Containing
	Tooling      Tooling
	Policy       Policy
	Proposals    Proposals
	Desk         Desk
	Compartments Compartments
	Glass        Glass
	Handovers    Handovers
	Afterwards
	Log      *slog.Logger
	Version  string // of the program, for the OpenAPI document
	Briefing Briefing
	Updating Updating
	Marking  Marking
	Printing Printing

	RequestsPerSecond float64       // for each key
	Burst             int           // requests that a key may make at once
	Timeout           time.Duration // for answering one request, after its body is read
	BodyGrace         time.Duration // for the first bytes of a body
	BodyBytesPerSec   int           // the slowest body that is waited for
}

// Defaults: generous enough that no well-meant client meets them, low enough that one broken loop does not starve others.
const (
	defaultRate      = 5_000
	defaultBurst     = 10_000
	defaultTimeout   = 20 * time.Second
	defaultGrace     = 5 * time.Second
	defaultBodyFloor = 16 << 10
)

// For fills a Config with one application behind all of its parts.
func For(a *app.App) Config {
	return Config{Keys: a, Filings: a, Reading: a, Tracks: a, Decisions: a, Responding: a, Tasks: a, Lifecycles: a, Endings: a, Teamwork: a, Courses: a, Sections: a, Briefing: a, Updating: a, Marking: a, Printing: a, Containing: a, Tooling: a, Policy: a, Proposals: a, Inquiry: InquiryOf(a), Desk: a, Compartments: a, Glass: a, Handovers: a, Afterwards: Afterwards{a, a, a, a, a, a}, Staff: Staff{a, a, a}}
}

// New builds the handler of everything under /api/v1/. Mount it at /api/. It panics where the route table contradicts
// itself, which the first test finds.
func New(c Config) http.Handler {
	s := &server{Config: c.withDefaults(), mux: http.NewServeMux(), sites: http.NewCrossOriginProtection()}
	s.limits = newLimits(s.RequestsPerSecond, s.Burst)
	s.mount()
	return s
}

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Version == "" {
		c.Version = "dev"
	}
	c.RequestsPerSecond = or(c.RequestsPerSecond, defaultRate)
	c.Burst = or(c.Burst, defaultBurst)
	c.Timeout = or(c.Timeout, defaultTimeout)
	c.BodyGrace = or(c.BodyGrace, defaultGrace)
	c.BodyBytesPerSec = or(c.BodyBytesPerSec, defaultBodyFloor)
	return c
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// server is the interface at work. All fields are set before it serves and never change.
type server struct {
	Config
	mux      *http.ServeMux
	sites    *http.CrossOriginProtection // without bypasses
	huma     huma.API
	limits   *limits
	routes   map[string]route // by "METHOD /pattern"
	document []byte           // the OpenAPI document
}
