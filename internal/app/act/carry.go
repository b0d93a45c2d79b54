package act

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"
)

// The installation's key serves several purposes, each with a key of its own drawn from it.
const (
	sealPurpose      = "tocsin/seal/1"
	ChallengePurpose = "tocsin/challenge/1"
	RecoveryPurpose  = "tocsin/recovery/1"
	CounterPurpose   = "tocsin/counter/1"
)

func (a *Kernel) keyFor(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, a.LinkKey, nil, purpose, 32)
	if err != nil {
		panic("a key of 32 bytes cannot be drawn: " + err.Error())
	}
	return key
}

// KeyedDigest digests what must not be found out by trying, even by somebody who holds the database.
func (a *Kernel) KeyedDigest(purpose string, parts ...string) []byte {
	m := hmac.New(sha256.New, a.keyFor(purpose))
	for _, p := range parts {
		m.Write([]byte(p))
		m.Write([]byte{0})
	}
	return m.Sum(nil)
}

func (a *Kernel) aead() cipher.AEAD {
	block, err := aes.NewCipher(a.keyFor(sealPurpose))
	if err != nil {
		panic("AES does not take a key of 32 bytes: " + err.Error())
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic("no GCM: " + err.Error())
	}
	return gcm
}

// Encrypt hides what the server alone may read, for one purpose.
func (a *Kernel) Encrypt(purpose string, plain []byte) []byte {
	gcm := a.aead()
	nonce := a.RandomBytes(gcm.NonceSize())
	return gcm.Seal(nonce, nonce, plain, []byte(purpose))
}

// Decrypt reads what Encrypt hid for the same purpose.
func (a *Kernel) Decrypt(purpose string, sealed []byte) ([]byte, bool) {
	gcm := a.aead()
	if len(sealed) < gcm.NonceSize() {
		return nil, false
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], []byte(purpose))
	return plain, err == nil
}

// Step is what a page carries from one step to the next. It opens nothing by itself.
type Step struct {
	Person     string    `json:"p"`
	Generation int64     `json:"g"`
	Secret     string    `json:"s,omitempty"`
	Until      time.Time `json:"u"`
}

// EncodeStep writes it as a text for a hidden field.
func (a *Kernel) EncodeStep(purpose string, c Step) string {
	plain, err := json.Marshal(c)
	if err != nil {
		panic("texts and numbers cannot be written: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(a.Encrypt(purpose, plain))
}

// DecodeStep reads it; ok is false for what was not carried for this purpose, or too long ago.
func (a *Kernel) DecodeStep(purpose, text string) (c Step, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(text) > 4096 {
		return c, false
	}
	plain, ok := a.Decrypt(purpose, raw)
	if !ok || json.Unmarshal(plain, &c) != nil {
		return Step{}, false
	}
	return c, a.Now().Before(c.Until)
}
