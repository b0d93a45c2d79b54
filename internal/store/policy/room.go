// Package policy is the store's room of that name. Store keeps which version of which pack is in force, and what is proposed.
package policy

import "tocsin/internal/store/streams"

// Store keeps which version of which pack is in force, and what is proposed.
type Store struct {
	*streams.Streams
}
