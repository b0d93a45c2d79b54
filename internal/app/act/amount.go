package act

import (
	"strconv"
)

// Thousands writes a number with commas between the thousands.
func Thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Dollars writes an amount of whole dollars.
func Dollars(n int64) string {
	if n < 0 {
		return "-$" + Thousands(-n)
	}
	return "$" + Thousands(n)
}
