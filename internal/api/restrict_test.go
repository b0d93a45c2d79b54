package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tocsin/internal/api"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// TestRestrictionArguments: what a program says arrives as it was meant, each part in its place.
func TestRestrictionArguments(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	const one = "/api/v1/incidents/7K2-9QX-4D"
	for _, c := range []struct{ path, body, call string }{
		{"/restrict", `{"members":["a@x","b"],"reason":"An insider."}`, "Restrict 7K2-9QX-4D An insider. a@x b"},
		{"/release", `{"reason":"Over."}`, "Release 7K2-9QX-4D Over."},
		{"/members", `{"member":"c@x"}`, "AddMember 7K2-9QX-4D c@x"},
		{"/members/ca-soc/remove", ``, "RemoveMember 7K2-9QX-4D ca-soc"},
		{"/break-glass", `{"reason":"Nobody answers."}`, "BreakGlass 7K2-9QX-4D Nobody answers."},
		{"/reviews/g1", `{"finding":"Needed."}`, "ReviewGlass 7K2-9QX-4D g1 Needed."},
		{"/tracks/ca-chp/assign", `{"person":"p","note":"n"}`, "Assign 7K2-9QX-4D ca-chp p n"},
	} {
		if res, body := ask(t, srv, "POST", one+c.path, c.body); res.StatusCode != http.StatusNoContent || !slices.Contains(f.calls, c.call) {
			t.Errorf("%s: %d %s; called %q", c.path, res.StatusCode, body, f.calls)
		}
	}
	for _, bad := range []struct{ path, body string }{
		{"/restrict", `{"members":["a"]}`}, {"/restrict", `{"members":"a","reason":"r"}`}, {"/restrict", `{"reason":"r","restricted":false}`}, {"/release", `{}`},
		{"/members", `{"members":["a"]}`}, {"/break-glass", `{"reason":null}`}, {"/reviews/g1", `{"reason":"r"}`}, {"/tracks/ca-chp/assign", `{"authority":"other"}`},
	} {
		before := len(f.calls)
		if res, body := ask(t, srv, "POST", one+bad.path, bad.body); res.StatusCode != http.StatusUnprocessableEntity || len(f.calls) != before {
			t.Errorf("%s with %s: %d %s", bad.path, bad.body, res.StatusCode, body)
		}
	}
	res, body := ask(t, srv, "GET", "/api/v1/reviews", "")
	var list api.BreakingList
	if err := json.Unmarshal([]byte(body), &list); err != nil || res.StatusCode != 200 || len(list.Breakings) != 1 || !list.Breakings[0].MayReview {
		t.Errorf("reviews: %d %s", res.StatusCode, body)
	}
}

// someone answers every key as one person of one entity, limited to scopes.
type someone struct {
	*fake
	scopes []access.Action
}

func (s someone) ActorForKey(context.Context, string) (access.Actor, error) {
	return access.Actor{ID: "person:c", Person: "c", Scopes: s.scopes, Via: "api"}, nil
}

// TestKeyForEverythingIsNotForThis: what asks a person for a new proof, a key gives only where it was made for it by name.
func TestKeyForEverythingIsNotForThis(t *testing.T) {
	for _, scopes := range [][]access.Action{nil, {access.Read, access.Rate}, access.Named} {
		f := &fake{}
		srv := serve(t, f, func(c *api.Config) { c.Keys = someone{f, scopes} })
		tried := 0
		for _, r := range api.Routes() {
			if !slices.Contains(access.Named, r.Permission) {
				continue
			}
			tried++
			res, body := ask(t, srv, r.Method, fill(r.Pattern), bodies[name(r)])
			if named := len(scopes) > 0 && slices.Contains(scopes, r.Permission); named != (res.StatusCode < 300) {
				t.Errorf("%s with a key for %v: %d %s", name(r), scopes, res.StatusCode, body)
			} else if !named && (res.StatusCode != http.StatusForbidden || !strings.Contains(body, "This key may not be used for that")) {
				t.Errorf("%s with a key for %v: %d %s", name(r), scopes, res.StatusCode, body)
			}
		}
		if tried < 7 {
			t.Fatalf("only %d routes need a key by name", tried)
		}
		if named := len(f.calls) > 0; named != slices.Contains(scopes, access.Break) {
			t.Errorf("a key for %v reached %v", scopes, f.calls)
		}
	}
}

// TestRestriction: of an open incident with lists to loop over, of a restricted one with who may know and who came in.
func TestRestriction(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	const path = "/api/v1/incidents/7K2-9QX-4D/restriction"
	if res, body := ask(t, srv, "GET", path, ""); res.StatusCode != 200 || strings.TrimSpace(body) != `{"restricted":false,"members":[],"breakings":[]}` {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	f.restricted = &app.RestrictionView{Since: at, By: "C", Reason: "An insider.", Members: []app.MemberView{{Person: "m", Name: "M", Since: at, By: "C", Until: &at}},
		Breakings: []app.BreakingView{{ID: "g1", Person: "M", Reason: "r", At: at, Until: at, Reviewer: "R", Finding: "Needed.", ReviewedAt: &at}}}
	_, body := ask(t, srv, "GET", path, "")
	var got api.Restriction
	if err := json.Unmarshal([]byte(body), &got); err != nil || !got.Restricted || got.Reason != "An insider." || !got.Since.Equal(at) || len(got.Members) != 1 ||
		got.Members[0].Person != "m" || got.Members[0].Until == nil || len(got.Breakings) != 1 || got.Breakings[0].Finding != "Needed." {
		t.Errorf("%v: %s", err, body)
	}
}
