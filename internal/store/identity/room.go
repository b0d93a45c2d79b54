// Package identity is the store's room of that name. Store keeps sessions, keys, credentials and invitations, secrets by digest only.
package identity

import "tocsin/internal/store/streams"

// Store keeps sessions, keys, credentials and invitations, secrets by digest only.
type Store struct {
	*streams.Streams
}
