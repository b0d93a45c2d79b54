// Package oidc asks identity providers who somebody is: OpenID Connect with the authorisation code, PKCE, state and nonce.
// It trusts nothing of an answer that it has not checked, and keeps none of the provider's tokens.
package oidc

import (
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/policy"
)

// file is the configuration of sign-in as an operator writes it.
type file struct {
	policy.Pos
	Providers []providerDoc `yaml:"providers" required:"true"`
}

type providerDoc struct {
	policy.Pos
	ID           string     `yaml:"id" required:"true"`
	Name         string     `yaml:"name" required:"true"`
	Issuer       string     `yaml:"issuer" required:"true"`
	ClientID     string     `yaml:"client_id" required:"true"`
	SecretFile   string     `yaml:"client_secret_file"`
	Scopes       []string   `yaml:"scopes"`
	GroupsClaim  string     `yaml:"groups_claim"`
	FromUserinfo bool       `yaml:"userinfo"`
	TrustEmail   bool       `yaml:"trust_email"`
	SCIM         bool       `yaml:"scim"`
	Groups       []groupDoc `yaml:"groups" required:"true"`
}

type groupDoc struct {
	policy.Pos
	Group     string `yaml:"group" required:"true"`
	Role      string `yaml:"role" required:"true"`
	Entity    string `yaml:"entity"`
	Authority string `yaml:"authority"`
}

// Config says how one provider is asked.
type Config struct {
	access.Provider
	ClientID, Secret string // Secret is empty for a public client
	Scopes           []string
	GroupsClaim      string
	FromUserinfo     bool // name, address and groups come from the userinfo endpoint instead of the ID token
	TrustEmail       bool // the operator vouches for addresses of which the provider does not say whether they are verified
}

// ReadConfig reads the file that `serve --sign-in` names, YAML or JSON, strictly: an unknown key, a wrong type or a value that cannot
// work is an error with line and column, and all errors are said at once (policy.Problems).
func ReadConfig(name string) ([]Config, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var doc file
	if err := policy.DecodeStrict(name, src, &doc); err != nil {
		return nil, err
	}
	var r problems
	if len(doc.Providers) == 0 {
		r.add(doc.Pos, "name at least one provider", "providers is empty")
	}
	out := make([]Config, len(doc.Providers))
	for i, p := range doc.Providers {
		if slices.ContainsFunc(doc.Providers[:i], func(o providerDoc) bool { return o.ID == p.ID || o.Issuer == p.Issuer }) {
			r.add(p.Pos, "give each provider its own id and issuer", "this id or issuer stands twice")
		}
		if p.SCIM && slices.ContainsFunc(doc.Providers[:i], func(o providerDoc) bool { return o.SCIM }) {
			r.add(p.Pos, "let one provider bring people in", "scim is true for two providers")
		}
		out[i] = r.provider(p)
	}
	if len(r) > 0 {
		return nil, policy.Problems(r)
	}
	return out, nil
}

type problems policy.Problems

func (r *problems) add(at policy.Pos, remedy, format string, args ...any) {
	*r = append(*r, policy.Problem{Pos: at, Detail: fmt.Sprintf(format, args...), Remedy: remedy})
}

var plainID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

func (r *problems) provider(p providerDoc) Config {
	if !plainID.MatchString(p.ID) {
		r.add(p.Pos, "use lower-case letters, digits and hyphens, at most 32", "id cannot be part of an address")
	}
	if err := secureAddress(p.Issuer); err != nil {
		r.add(p.Pos, "write the issuer exactly as the provider does, beginning with https://", "issuer: %v", err)
	}
	c := Config{Provider: access.Provider{ID: p.ID, Name: p.Name, Issuer: p.Issuer, SCIM: p.SCIM}, ClientID: p.ClientID, Scopes: p.Scopes,
		GroupsClaim: p.GroupsClaim, FromUserinfo: p.FromUserinfo, TrustEmail: p.TrustEmail}
	if len(c.Scopes) == 0 {
		c.Scopes = []string{"openid", "profile", "email"}
	}
	if !slices.Contains(c.Scopes, "openid") {
		r.add(p.Pos, "add openid", "scopes has no openid: the provider would not say who signed in")
	}
	if c.GroupsClaim == "" {
		c.GroupsClaim = "groups"
	}
	if p.SecretFile != "" {
		var err error
		if c.Secret, err = readSecret(p.SecretFile); err != nil {
			r.add(p.Pos, "put the secret alone into a file with mode 0600", "client_secret_file: %v", err)
		}
	}
	if len(p.Groups) == 0 {
		r.add(p.Pos, "say which group gives which role", "groups is empty: nobody could do anything")
	}
	for _, g := range p.Groups {
		c.Rules = append(c.Rules, r.group(g))
	}
	return c
}

// group reads one line of the mapping. The directory checks the places when a role is given, because it may change later.
func (r *problems) group(g groupDoc) access.GroupRole {
	role := directory.Role(g.Role)
	officer := role == directory.AuthorityOfficer
	switch {
	case !slices.Contains(directory.Roles, role):
		r.add(g.Pos, "use one of the roles in the glossary", "role cannot be %q", g.Role)
	case role == directory.Administrator:
		// A provider that was broken into must not become the program's administrator (threat T12).
		r.add(g.Pos, "give this role here, to named people", "a group cannot give the role of administrator")
	case officer != (g.Authority != "") || officer == (g.Entity != ""):
		r.add(g.Pos, "an authority officer serves an authority, every other role an entity; name exactly one",
			"the place of the role is missing or does not fit")
	}
	return access.GroupRole{Group: g.Group, Assignment: directory.Assignment{Role: role, Entity: g.Entity, Authority: g.Authority}}
}

// secureAddress refuses what would carry codes and tokens in the clear over a network.
func secureAddress(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		return fmt.Errorf("this is not the address of a provider")
	case u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("an issuer has no query and no fragment")
	case u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("only https is safe, or http on this machine")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func readSecret(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	if info.Mode()&fs.FileMode(0o077) != 0 {
		return "", fmt.Errorf("others may read the file")
	}
	src, err := os.ReadFile(name)
	secret := strings.TrimSpace(string(src))
	if err == nil && (secret == "" || len(secret) > 4096) {
		err = fmt.Errorf("the file holds no secret")
	}
	return secret, err
}
