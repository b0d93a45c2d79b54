package credentials

import (
	"context"
	"encoding/base32"
	"fmt"
	"image"
	"image/color"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/fault"
)

const (
	codePeriod   = 30 // seconds that a code is good for
	codeSkew     = 1  // periods before and after, for clocks that differ
	codeSecret   = 32 // bytes: as long as the hash
	totpPurpose  = "totp of "
	setupPurpose = "authenticator app to be set up"
	setupLife    = 30 * time.Minute
)

var (
	// ErrCode refuses a one-time code, whatever is wrong with it.
	ErrCode    = fault.Invalid("code", "This code is not right, or it was used already.", "Wait for the next one in your app and type that.")
	errLocked  = fault.Invalid("code", "The way in by password and code is locked after ten wrong codes.", "Use your passkey, or ask an administrator for a new invitation.")
	codeDigits = otp.DigitsSix
)

// CodeSetup is what an authenticator app needs to be set up.
type CodeSetup struct {
	Secret  string // to type into the app, in groups
	Picture string // the same as a QR code: the path of an SVG, one unit for each square
	Size    int    // squares across, with the quiet zone around
	Carried string // brings the secret back with the first code
}

// newCodeSetup makes a secret. It is kept nowhere until its first code has come back.
func (a *Room) newCodeSetup(ctx context.Context, person, name string) (CodeSetup, error) {
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(a.RandomBytes(codeSecret))
	return a.showCodeSetup(secret, name, a.EncodeStep(setupPurpose, act.Step{Person: person, Secret: secret, Until: a.Now().Add(setupLife)}))
}

func (a *Room) showCodeSetup(secret, name, carried string) (CodeSetup, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return CodeSetup{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Tocsin", AccountName: name, Secret: raw, Period: codePeriod, Digits: codeDigits, Algorithm: otp.AlgorithmSHA256})
	if err != nil {
		return CodeSetup{}, err
	}
	squares, err := qr.Encode(key.URL(), qr.M, qr.Auto)
	if err != nil {
		return CodeSetup{}, err
	}
	return CodeSetup{Secret: grouped(secret, 4), Picture: svgPath(squares), Size: squares.Bounds().Dx() + 2*quietZone, Carried: carried}, nil
}

// quietZone is how many squares around a QR code stay white. ISO/IEC 18004
const quietZone = 4

// svgPath draws the dark squares, row by row, each run of them as one rectangle.
func svgPath(squares image.Image) string {
	var b strings.Builder
	dark := func(x, y int) bool { return squares.At(x, y) == color.Black }
	size := squares.Bounds().Dx()
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && dark(x, y) {
				x++
			}
			if n := x - from; n > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, n, n)
			}
		}
	}
	return b.String()
}

// CodeSetupAgain shows a set-up once more whose first code was wrong: the app has its secret already. One that has run out is
// replaced.
func (a *Room) CodeSetupAgain(ctx context.Context, person, name, text string) (CodeSetup, error) {
	if c, ok := a.DecodeStep(setupPurpose, text); ok && c.Person == person {
		return a.showCodeSetup(c.Secret, name, text)
	}
	return a.newCodeSetup(ctx, person, name)
}

// FirstCode takes the code that proves that an app holds the secret, and answers the secret, sealed, and the code's step.
func (a *Room) FirstCode(ctx context.Context, person, text, code string) (sealed []byte, step int64, err error) {
	c, ok := a.DecodeStep(setupPurpose, text)
	if !ok || c.Person != person {
		return nil, 0, fault.Invalid("code", "Setting up took too long.", "Scan the new picture and type its code.")
	}
	now, err := a.SharedTime(ctx)
	if err != nil {
		return nil, 0, err
	}
	step, ok = stepOf(c.Secret, code, now)
	if !ok {
		return nil, 0, fault.Invalid("code", "This code does not come from the picture on this page.", "Type the code that the app shows now. The clock of your telephone must be right.")
	}
	return a.Encrypt(totpPurpose+person, []byte(c.Secret)), step, nil
}

// stepOf finds the period whose code this is.
func stepOf(secret, code string, now time.Time) (int64, bool) {
	code = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, code)
	at := now.Unix() / codePeriod
	for step := at - codeSkew; step <= at+codeSkew; step++ {
		ok, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: codeDigits, Algorithm: otp.AlgorithmSHA256})
		if err == nil && ok {
			return step, true
		}
	}
	return 0, false
}

// CodeRight takes a code of the app, or a recovery code, once. It counts before it looks: ten wrong ones lock this way,
// however many come at the same time.
func (a *Room) CodeRight(ctx context.Context, acc account.Account, code string) (act.SignInMethod, error) {
	allowed, err := a.Accounts.TryCode(ctx, acc.Person, account.MaxWrongCodes)
	if err != nil || !allowed {
		return "", FirstError(err, errLocked)
	}
	if recovery, ok := readRecoveryCode(code); ok {
		used, err := a.Accounts.UseRecoveryCode(ctx, acc.Person, a.KeyedDigest(act.RecoveryPurpose, acc.Person, recovery), a.Now())
		if err != nil || !used {
			return "", FirstError(err, ErrCode)
		}
		return access.ByRecoveryCode, nil
	}
	secret, ok := a.Decrypt(totpPurpose+acc.Person, acc.TOTP)
	if !ok {
		return "", ErrCode
	}
	now, err := a.SharedTime(ctx)
	if err != nil {
		return "", err
	}
	step, ok := stepOf(string(secret), code, now)
	if !ok {
		return "", ErrCode
	}
	fresh, err := a.Accounts.UseStep(ctx, acc.Person, step)
	if err != nil || !fresh {
		return "", FirstError(err, ErrCode)
	}
	return access.ByPassword, nil
}

// recoveryAlphabet leaves out what is mistaken for something else on paper. It has 32 characters, so that each is drawn
// evenly from a byte.
const (
	recoveryAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	recoveryLength   = 15 // 75 bits
)

// DrawRecoveryCodes makes ten and answers them as a person keeps them, and what is kept of them here.
func (a *Room) DrawRecoveryCodes(person string) (codes []string, hashes [][]byte) {
	for range account.RecoveryCodes {
		b := a.RandomBytes(recoveryLength)
		for i := range b {
			b[i] = recoveryAlphabet[b[i]%byte(len(recoveryAlphabet))]
		}
		codes = append(codes, grouped(string(b), 5))
		hashes = append(hashes, a.KeyedDigest(act.RecoveryPurpose, person, string(b)))
	}
	return codes, hashes
}

// readRecoveryCode reads one as people type it; ok is false for what is none.
func readRecoveryCode(s string) (string, bool) {
	s = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\t", "").Replace(s))
	return s, len(s) == recoveryLength && strings.Trim(s, recoveryAlphabet) == ""
}

// grouped parts a text into groups that an eye can hold.
func grouped(s string, size int) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%size == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}
