package investigation

import (
	"strings"
	"time"
	"unicode"
)

// Shared is an indicator of one investigation that another incident has too.
type Shared struct {
	Other
	Match string // digest of type and value
	At    int64  // microseconds: when it was recorded there
}

// Other is another incident that something points to.
type Other struct{ Incident, Entity, Marking string }

// SharedAsset is an asset of the directory that another incident is linked to as well.
type SharedAsset struct {
	Other
	Asset string
}

// Likeness is how much two texts have in common, from 0 to 1: the share of words of four letters and more that are in both.
func Likeness(a, b string) float64 {
	x, y := telling(a), telling(b)
	if len(x) < 3 || len(y) < 3 {
		return 0
	}
	both := 0
	for w := range x {
		if y[w] {
			both++
		}
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

// telling are the words of a text that say something.
func telling(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) >= 4 && !common[w] {
			out[w] = true
		}
	}
	return out
}

var common = map[string]bool{"that": true, "this": true, "with": true, "from": true, "were": true, "been": true, "have": true, "which": true, "after": true, "before": true,
	"their": true, "there": true, "they": true, "into": true, "will": true, "about": true, "incident": true, "report": true, "reported": true}

// Nearby is how far apart incidents of one entity may begin to be worth a look.
const Nearby = 14 * 24 * time.Hour

// AlikeFrom is the likeness from which texts are worth a look.
const AlikeFrom = 0.34
