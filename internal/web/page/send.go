package page

import (
	"crypto/sha256"
	"encoding/hex"

	"tocsin/internal/domain/access"
)

// WhoIs is a mark by which the script tells readers of one browser apart. It is no secret and opens nothing.
func WhoIs(by access.Actor) string {
	sum := sha256.Sum256([]byte("tocsin/who\x00" + by.ID))
	return hex.EncodeToString(sum[:8])
}
