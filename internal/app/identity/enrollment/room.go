// Package enrollment is the application's room of that name. Room lets people set up how they sign in: invitations, the way back by mail, their own account, and a new proof of identity.
package enrollment

import (
	"tocsin/internal/app/act"
	"tocsin/internal/app/identity"
	"tocsin/internal/app/identity/credentials"
)

// Room lets people set up how they sign in: invitations, the way back by mail, their own account, and a new proof of identity.
type Room struct {
	*act.Kernel
	Credentials *credentials.Room
	Identity    *identity.Room
	Accounts    act.Accounts
	Mail        act.Mailer // sends invitations at once; nil: the link is shown once instead
	deferred    deferred
}
