package oidc_test

import (
	"testing"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/testkit/idp"
)

// Somebody whom the provider brought in itself (SCIM) signs in with the roles that it gave, whatever the claims say.
func TestProvisionedSignIn(t *testing.T) {
	g := start(t)
	g.one.Subject = idp.Claims{"sub": "u-99", "name": "Other Name", "hasgroups": true}
	role := isoRule("ca-demo-dmv").Assignment
	err := g.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
		in.People = append(in.People, directory.Person{ID: "brought-in", Name: "Brought In", Roles: []directory.Assignment{role},
			Links: []directory.Link{{Issuer: g.one.Issuer(), Subject: "u-99", Provisioned: true, Granted: []directory.Assignment{role}}}})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if who, err := g.signIn(t, "one"); who != "brought-in" || err != nil {
		t.Errorf("signed in as %q, %v", who, err)
	}
	if p := g.person(t, "brought-in"); p.Name != "Brought In" || len(p.Roles) != 1 {
		t.Errorf("signing in changed %+v", p)
	}
}
