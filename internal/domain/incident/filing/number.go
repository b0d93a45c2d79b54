package filing

import (
	"strings"

	"tocsin/internal/domain/fault"
)

// alphabet has 29 symbols, a prime, so that the weighted check below finds every single wrong symbol and every swap of
// neighbours. It leaves out vowels (no words appear) and 1, I, L and O, which are misread or misheard.
const alphabet = "023456789BCDFGHJKMNPQRSTVWXYZ"

const numberSymbols = 9 // 29^9 is about 1.4e13: numbers say nothing of how many there are

// NewNumber makes an incident number from random bytes (at least 9), each symbol drawn without bias: a byte of 232 or
// more is passed over, which is why callers give more bytes than symbols. ok is false when the bytes ran out.
func NewNumber(random []byte) (number string, ok bool) {
	symbols := make([]byte, 0, numberSymbols+1)
	for _, b := range random {
		if b >= 232 { // 232 = 8 * 29
			continue
		}
		if symbols = append(symbols, alphabet[b%29]); len(symbols) == numberSymbols {
			return group(append(symbols, checkSymbol(symbols))), true
		}
	}
	return "", false
}

// ParseNumber reads a number as people write or say it: any case, with or without groups, O for 0. A number whose check
// character fails is refused before anything is looked up.
func ParseNumber(field, written string) (string, error) {
	var symbols []byte
	for _, r := range strings.ToUpper(written) {
		switch {
		case r == '-' || r == ' ':
			continue
		case r == 'O':
			r = '0'
		case !strings.ContainsRune(alphabet, r):
			return "", fault.Invalid(field, "this is no incident number", "copy it from the receipt: three groups such as 7KM-4X9-2RTD")
		}
		if symbols = append(symbols, byte(r)); len(symbols) > numberSymbols+1 {
			break
		}
	}
	if len(symbols) != numberSymbols+1 {
		return "", fault.Invalid(field, "an incident number has ten characters", "copy it from the receipt: three groups such as 7KM-4X9-2RTD")
	}
	if checkSymbol(symbols[:numberSymbols]) != symbols[numberSymbols] {
		return "", fault.Invalid(field, "the check character does not fit", "one character is wrong or two are swapped; read the number again")
	}
	return group(symbols), nil
}

// checkSymbol weighs each symbol with its position (1, 2, 3 … mod 29): a change or a swap always changes the sum.
func checkSymbol(symbols []byte) byte {
	sum := 0
	for i, s := range symbols {
		sum += (i + 1) * strings.IndexByte(alphabet, s)
	}
	return alphabet[sum%29]
}

func group(s []byte) string { return string(s[:3]) + "-" + string(s[3:6]) + "-" + string(s[6:]) }
