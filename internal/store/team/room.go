// Package team is the store's room of that name. Store keeps response teams and designated reporters.
package team

import "tocsin/internal/store/streams"

// Store keeps response teams and designated reporters.
type Store struct {
	*streams.Streams
}
