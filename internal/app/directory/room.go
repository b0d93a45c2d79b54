// Package directory is the application's room of that name. Room keeps the directory of entities, people, authorities and assets.
package directory

import (
	"tocsin/internal/app/act"
)

// Room keeps the directory of entities, people, authorities and assets.
type Room struct {
	*act.Kernel
}
