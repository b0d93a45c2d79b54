// Package scim serves SCIM 2.0 (RFC 7643, RFC 7644) under /scim/v2: an identity provider brings people and groups in and keeps them up to
// date. It keeps what is needed here and leaves the rest out. It asks for a key made for nothing else.
package scim

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// Keys says who an API key is.
type Keys interface {
	ActorForKey(ctx context.Context, key string) (access.Actor, error)
}

// People keeps what is brought in.
type People interface {
	Provisioned(ctx context.Context, by access.Actor, kind string) ([]directory.Provisioned, error)
	ProvisionUser(ctx context.Context, by access.Actor, p directory.Provisioned, u app.ProvisionedPerson) (directory.Provisioned, error)
	ProvisionGroup(ctx context.Context, by access.Actor, p directory.Provisioned) (directory.Provisioned, error)
	Unprovision(ctx context.Context, by access.Actor, kind, id string) error
}

// Config is what the interface is built from.
type Config struct {
	Keys    Keys
	People  People
	BaseURL string // of the program, without a slash at the end
	Log     *slog.Logger
}

// Route is one row of the registry, as in package api.
type Route struct {
	Method, Pattern string
	Permission      access.Action
	Object, Audit   string
}

type route struct {
	Route
	do func(*server, http.ResponseWriter, *request) error
}

const base = "/scim/v2"

var table []route

func init() {
	add := func(method, pattern, object, audit string, do func(*server, http.ResponseWriter, *request) error) {
		table = append(table, route{Route{method, base + pattern, access.Provision, object, audit}, do})
	}
	add("GET", "/ServiceProviderConfig", "", "log", fixed(serviceProvider))
	add("GET", "/ResourceTypes", "", "log", fixed(func(s *server) any { return listOf(s.resourceTypes()) }))
	add("GET", "/ResourceTypes/{id}", "", "log", oneOf((*server).resourceTypes))
	add("GET", "/Schemas", "", "log", fixed(func(s *server) any { return listOf(s.schemas()) }))
	add("GET", "/Schemas/{id}", "", "log", oneOf((*server).schemas))
	for _, k := range kinds {
		object := strings.ToLower(k.name)
		add("GET", k.path, "list", "log", with(k, (*server).list))
		add("POST", k.path, object, "fact", with(k, (*server).create))
		add("GET", k.path+"/{id}", object, "log", with(k, (*server).read))
		add("PUT", k.path+"/{id}", object, "fact", with(k, (*server).replace))
		add("PATCH", k.path+"/{id}", object, "fact", with(k, (*server).patch))
		add("DELETE", k.path+"/{id}", object, "fact", with(k, (*server).remove))
	}
}

// Routes lists every route once.
func Routes() []Route {
	out := make([]Route, len(table))
	for i, r := range table {
		out[i] = r.Route
	}
	return out
}

type server struct{ Config }

// request is a request with who asks and what they sent.
type request struct {
	*http.Request
	kind *kind
	by   access.Actor
	body []byte
}

func with(k *kind, do func(*server, http.ResponseWriter, *request) error) func(*server, http.ResponseWriter, *request) error {
	return func(s *server, w http.ResponseWriter, r *request) error {
		r.kind = k
		return do(s, w, r)
	}
}

// New builds the handler of everything under /scim/v2.
func New(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{c}
	mux := http.NewServeMux()
	for _, rt := range table {
		mux.Handle(rt.Method+" "+rt.Pattern, s.serve(rt))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		(&refusal{404, "", "There is no such resource."}).write(w)
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

// maxBody bounds a request: a group may have many members.
const maxBody = 8 << 20

func (s *server) serve(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, hr *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		r := &request{Request: hr}
		err := s.guard(w, r, rt)
		if err == nil {
			err = rt.do(s, w, r)
		}
		if err == nil {
			s.Log.Info("scim", "method", rt.Method, "route", rt.Pattern, "by", r.by.ID)
			return
		}
		refused := refusalOf(err)
		s.Log.Warn("scim refused", "method", rt.Method, "route", rt.Pattern, "by", r.by.ID, "status", refused.status, "error", err.Error())
		refused.write(w)
	}
}

// guard finds out whose key it is. Only a key made for this counts: one without limits could do far more, and has no business with an
// identity provider.
func (s *server) guard(w http.ResponseWriter, r *request, rt route) error {
	refuse := func() error {
		w.Header().Set("WWW-Authenticate", `Bearer realm="tocsin"`)
		return &refusal{401, "", "A key with the scope provision is needed."}
	}
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || len(r.Header.Values("Authorization")) != 1 {
		return refuse()
	}
	var err error
	if r.by, err = s.Keys.ActorForKey(r.Context(), strings.TrimSpace(key)); fault.KindOf(err) != "" {
		return refuse()
	} else if err != nil {
		return err
	}
	if !slices.Contains(r.by.Scopes, rt.Permission) {
		return &refusal{403, "", "This key may not be used for that."}
	}
	if r.Method != http.MethodPost && r.Method != http.MethodPut && r.Method != http.MethodPatch {
		return nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/scim+json" && kind != "application/json" {
		return &refusal{415, "", "Send application/scim+json."}
	}
	if r.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		return &refusal{413, "", "The body is too long or was cut off."}
	}
	return nil
}

