// Package filing is the store's room of that name. Store keeps drafts and tips.
package filing

import "tocsin/internal/store/streams"

// Store keeps drafts and tips.
type Store struct {
	*streams.Streams
}
