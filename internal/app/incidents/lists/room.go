// Package lists is the application's room of that name. Room answers questions over all incidents that a reader may see: lists, what is owed, what changed, pictures.
package lists

import (
	"tocsin/internal/app/act"
	"tocsin/internal/app/filing"
	"tocsin/internal/app/identity"
	"tocsin/internal/domain/incident"
)

// Room answers questions over all incidents that a reader may see: lists, what is owed, what changed, pictures.
type Room struct {
	*act.Kernel
	Filing   *filing.Room
	Identity *identity.Room
	Desk     Desk
	Shelf    Shelf
	pictures act.RefreshingCache[incident.Picture] // by scope
}