// find answers one resource of the kind.
func (s *server) find(r *request) (directory.Provisioned, error) {
	all, err := s.People.Provisioned(r.Context(), r.by, r.kind.name)
	if err != nil {
		return directory.Provisioned{}, err
	}
	i := slices.IndexFunc(all, func(p directory.Provisioned) bool { return p.ID == r.PathValue("id") })
	if i < 0 {
		return directory.Provisioned{}, fault.NotFound("no such resource")
	}
	return all[i], nil
}

func (s *server) read(w http.ResponseWriter, r *request) error {
	p, err := s.find(r)
	if err != nil {
		return err
	}
	if r.Header.Get("If-None-Match") == etag(p) {
		w.Header().Set("ETag", etag(p))
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return s.answer(w, r, http.StatusOK, p)
}

// answer sends a resource with its version and place.
func (s *server) answer(w http.ResponseWriter, r *request, status int, p directory.Provisioned) error {
	names, err := s.names(r)
	if err != nil {
		return err
	}
	full, err := s.full(r.kind, p, names)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(p))
	w.Header().Set("Location", s.location(r.kind, p.ID))
	writeJSON(w, status, selected(full, r.URL.Query()))
	return nil
}

func (s *server) create(w http.ResponseWriter, r *request) error {
	in, err := decodeObject(r.body)
	if err != nil {
		return err
	}
	p, err := s.save(r, directory.Provisioned{}, in)
	if err != nil {
		return err
	}
	return s.answer(w, r, http.StatusCreated, p)
}

func (s *server) replace(w http.ResponseWriter, r *request) error {
	old, err := s.matching(r)
	if err != nil {
		return err
	}
	in, err := decodeObject(r.body)
	if err != nil {
		return err
	}
	p, err := s.save(r, old, in)
	if err != nil {
		return err
	}
	return s.answer(w, r, http.StatusOK, p)
}

// matching answers the resource where the client's If-Match, if there is one, names its version.
func (s *server) matching(r *request) (directory.Provisioned, error) {
	p, err := s.find(r)
	if want := r.Header.Get("If-Match"); err == nil && want != "" && want != "*" && want != etag(p) {
		return p, &refusal{412, "", "The resource has changed meanwhile; read it again."}
	}
	return p, err
}

func (s *server) patch(w http.ResponseWriter, r *request) error {
	old, err := s.matching(r)
	if err != nil {
		return err
	}
	var in struct {
		Schemas    []string    `json:"schemas"`
		Operations []operation `json:"Operations"`
	}
	if err := json.Unmarshal(r.body, &in); err != nil || !slices.Contains(in.Schemas, patchMessage) || len(in.Operations) == 0 || len(in.Operations) > maxOperations {
		return invalidSyntax("The body is no PatchOp with 1 to 1000 operations.")
	}
	kept, err := keptOf(r.kind, old)
	if err != nil {
		return err
	}
	for _, o := range in.Operations {
		if err := o.apply(r.kind, kept); err != nil {
			return err
		}
	}
	p, err := s.save(r, old, kept)
	if err != nil {
		return err
	}
	return s.answer(w, r, http.StatusOK, p)
}

func (s *server) remove(w http.ResponseWriter, r *request) error {
	p, err := s.matching(r)
	if err == nil {
		err = s.People.Unprovision(r.Context(), r.by, r.kind.name, p.ID)
	}
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// save brings an object into the kept form and keeps it as the next version of old.
func (s *server) save(r *request, old directory.Provisioned, in map[string]any) (directory.Provisioned, error) {
	kept, err := r.kind.normal(in)
	if err != nil {
		return old, err
	}
	p := old
	p.Name = text(kept, r.kind.order[0])
	if r.kind == groups {
		p.Members = nil
		for _, m := range asList(kept["members"]) {
			if id, ok := valueOf(m).(string); ok {
				p.Members = append(p.Members, id)
			}
		}
		delete(kept, "members")
	}
	if r.kind == users && kept["active"] == nil {
		kept["active"] = true
	}
	if p.Doc, err = json.Marshal(kept); err != nil {
		return old, err
	}
	if r.kind == groups {
		return s.People.ProvisionGroup(r.Context(), r.by, p)
	}
	return s.People.ProvisionUser(r.Context(), r.by, p, personOf(kept))
}

// personOf is what the directory takes of a user.
func personOf(kept map[string]any) app.ProvisionedPerson {
	name, _ := kept["name"].(map[string]any)
	u := app.ProvisionedPerson{Subject: text(kept, "externalId"), Email: primary(kept, "emails"), Title: text(kept, "title"), Active: kept["active"] == true}
	for _, v := range asList(kept["phoneNumbers"]) {
		if s, ok := valueOf(v).(string); ok {
			u.Phones = append(u.Phones, s)
		}
	}
	for _, candidate := range []string{text(kept, "displayName"), text(name, "formatted"),
		strings.TrimSpace(text(name, "givenName") + " " + text(name, "familyName")), text(kept, "userName")} {
		if u.Name == "" {
			u.Name = candidate
		}
	}
	return u
}
