package act

import (
	"tocsin/internal/domain/access"
)

// SignInMethod says how a person proved who they are; see access.SignInMethod for the ways.
type SignInMethod = access.SignInMethod
