package credentials

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"tocsin/internal/app/act"
	"tocsin/internal/app/identity"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

const (
	// hashRounds is what a password costs to try. The program never takes fewer; tests do.
	hashRounds = 600_000
	hashScheme = "pbkdf2-sha256"
	hashBytes  = 32
)

// halfway is how long a right password waits for its code.
const (
	halfway        = 5 * time.Minute
	halfwayPurpose = "password was right"
)

var (
	errPassword = fault.Invalid("password", "This e-mail address and password do not go together.", "Check both and try again, or use your passkey.")
	errHalfway  = fault.Gone("the first step was too long ago; begin again")
)

// Normal is the one form of a text that is compared: whoever types it, on whichever keyboard, means the same.
func Normal(s string) string { return norm.NFKC.String(s) }

// CanonicalAddress is the one form of an e-mail address for looking up and counting.
func CanonicalAddress(s string) string { return strings.ToLower(strings.TrimSpace(Normal(s))) }

// HashPassword writes scheme, rounds, salt and hash, so that each can change later.
func (a *Room) HashPassword(ctx context.Context, password string) (string, error) {
	salt := a.RandomBytes(16)
	sum, err := a.derive(ctx, password, salt, a.HashRounds)
	return fmt.Sprintf("%s$%d$%s$%s", hashScheme, a.HashRounds, base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), err
}

// derive does the slow work, for as many at a time as leaves the machine to those who file.
func (a *Room) derive(ctx context.Context, password string, salt []byte, rounds int) ([]byte, error) {
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return pbkdf2.Key(sha256.New, Normal(password), salt, rounds, hashBytes)
}

// passwordRight compares. Where there is no hash it works as long for nothing, so that time does not tell who has one.
func (a *Room) passwordRight(ctx context.Context, hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 4 || parts[0] != hashScheme {
		_, err := a.derive(ctx, password, make([]byte, 16), a.HashRounds)
		return false, err
	}
	rounds, err1 := strconv.Atoi(parts[1])
	salt, err2 := base64.RawStdEncoding.DecodeString(parts[2])
	want, err3 := base64.RawStdEncoding.DecodeString(parts[3])
	if err1 != nil || err2 != nil || err3 != nil {
		return false, fmt.Errorf("a stored password hash is damaged")
	}
	got, err := a.derive(ctx, password, salt, rounds)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

// CheckPassword refuses what attackers try first.
func CheckPassword(p directory.Person, password string) error {
	name, _, _ := strings.Cut(p.Email, "@")
	return account.CheckPassword(Normal(password), append(strings.Fields(p.Name), p.Name, p.Email, name)...)
}

// counters are what an attempt with a password counts on: this address from this network, and the network.
func (a *Room) counters(ctx context.Context, address string) []account.Counter {
	network := identity.ClientOf(ctx).Network
	return []account.Counter{
		{Name: a.KeyedDigest(act.CounterPurpose, "account", address, network), Limit: account.PerAccount},
		{Name: a.KeyedDigest(act.CounterPurpose, "network", network), Limit: account.PerNetwork},
	}
}

// SharedTime is the one clock that attempts and codes are timed by, whichever replica asks.
func (a *Room) SharedTime(ctx context.Context) (time.Time, error) {
	if a.SharedClock != nil {
		return a.SharedClock(ctx)
	}
	return a.Accounts.Clock(ctx)
}

// SignInWithPassword checks the first half of this way in and answers what the second half must bring along. It opens
// nothing. Whether the address is known shows neither in words nor in time.
func (a *Room) SignInWithPassword(ctx context.Context, address, password string) (half string, err error) {
	if strings.TrimSpace(address) == "" || password == "" || len(password) > 4*account.MaxPassword || len(address) > 512 {
		return "", errPassword // S21: nothing is looked up for an empty password
	}
	counters := a.counters(ctx, CanonicalAddress(address))
	if err := a.attempt(ctx, counters); err != nil {
		return "", err
	}
	person, err := a.PersonByAddress(ctx, address)
	if err != nil {
		return "", err
	}
	acc, err := a.Accounts.Account(ctx, person)
	if err != nil {
		return "", err
	}
	hash := ""
	if acc.WithPassword() {
		hash = acc.Password
	}
	right, err := a.passwordRight(ctx, hash, password)
	if err != nil || !right {
		return "", FirstError(err, errPassword)
	}
	// The network's counter stays: one known password must not let somebody go on trying others from there.
	if err := a.Accounts.Forgive(ctx, [][]byte{counters[0].Name}); err != nil {
		return "", err
	}
	return a.EncodeStep(halfwayPurpose, act.Step{Person: person, Generation: acc.Generation, Until: a.Now().Add(halfway)}), nil
}

// FirstError returns the first error of a list, or nil.
func FirstError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// attempt counts, or says how long to wait. It says the same for an address that nobody has.
func (a *Room) attempt(ctx context.Context, counters []account.Counter) error {
	now, err := a.SharedTime(ctx)
	if err != nil {
		return err
	}
	until, err := a.Accounts.Attempt(ctx, now, counters)
	if err != nil || until.IsZero() {
		return err
	}
	minutes := int(until.Sub(now)/time.Minute) + 1
	return fault.Invalid("password", "There were too many attempts from where you are.",
		fmt.Sprintf("Wait %d min and try again. A passkey works at once.", minutes))
}

// PersonByAddress finds who has an address: empty for nobody, and for an address that several share.
func (a *Room) PersonByAddress(ctx context.Context, address string) (string, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return "", err
	}
	want, found := CanonicalAddress(address), ""
	for _, p := range dir.People() {
		if p.Gone || CanonicalAddress(p.Email) != want {
			continue
		}
		if found != "" {
			return "", nil
		}
		found = p.ID
	}
	return found, nil
}

// SignInWithCode takes the second half: a code of the authenticator app, or a recovery code in its place. It opens a
// session.
func (a *Room) SignInWithCode(ctx context.Context, half, code string) (token string, err error) {
	c, ok := a.DecodeStep(halfwayPurpose, half)
	if !ok {
		return "", errHalfway
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return "", err
	}
	acc, err := a.Accounts.Account(ctx, c.Person)
	if err != nil {
		return "", err
	}
	// Whoever left, or changed a credential, since the first step begins again.
	if _, there := access.NewActor(dir, c.Person); !there || acc.Generation != c.Generation || !acc.WithPassword() {
		return "", errHalfway
	}
	how, err := a.CodeRight(ctx, acc, code)
	if err != nil {
		return "", err
	}
	return a.Identity.IssueSession(ctx, c.Person, how)
}
