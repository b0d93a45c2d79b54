// Package policy is the application's room of that name. Room shows the packs in force, takes proposals, and enacts them.
package policy

import (
	"tocsin/internal/app/act"
)

// Room shows the packs in force, takes proposals, and enacts them.
type Room struct {
	*act.Kernel
	// proposing is held by whoever checks a proposed pack or asks past incidents about it: one at a time.
	proposing chan struct{}
}

// New returns the room.
func New(k *act.Kernel) *Room { return &Room{Kernel: k, proposing: make(chan struct{}, 1)} }
