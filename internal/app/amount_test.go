package app_test

import (
	"math"
	"testing"

	"tocsin/internal/app"
)

// Amounts are written as people write them.
func TestDollars(t *testing.T) {
	for n, want := range map[int64]string{0: "$0", 7: "$7", 999: "$999", 1000: "$1,000", 100_000: "$100,000", 2_000_000: "$2,000,000", -12_345: "-$12,345",
		math.MaxInt64: "$9,223,372,036,854,775,807"} {
		if got := app.Dollars(n); got != want {
			t.Errorf("%d is written %s", n, got)
		}
	}
}
