package scim_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/internal/api/scim"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/testkit"
	pgtest "tocsin/internal/testkit/pg"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

var ctx = context.Background()

// provider brings people in; nobody signs in with it here.
type provider struct{ access.Provider }

func (p provider) Providers() []access.Provider { return []access.Provider{p.Provider} }

func (provider) Address(context.Context, string, access.SignInRequest) (string, error) {
	return "", access.ErrUnreachable
}

func (provider) Redeem(context.Context, string, access.SignInRequest, access.SignInAnswer) (access.Identity, error) {
	return access.Identity{}, access.ErrUnreachable
}

type rig struct {
	*testing.T
	*testkit.Harness
	handler http.Handler
	key     string
}

func onBoth(t *testing.T, f func(r *rig)) {
	for name, start := range map[string]func(t *testing.T) *testkit.Harness{
		"sqlite": func(t *testing.T) *testkit.Harness { return testkit.Start(t) },
		"postgres": func(t *testing.T) *testkit.Harness {
			return testkit.StartOn(t, pgtest.DatabaseFrom(t, "demo", testkit.Prepare))
		},
	} {
		t.Run(name, func(t *testing.T) { f(newRig(t, start(t))) })
	}
}

func newRig(t *testing.T, h *testkit.Harness) *rig {
	t.Helper()
	h.App.Providers = provider{access.Provider{ID: "state", Name: "State", Issuer: "https://login.state.test", SCIM: true,
		Rules: []access.GroupRole{{Group: "Tour Guides", Assignment: directory.Assignment{Role: directory.ISO, Entity: "ca-demo-dmv"}},
			{Group: "Elsewhere", Assignment: directory.Assignment{Role: directory.ISO, Entity: "ma-demo-rmv"}}}}}
	err := h.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
		root := in.Entities[slices.IndexFunc(in.Entities, func(e directory.Entity) bool { return e.Parent == "" && strings.HasPrefix(e.ID, "ca-") })].ID
		in.People = append(in.People, directory.Person{ID: "admin", Name: "Admin", Roles: []directory.Assignment{{Role: directory.Administrator, Entity: root}}},
			directory.Person{ID: "small-admin", Name: "Admin", Roles: []directory.Assignment{{Role: directory.Administrator, Entity: "ca-demo-dmv"}}})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{T: t, Harness: h, handler: scim.New(scim.Config{Keys: h.App, People: h.App, BaseURL: "https://tocsin.test"})}
	r.key = r.keyOf("admin", access.Provision)
	return r
}

func (r *rig) keyOf(person string, scopes ...access.Action) string {
	r.T.Helper()
	key, err := r.NewKey(ctx, person, "scim", scopes, time.Time{})
	if err != nil {
		r.T.Fatal(err)
	}
	return key
}

// ask sends a request and wants a status; it returns the answer's object and headers.
func (r *rig) ask(method, path, body string, want int, headers ...string) (map[string]any, http.Header) {
	r.T.Helper()
	req := httptest.NewRequest(method, "https://tocsin.test/scim/v2"+path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+r.key)
	req.Header.Set("Content-Type", "application/scim+json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	r.handler.ServeHTTP(rec, req)
	var out map[string]any
	if rec.Body.Len() > 0 {
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
			r.T.Fatalf("%s %s: %v", method, path, err)
		}
	}
	if rec.Code != want {
		r.T.Fatalf("%s %s: status %d, want %d: %v", method, path, rec.Code, want, out)
	}
	if want >= 400 && (out["status"] != strconv.Itoa(want) || out["detail"] == "") {
		r.T.Errorf("%s %s: the error is no SCIM error: %v", method, path, out)
	}
	return out, rec.Header()
}

func (r *rig) person(id string) (directory.Person, bool) {
	r.T.Helper()
	in, _, err := r.Record.ReadDirectory(ctx)
	if err != nil {
		r.T.Fatal(err)
	}
	i := slices.IndexFunc(in.People, func(p directory.Person) bool { return p.ID == id })
	if i < 0 {
		return directory.Person{}, false
	}
	return in.People[i], true
}

