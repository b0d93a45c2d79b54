// Package delivery is the store's room of that name. Store is the queue of messages that are owed, and what became of each.
package delivery

import "tocsin/internal/store/streams"

// Store is the queue of messages that are owed, and what became of each.
type Store struct {
	*streams.Streams
}
