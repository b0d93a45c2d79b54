// Package incidents is the application's room of that name. Room shows one incident, takes the acts of authorities and of the coordinator on it, and restricts it.
package incidents

import (
	"tocsin/internal/app/act"
)

// Room shows one incident, takes the acts of authorities and of the coordinator on it, and restricts it.
type Room struct {
	*act.Kernel
}
