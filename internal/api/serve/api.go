// Package serve is the kernel of the JSON interface: how a request is read, answered and refused, and what a row of the registry is.
package serve

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tocsin/internal/app"
)

// Config is what the interface is built from. Durations and rates that are zero take the defaults below; a negative
// rate switches the limit off.
type Config struct {
	App     *app.App
	Log     *slog.Logger
	Version string // of the program, for the OpenAPI document

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

// New serves these routes.
func New(c Config, routes []Route) *server {
	s := &server{Config: c.withDefaults(), mux: http.NewServeMux(), sites: http.NewCrossOriginProtection()}
	s.limits = newLimits(s.RequestsPerSecond, s.Burst)
	s.mount(routes)
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
	routes   map[string]Route // by "METHOD /pattern"
	document []byte           // the OpenAPI document
}
