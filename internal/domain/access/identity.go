package access

import (
	"errors"
	"slices"

	"tocsin/internal/domain/directory"
)

// Identity is who an identity provider says has signed in, after every check of the answer itself. Issuer and Subject
// together name a person for good; nothing else does, the e-mail address least of all.
type Identity struct {
	Issuer, Subject string
	Name, Email     string // Email is empty unless the provider vouches for it
	Groups          []string
	Overflow        bool // the groups could not be said, so nobody knows what the person may do
}

// GroupRole gives a role to whoever is in a group of an identity provider.
type GroupRole struct {
	Group string
	directory.Assignment
}

// Granted lists the roles that groups give, each once, in the order of the rules.
func Granted(rules []GroupRole, groups []string) []directory.Assignment {
	var out []directory.Assignment
	for _, r := range rules {
		if r.Group != "" && slices.Contains(groups, r.Group) && !slices.Contains(out, r.Assignment) {
			out = append(out, r.Assignment)
		}
	}
	return out
}

// Regranted are a person's roles after their groups give now what they gave before, and which of them the groups gave: what
// came from groups and no longer does is gone, what was given here stays.
func Regranted(held, before, now []directory.Assignment) (roles, granted []directory.Assignment) {
	roles = []directory.Assignment{}
	for _, r := range held {
		if !slices.Contains(before, r) {
			roles = append(roles, r)
		}
	}
	for _, r := range now {
		if !slices.Contains(roles, r) {
			roles, granted = append(roles, r), append(granted, r)
		}
	}
	return roles, granted
}

// Provider is an identity provider as the pages and the application know it.
type Provider struct {
	ID     string // part of addresses: /signin/with/ID
	Name   string // what people know it by
	Issuer string
	Rules  []GroupRole
	SCIM   bool // it brings people and groups in itself
}

// SignInRequest is what a browser takes to an identity provider. State, Nonce and Verifier are secrets bound to one browser and one
// attempt.
type SignInRequest struct {
	Redirect               string // the one address that the provider may send the browser back to
	State, Nonce, Verifier string
}

// SignInAnswer is what the browser brought back from the identity provider.
type SignInAnswer struct {
	State, Code string
	Issuer      string // the iss parameter of RFC 9207; empty where it was absent
	Refused     bool   // the provider sent an error instead of a code
}

// ErrUnreachable says that an identity provider does not answer, or not sensibly. It is no fault of who signs in.
var ErrUnreachable = errors.New("the identity provider cannot be reached")
