package account

import (
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
)

func TestCheckPassword(t *testing.T) {
	own := []string{"Dana Whitfield", "dana.whitfield", "Whitfield"}
	for password, good := range map[string]bool{
		"elevenchars":                        false,
		"twelve chars":                       true,
		"éééééééééééé":                       false, // one piece over and over
		"zwölf Ämter ö":                      true,  // counted in characters
		"Password1234":                       false,
		"passwordpassword":                   false,
		"P@ssw0rd1234!!!":                    false,
		"correct horse battery staple":       false,
		"123456789012":                       false,
		"210987654321":                       false,
		"abcabcabcabcabc":                    false,
		"dana.whitfield":                     false,
		"Whitfield2026!":                     false,
		"whitfield walks past nine harbours": true,
		"nine harbours, grey rain":           true,
		"............":                       false,
		"lower case only is fine":            true,
		strings.Repeat("no ", 80):            false,
		strings.Repeat("ab cde", 43):         false, // 258 characters
		"\xff\xfe broken text \xff":          false,
	} {
		err := CheckPassword(password, own...)
		if (err == nil) != good {
			t.Errorf("%q: %v", password, err)
		}
		for _, f := range fault.All(err) {
			if f.Field != "password" || f.Remedy == "" || strings.Contains(f.Error(), password) {
				t.Errorf("%q: the refusal %+v names no remedy, or says the password", password, f)
			}
		}
	}
	if long := strings.Repeat("nine harbour", 21) + "grey"; CheckPassword(long) != nil || CheckPassword(long+"x") == nil {
		t.Error("256 characters are allowed and 257 are not")
	}
	if len(breached) < 500 {
		t.Errorf("the list has %d passwords", len(breached))
	}
	for w := range breached {
		if len(w) < MinPassword || w != strings.ToLower(w) {
			t.Errorf("%q can never match", w)
		}
	}
}

func TestWaitGrows(t *testing.T) {
	l := Limit{Free: 3, First: time.Second, Most: 5 * time.Second}
	for fails, want := range []time.Duration{0, 0, 0, time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second} {
		if got := l.Wait(int64(fails)); got != want {
			t.Errorf("after %d: %v, want %v", fails, got, want)
		}
	}
	if got := PerAccount.Wait(1 << 40); got != time.Hour {
		t.Errorf("after very many: %v", got)
	}
}

func TestWays(t *testing.T) {
	for want, a := range map[int]Account{0: {Password: "x"}, 1: {Password: "x", TOTP: []byte{1}}, 2: {Passkeys: make([]Passkey, 2), TOTP: []byte{1}},
		3: {Passkeys: make([]Passkey, 2), Password: "x", TOTP: []byte{1}}} {
		if got := a.Ways(); got != want {
			t.Errorf("%+v: %d ways, want %d", a, got, want)
		}
	}
}
