// Package credentials is the application's room of that name. Room checks credentials: passkeys, passwords, and one-time codes.
package credentials

import (
	"cmp"
	"context"
	"net/url"
	"runtime"
	"time"
	"tocsin/internal/app/act"
	"tocsin/internal/app/identity"

	"github.com/go-webauthn/webauthn/webauthn"
)

// Room checks credentials: passkeys, passwords, and one-time codes.
type Room struct {
	*act.Kernel
	Identity *identity.Room
	Accounts act.Accounts
	// SharedClock times attempts and codes, the same for all replicas; nil for the clock of the database.
	SharedClock func(context.Context) (time.Time, error)
	HashRounds  int                // what trying a password costs
	hashing     chan struct{}      // who may work on a password now
	passkeys    *webauthn.WebAuthn // nil where the pages have no host name, which passkeys are bound to
}

// New returns the room; base is where readers reach the pages.
func New(k *act.Kernel, who *identity.Room, accounts act.Accounts, base *url.URL, clock func(context.Context) (time.Time, error), rounds int) (*Room, error) {
	keys, err := relyingParty(base)
	return &Room{Kernel: k, Identity: who, Accounts: accounts, SharedClock: clock, HashRounds: cmp.Or(rounds, hashRounds),
		hashing: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)), passkeys: keys}, err
}
