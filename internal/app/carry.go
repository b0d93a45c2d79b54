package app

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
	challengePurpose = "tocsin/challenge/1"
	recoveryPurpose  = "tocsin/recovery/1"
	counterPurpose   = "tocsin/counter/1"
)

func (a *App) keyFor(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, a.LinkKey, nil, purpose, 32)
	if err != nil {
		panic("a key of 32 bytes cannot be drawn: " + err.Error())
	}
	return key
}

// keyed digests what must not be found out by trying, even by somebody who holds the database.
func (a *App) keyed(purpose string, parts ...string) []byte {
	m := hmac.New(sha256.New, a.keyFor(purpose))
	for _, p := range parts {
		m.Write([]byte(p))
		m.Write([]byte{0})
	}
	return m.Sum(nil)
}

func (a *App) aead() cipher.AEAD {
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

// encrypt hides what the server alone may read, for one purpose.
func (a *App) encrypt(purpose string, plain []byte) []byte {
	gcm := a.aead()
	nonce := a.random(gcm.NonceSize())
	return gcm.Seal(nonce, nonce, plain, []byte(purpose))
}

func (a *App) decrypt(purpose string, sealed []byte) ([]byte, bool) {
	gcm := a.aead()
	if len(sealed) < gcm.NonceSize() {
		return nil, false
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], []byte(purpose))
	return plain, err == nil
}

// carried is what a page carries from one step to the next. It opens nothing by itself.
type carried struct {
	Person     string    `json:"p"`
	Generation int64     `json:"g"`
	Secret     string    `json:"s,omitempty"`
	Until      time.Time `json:"u"`
}

// carry writes it as a text for a hidden field.
func (a *App) carry(purpose string, c carried) string {
	plain, err := json.Marshal(c)
	if err != nil {
		panic("texts and numbers cannot be written: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(a.encrypt(purpose, plain))
}

// carriedBack reads it; ok is false for what was not carried for this purpose, or too long ago.
func (a *App) carriedBack(purpose, text string) (c carried, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(text) > 4096 {
		return c, false
	}
	plain, ok := a.decrypt(purpose, raw)
	if !ok || json.Unmarshal(plain, &c) != nil {
		return carried{}, false
	}
	return c, a.Now().Before(c.Until)
}
