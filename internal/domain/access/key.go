package access

import "time"

// Key is an API key as it is kept: the secret itself is shown once and stored by digest only.
type Key struct {
	Digest    string // hexadecimal SHA-256 of the secret
	ID        string
	Person    string
	Label     string
	Scopes    []Action // empty: everything the person's roles give
	CreatedAt time.Time
	ExpiresAt time.Time // zero: does not expire
	LastUsed  time.Time
	Revoked   bool
}

// Usable says whether the key still opens anything.
func (k Key) Usable(now time.Time) bool {
	return !k.Revoked && (k.ExpiresAt.IsZero() || now.Before(k.ExpiresAt))
}