// TestLifeOfAUser brings in the user of RFC 7643 8.2, changes, deactivates and removes them. The person stays in the directory.
func TestLifeOfAUser(t *testing.T) {
	onBoth(t, func(r *rig) {
		full, err := os.ReadFile("testdata/rfc7643-user.json")
		if err != nil {
			r.T.Fatal(err)
		}
		made, head := r.ask("POST", "/Users", string(full), 201)
		id := made["id"].(string)
		if id == "2819c223-7f76-453a-919d-413861904646" || head.Get("Location") != "https://tocsin.test/scim/v2/Users/"+id || head.Get("ETag") != `W/"1"` || made["password"] != nil || made["groups"] != nil {
			r.T.Errorf("made %v with %v", made, head)
		}
		p, _ := r.person(id)
		if p.Name != "Babs Jensen" || p.Email != "bjensen@example.com" || p.Title != "Tour Guide" || len(p.Phones) != 2 || p.Gone || len(p.Roles) != 0 ||
			len(p.Links) != 1 || p.Links[0].Subject != "701984" || p.Links[0].Issuer != "https://login.state.test" {
			r.T.Errorf("the person is %+v", p)
		}
		if out, _ := r.ask("POST", "/Users", string(full), 409); out["scimType"] != "uniqueness" {
			r.T.Errorf("twice: %v", out)
		}
		r.ask("POST", "/Users", `{"userName":"BJENSEN@example.com"}`, 409)
		_, head = r.ask("GET", "/Users/"+id, "", 200)
		r.ask("GET", "/Users/"+id, "", 304, "If-None-Match", head.Get("ETag"))
		r.ask("PUT", "/Users/"+id, `{"userName":"bjensen@example.com","externalId":"701984","displayName":"Barbara"}`, 412, "If-Match", `W/"9"`)
		put, head := r.ask("PUT", "/Users/"+id, `{"userName":"bjensen@example.com","externalId":"701984","displayName":"Barbara"}`, 200, "If-Match", `W/"1"`)
		if put["emails"] != nil || put["active"] != true || head.Get("ETag") != `W/"2"` {
			r.T.Errorf("replaced: %v", put)
		}
		r.ask("PATCH", "/Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}`, 200)
		if p, _ := r.person(id); !p.Gone || p.Name != "Barbara" || p.Email != "" {
			r.T.Errorf("deactivated: %+v", p)
		}
		r.ask("PATCH", "/Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":true}}]}`, 200)
		r.ask("DELETE", "/Users/"+id, "", 204)
		r.ask("GET", "/Users/"+id, "", 404)
		r.ask("DELETE", "/Users/"+id, "", 404)
		if p, there := r.person(id); !there || !p.Gone {
			r.T.Errorf("removed: %+v, %v", p, there)
		}
		again, _ := r.ask("POST", "/Users", string(full), 201)
		if p, _ := r.person(id); again["id"] != id || p.Gone {
			r.T.Errorf("back again as %v: %+v", again["id"], p)
		}
		r.Sound()
	})
}

// TestGroupsGiveRoles: membership gives the mapped roles where the administrator's office reaches, and takes them again.
func TestGroupsGiveRoles(t *testing.T) {
	onBoth(t, func(r *rig) {
		one, _ := r.ask("POST", "/Users", `{"userName":"one","externalId":"x1"}`, 201)
		two, _ := r.ask("POST", "/Users", `{"userName":"two"}`, 201)
		a, b := one["id"].(string), two["id"].(string)
		roles := func(id string, want int) {
			r.T.Helper()
			if p, _ := r.person(id); len(p.Roles) != want || want == 1 && p.Roles[0] != (directory.Assignment{Role: directory.ISO, Entity: "ca-demo-dmv"}) {
				r.T.Errorf("%s has %v, want %d", id, p.Roles, want)
			}
		}
		made, _ := r.ask("POST", "/Groups", `{"displayName":"Tour Guides","members":[{"value":"`+a+`"}]}`, 201)
		group := "/Groups/" + made["id"].(string)
		roles(a, 1)
		roles(b, 0)
		patch := func(ops string) {
			r.T.Helper()
			r.ask("PATCH", group, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[`+ops+`]}`, 200)
		}
		patch(`{"op":"add","path":"members","value":[{"value":"` + b + `"}]},{"op":"remove","path":"members[value eq \"` + a + `\"]"}`)
		roles(a, 0)
		roles(b, 1)
		user, _ := r.ask("GET", "/Users/"+b, "", 200)
		if in := user["groups"].([]any); in[0].(map[string]any)["display"] != "Tour Guides" {
			r.T.Errorf("the user's groups are %v", in)
		}
		r.ask("POST", "/Groups", `{"displayName":"Elsewhere","members":[{"value":"`+b+`"}]}`, 201)
		roles(b, 1) // that entity is not this administrator's
		if out, _ := r.ask("POST", "/Groups", `{"displayName":"x","members":[{"value":"nobody"}]}`, 400); out["scimType"] != "invalidValue" {
			r.T.Errorf("a stranger in a group: %v", out)
		}
		if _, there := r.person("ca-dmv-iso"); !there {
			r.T.Fatal("the demonstration has changed")
		}
		r.ask("POST", "/Groups", `{"displayName":"y","members":[{"value":"ca-dmv-iso"}]}`, 400) // of the directory, but not brought in
		patch(`{"op":"replace","path":"displayName","value":"Renamed"}`)
		roles(b, 0)
		patch(`{"op":"replace","path":"displayName","value":"Tour Guides"}`)
		roles(b, 1)
		r.ask("DELETE", "/Users/"+b, "", 204)
		roles(b, 0)
		if left, _ := r.ask("GET", group, "", 200); len(left["members"].([]any)) != 0 {
			r.T.Errorf("a member that is gone: %v", left["members"])
		}
		patch(`{"op":"add","path":"members","value":[{"value":"` + a + `"}]}`)
		r.ask("DELETE", group, "", 204)
		roles(a, 0)
	})
}

