// Package sequence is the store's room of that name. Store gives new entries their place in the tree and signs checkpoints.
package sequence

import "tocsin/internal/store/streams"

// Store gives new entries their place in the tree and signs checkpoints.
type Store struct {
	*streams.Streams
}
