// Package provisioning is the application's room of that name. Room takes people and groups from an identity provider.
package provisioning

import (
	"tocsin/internal/app/act"
)

// Room takes people and groups from an identity provider.
type Room struct {
	*act.Kernel
	Provisions Provisions
}
