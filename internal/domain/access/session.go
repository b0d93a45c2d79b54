package access

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/directory"
)

// SignInMethod says how a person proved who they are.
type SignInMethod string

// The ways to sign in. Each proves two things at once, but for the demonstration, which proves nothing, and the access
// key, which the operator made on the server itself.
const (
	ByPasskey      SignInMethod = "passkey"
	ByPassword     SignInMethod = "password"      // and a code of the authenticator app
	ByRecoveryCode SignInMethod = "recovery_code" // in place of the authenticator app, after the password
	ByOpenID       SignInMethod = "openid"
	ByKey          SignInMethod = "access_key"
	ByDemo         SignInMethod = "demonstration"
)

// Session is one browser in which a person is signed in.
type Session struct {
	Digest    string // of its token, hexadecimal; the token itself is in the browser alone
	ID        string // names it to its holder, and opens nothing
	Person    string
	Method    SignInMethod
	Device    string // what the browser says it is
	Network   string // where it signed in from
	Stamp     string // of the person's standing when it was issued
	CreatedAt time.Time
	SeenAt    time.Time
	FreshAt   time.Time // when the person last proved who they are
	ExpiresAt time.Time
	Idle      time.Duration // how long it may rest
}

// Live says whether a session still stands at an instant, for a person of this standing.
func (s Session) Live(now time.Time, stamp string) bool {
	return s.Stamp == stamp && now.Before(s.ExpiresAt) && now.Sub(s.SeenAt) < s.Idle
}

// SessionLimits bounds how long a session lasts, and how long it may rest.
type SessionLimits struct{ Life, Idle time.Duration }

// DefaultSessionLimits holds where no pack is stricter.
var DefaultSessionLimits = SessionLimits{Life: 12 * time.Hour, Idle: 30 * time.Minute}

// Stricter takes the smaller of each bound; zero is no bound.
func (l SessionLimits) Stricter(o SessionLimits) SessionLimits {
	if o.Life > 0 && o.Life < l.Life {
		l.Life = o.Life
	}
	if o.Idle > 0 && o.Idle < l.Idle {
		l.Idle = o.Idle
	}
	return l
}

// Standing digests what a session rests on: that the person is there, the roles they hold, and the generation of their
// credentials. When any of it changes, sessions that were issued before are void.
func Standing(p directory.Person, generation int64) string {
	parts := make([]string, len(p.Roles))
	for i, r := range p.Roles {
		parts[i] = fmt.Sprintf("%q %q %q", r.Role, r.Entity, r.Authority)
	}
	slices.Sort(parts)
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %v %d\n%s", p.ID, p.Gone, generation, strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:])
}
