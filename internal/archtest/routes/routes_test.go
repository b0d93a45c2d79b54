// Package routes holds every route of every edge against an expected table that is written apart from the code: who may
// call it, on what it is judged, what remains of it. A route without a row fails, and so does a row without a route, so
// that nobody opens an address or widens one without changing the table beside the reasons.
package routes

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/internal/api"
	"tocsin/internal/api/scim"
	"tocsin/internal/web"
)

// registries lists the routes of each edge as rows of the table: edge, method, pattern, needs, object, audit.
var registries = map[string]func() [][]string{
	"api": func() (rows [][]string) {
		for _, r := range api.Routes() {
			rows = append(rows, []string{"api", r.Method, r.Pattern, string(r.Permission), r.Object, r.Audit})
		}
		return rows
	},
	"scim": func() (rows [][]string) {
		for _, r := range scim.Routes() {
			rows = append(rows, []string{"scim", r.Method, r.Pattern, string(r.Permission), r.Object, r.Audit})
		}
		return rows
	},
	"web": func() (rows [][]string) {
		for _, r := range web.Routes() {
			needs := string(r.Permission)
			if r.Demo {
				needs += "(demo)" // the address exists in demonstration mode only
			}
			if r.StepUp {
				needs += "(proof)" // of who the caller is, no older than five minutes
			}
			rows = append(rows, []string{"web", r.Method, r.Pattern, needs, r.Object, r.Audit})
		}
		return rows
	},
}

func TestEveryRouteHasItsRow(t *testing.T) {
	want := expected(t)
	var got []string
	for _, list := range registries {
		rows := list()
		if len(rows) == 0 {
			t.Error("a registry is empty")
		}
		for _, r := range rows {
			got = append(got, row(r))
		}
	}
	for _, r := range got {
		if !slices.Contains(want, r) {
			t.Errorf("route without a row in testdata/access-matrix.txt:\n  %s", r)
		}
	}
	for _, r := range want {
		edge, _, _ := strings.Cut(r, " ")
		if registries[edge] == nil {
			t.Errorf("row of an unknown edge:\n  %s", r)
		} else if !slices.Contains(got, r) {
			t.Errorf("row without a route:\n  %s", r)
		}
	}
}

// open are the addresses that answer to anybody, and that is all of them. One more is a decision.
var open = []string{
	"api GET /api/v1/emergency-contacts", // whoever is in need has no time for an account
	"api GET /api/v1/openapi.json",
	"web GET /signin", "web POST /signin", "web POST /signin/code", "web POST /signout",
	"web GET /recover", "web POST /recover", // whoever asks has lost what they sign in with; the answer tells nobody anything
	"web GET /signin/with/{provider}", "web GET /signin/with/{provider}/back", // who comes there has no session yet
	"web GET /emergency",
	"web GET /quick", "web POST /quick", // an employee who saw something; an operator can switch it off
	"web GET /report/offline", "web GET /report/contacts.json", "web GET /report/worker.js", "web GET /app.webmanifest", // what a browser keeps for when the server is gone
	"web GET /demo/mailbox", "web GET /demo/mailbox/{n}", "web GET /demo/mailbox.json", // invented people only
}

func TestOpenRoutes(t *testing.T) {
	var got []string
	for _, r := range expected(t) {
		if f := strings.Fields(r); f[3] == "-" || strings.HasPrefix(f[3], "anyone") {
			got = append(got, strings.Join(f[:3], " "))
		}
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(open)), slices.Sorted(slices.Values(got))); diff != "" {
		t.Errorf("open to anybody (-expected +table):\n%s", diff)
	}
}

// expected reads the table: six words a line, "-" for nothing, "#" begins a comment.
func expected(t *testing.T) []string {
	t.Helper()
	src, err := os.ReadFile("testdata/access-matrix.txt")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for i, line := range strings.Split(string(src), "\n") {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		r := strings.Join(f, " ")
		if len(f) != 6 || slices.Contains(rows, r) {
			t.Errorf("line %d: not six words, or there twice", i+1)
			continue
		}
		rows = append(rows, r)
	}
	return rows
}

func row(fields []string) string {
	for i, f := range fields {
		if f == "" {
			fields[i] = "-"
		}
	}
	return strings.Join(fields, " ")
}
