// Package containment is the application's room of that name. Room contains assets and tells the operator's tools to.
package containment

import (
	"tocsin/internal/app/act"
)

// Room contains assets and tells the operator's tools to.
type Room struct {
	*act.Kernel
}
