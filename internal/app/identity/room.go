// Package identity is the application's room of that name. Room says who somebody is: sessions, identity providers, and access keys.
package identity

import (
	"tocsin/internal/app/act"
)

// Room says who somebody is: sessions, identity providers, and access keys.
type Room struct {
	*act.Kernel
	Accounts act.Accounts
}
