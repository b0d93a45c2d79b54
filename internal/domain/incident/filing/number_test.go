package filing

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func number(t testing.TB, r *rand.Rand) string {
	b := make([]byte, 24)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	n, ok := NewNumber(b)
	if !ok {
		t.Fatal("24 bytes were not enough")
	}
	return n
}

// Every single wrong character and every swap of neighbours is found, over every position and symbol.
func TestCheckCharacterFindsSlips(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := strings.ReplaceAll(number(t, r), "-", "")
		for i := range n {
			for _, s := range alphabet {
				if byte(s) == n[i] {
					continue
				}
				if _, err := ParseNumber("n", n[:i]+string(s)+n[i+1:]); err == nil {
					t.Fatalf("%s with %c at %d passes", n, s, i)
				}
			}
			if i+1 < len(n) && n[i] != n[i+1] {
				if _, err := ParseNumber("n", n[:i]+string(n[i+1])+string(n[i])+n[i+2:]); err == nil {
					t.Fatalf("%s with %d and %d swapped passes", n, i, i+1)
				}
			}
		}
	}
}

func TestParseNumberAsPeopleWriteIt(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	n := number(t, r)
	for _, written := range []string{n, strings.ToLower(n), strings.ReplaceAll(n, "-", ""), strings.ReplaceAll(n, "-", " "),
		strings.ReplaceAll(n, "0", "O")} {
		if got, err := ParseNumber("n", written); err != nil || got != n {
			t.Errorf("%q gives %q, %v; want %q", written, got, err, n)
		}
	}
	for _, bad := range []string{"", "7KM", n + "2", "AEIOU-11111", "\x00", strings.Repeat("2", 10000)} {
		if _, err := ParseNumber("n", bad); err == nil {
			t.Errorf("%.20q passes", bad)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("7KM-4X9-2RTD")
	f.Add("ooo ooo oooo")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseNumber("n", s)
		if err != nil {
			return
		}
		if again, err := ParseNumber("n", n); err != nil || again != n {
			t.Errorf("%q parses to %q, which parses to %q, %v", s, n, again, err)
		}
	})
}
