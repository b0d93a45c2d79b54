package act

import (
	"tocsin/internal/domain/notify"
)

// Outgoing is a message ready to leave: exactly one of Mail and Hook is set. Or Err says why there is none: fault.Gone for a
// message that is owed no more, fault.NotFound for a recipient without an address.
type Outgoing struct {
	Mail *notify.Mail
	Hook *notify.Hook
	Err  error
}
