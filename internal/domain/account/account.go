// Package account holds the rules of signing in that need no clock, chance or store: what a password must be, how attempts
// are slowed down, how long an invitation works.
package account

import "time"

// Account is what a person signs in with. The zero Account has nothing to sign in with.
type Account struct {
	Person     string
	Handle     []byte // what authenticators know the person by: it says nothing to anybody else
	Generation int64  // grows when a credential changes
	Password   string // hash with its parameters; empty for none
	TOTP       []byte // sealed secret of the authenticator app; empty for none
	TOTPStep   int64  // last step that a code was taken for
	WrongCodes int64  // since the last right one
	Passkeys   []Passkey
	Recovery   int64 // recovery codes left
	ChangedAt  time.Time
}

// WithPassword says whether the person can sign in by password. A password alone is half of a way in, and no way.
func (a Account) WithPassword() bool { return a.Password != "" && len(a.TOTP) > 0 }

// Ways counts the ways in: each passkey is one, password and code together are one.
func (a Account) Ways() int {
	n := len(a.Passkeys)
	if a.WithPassword() {
		n++
	}
	return n
}

// Passkey is one authenticator of a person.
type Passkey struct {
	ID         []byte
	Person     string
	Name       string // given by its owner
	Credential []byte // public key, counter and flags, JSON
	CreatedAt  time.Time
	UsedAt     time.Time // zero: never
}

// Change is one change of a person's credentials, made whole or not at all. It ends every session of theirs.
type Change struct {
	Person string
	At     time.Time
	// Invitation is the digest of the invitation that is used up by it; empty for a change by the person themselves.
	Invitation string
	// Reset takes out everything that was there before.
	Reset    bool
	Handle   []byte  // for an account that is made by this
	Password *string // nil keeps it
	TOTP     *[]byte // nil keeps it
	TOTPStep int64   // the step of the code that proved a new secret
	Recovery *[][]byte
	Add      *Passkey
	Remove   []byte // id of a passkey
}

// Invitation lets one person set up how they sign in.
type Invitation struct {
	Digest    string // of its token, hexadecimal
	Person    string
	By        string // actor
	CreatedAt time.Time
	ExpiresAt time.Time
	Mailed    bool
	Used      bool
}

// Bounds of invitations.
const (
	InvitationLife = 72 * time.Hour
	MailsPerPerson = 3   // in an hour
	MailsInAll     = 200 // in an hour, so that nobody floods a mail server through this
)

// Bounds of the way back: how long its mailed link works, how long what it leads to, and how often it may be asked for. Nobody gets more
// than three mails within an hour.
const (
	ResetLife      = 30 * time.Minute
	ResetGrantLife = 15 * time.Minute
)

// The limits of the way back.
var (
	ResetsPerAddress = Limit{Free: 3, First: time.Hour, Most: 24 * time.Hour, Forget: 24 * time.Hour}
	ResetsPerNetwork = Limit{Free: 20, First: time.Minute, Most: time.Hour, Forget: time.Hour}
	ResetsInAll      = Limit{Free: 200, First: time.Hour, Most: time.Hour, Forget: 2 * time.Hour}
)

// MaxWrongCodes locks the way in by password and code. A passkey is not touched by it, and using one opens it again.
const MaxWrongCodes = 10

// RecoveryCodes is how many are made at a time.
const RecoveryCodes = 10

// Limit slows down guessing: some attempts are free, then each failed one makes the next wait longer.
type Limit struct {
	Free   int64
	First  time.Duration // the wait after the first that is not free
	Most   time.Duration
	Forget time.Duration // without an attempt, all is forgiven
}

// The limits of passwords. Who attacks an account from one network makes its owner wait there at most, and never where the
// owner has a passkey. Behind one address there may be a whole agency, so that it has more for free.
var (
	PerAccount = Limit{Free: 5, First: 30 * time.Second, Most: time.Hour, Forget: 24 * time.Hour}
	PerNetwork = Limit{Free: 50, First: 10 * time.Second, Most: 15 * time.Minute, Forget: time.Hour}
)

// Wait is how long the next attempt must wait after so many that failed.
func (l Limit) Wait(fails int64) time.Duration {
	if fails < l.Free {
		return 0
	}
	wait := l.First
	for range fails - l.Free {
		if wait *= 2; wait >= l.Most {
			return l.Most
		}
	}
	return wait
}

// Counter is what attempts are counted on.
type Counter struct {
	Name  []byte // digest: neither address nor network stands in the database
	Limit Limit
}