// TestLists pages, filters and selects.
func TestLists(t *testing.T) {
	r := newRig(t, testkit.Start(t))
	for _, name := range []string{"ann", "bob", "cora", "dan", "eve"} {
		r.ask("POST", "/Users", `{"userName":"`+name+`","emails":[{"value":"`+name+`@x.test","type":"work"}]}`, 201)
		r.Clock.Move(time.Second)
	}
	for query, want := range map[string][3]int{
		"": {5, 1, 5}, "?startIndex=2&count=2": {5, 2, 2}, "?startIndex=5&count=10": {5, 5, 1}, "?startIndex=9": {5, 9, 0}, "?count=0": {5, 1, 0}, "?startIndex=-4&count=-1": {5, 1, 0},
		"?filter=" + url.QueryEscape(`userName sw "c" or emails[type eq "work" and value co "eve"]`): {2, 1, 2}, "?filter=" + url.QueryEscape(`userName eq "ANN"`): {1, 1, 1},
	} {
		out, _ := r.ask("GET", "/Users"+query, "", 200)
		if got := [3]int{int(out["totalResults"].(float64)), int(out["startIndex"].(float64)), len(out["Resources"].([]any))}; got != want {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	out, _ := r.ask("GET", "/Users?attributes=userName&count=1", "", 200)
	if one := out["Resources"].([]any)[0].(map[string]any); len(one) != 3 || one["userName"] != "ann" {
		t.Errorf("selected: %v", one)
	}
	out, _ = r.ask("GET", "/Users?excludedAttributes=emails,meta&count=1", "", 200)
	if one := out["Resources"].([]any)[0].(map[string]any); one["emails"] != nil || one["userName"] != "ann" {
		t.Errorf("left out: %v", one)
	}
	for _, bad := range []string{"?filter=userName", "?count=many", "?filter="} {
		r.ask("GET", "/Users"+bad, "", 400)
	}
	for path, schema := range map[string]string{"/ServiceProviderConfig": "ServiceProviderConfig", "/ResourceTypes": "ListResponse", "/Schemas": "ListResponse",
		"/ResourceTypes/User": "ResourceType", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group": "Schema"} {
		out, _ := r.ask("GET", path, "", 200)
		if s := out["schemas"].([]any)[0].(string); !strings.HasSuffix(s, ":"+schema) {
			t.Errorf("%s is a %s", path, s)
		}
		r.ask("GET", path+"x", "", 404)
	}
}

// TestAccess: only a key made for this, of an administrator of a whole jurisdiction, finds anything.
func TestAccess(t *testing.T) {
	r := newRig(t, testkit.Start(t))
	good := r.key
	for name, c := range map[string]struct {
		key    string
		status int
	}{
		"no key": {"", 401}, "a wrong key": {"tocsin_wrong", 401}, "a key without limits": {r.keyOf("admin"), 403}, "another scope": {r.keyOf("admin", access.Read), 403},
		"an ISO": {r.keyOf("ca-dmv-iso", access.Provision), 404}, "an administrator of one agency": {r.keyOf("small-admin", access.Provision), 404},
	} {
		r.key = c.key
		for _, path := range []string{"/Users", "/Groups", "/Users/x"} {
			t.Log(name)
			r.ask("GET", path, "", c.status)
		}
		r.ask("POST", "/Users", `{"userName":"x"}`, c.status)
	}
	r.key = good
	for body, status := range map[string]int{`{`: 400, `[]`: 400, `{}`: 400, `{"userName":7}`: 400, `{"userName":"a","active":"perhaps"}`: 400, `{"userName":"a","emails":"x"}`: 400,
		`{"userName":"a","emails":[{"type":"work"}]}`: 400, `{"userName":"a\u0000b"}`: 400, `{"userName":"` + strings.Repeat("x", 501) + `"}`: 400} {
		r.ask("POST", "/Users", body, status)
	}
	r.ask("POST", "/Users", `{"userName":"x"}`, 415, "Content-Type", "text/plain")
	r.ask("GET", "/Nothing", "", 404)
	r.App.Providers = provider{access.Provider{ID: "state"}}
	r.ask("GET", "/Users", "", 404)
}
