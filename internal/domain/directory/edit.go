package directory

import "time"

// Edit is one change of the directory as the record keeps it: when, by whom, and how much the directory held from then on.
type Edit struct {
	Version     int64
	At          time.Time
	Actor       string
	Entities    int64
	People      int64
	Authorities int64
	Assets      int64
	Digest      string // over the whole directory, hexadecimal
}
