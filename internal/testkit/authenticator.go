package testkit

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Authenticator makes and uses passkeys as a device would, for one origin. It verifies its user unless told not to.
type Authenticator struct {
	t          testing.TB
	Origin, RP string
	Unverified bool // does not ask for fingerprint or PIN
	keys       []authenticatorKey
}

type authenticatorKey struct {
	id, handle []byte
	key        *ecdsa.PrivateKey
	count      uint32
}

// NewAuthenticator returns one without passkeys, for the harness's address.
func NewAuthenticator(t testing.TB) *Authenticator {
	return &Authenticator{t: t, Origin: "http://tocsin.test", RP: "tocsin.test"}
}

type webauthnOptions struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		User      struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"publicKey"`
}

func (d *Authenticator) read(options string) (o webauthnOptions) {
	d.t.Helper()
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		d.t.Fatalf("options for the authenticator: %v", err)
	}
	return o
}

func encode64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (d *Authenticator) clientData(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.Origin, "crossOrigin": false})
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// data is the authenticator's part of what is signed.
func (d *Authenticator) data(flags byte, count uint32) []byte {
	rp := sha256.Sum256([]byte(d.RP))
	flags |= 0x01 // the user is there
	if !d.Unverified {
		flags |= 0x04
	}
	return binary.BigEndian.AppendUint32(append(rp[:], flags), count)
}

// Make answers an offer with a new passkey.
func (d *Authenticator) Make(offer string) string {
	d.t.Helper()
	o := d.read(offer)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		d.t.Fatal(err)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	handle, err := base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	d.keys = append(d.keys, authenticatorKey{id: id, handle: handle, key: key})
	public, err := key.PublicKey.Bytes()
	if err != nil {
		d.t.Fatal(err)
	}
	data := append(d.data(0x40, 0), make([]byte, 16)...) // with a passkey; of no known make
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(id))), id...)
	// COSE: an EC2 key on P-256 for ES256, in CBOR by hand.
	data = append(data, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20)
	data = append(append(append(data, public[1:33]...), 0x22, 0x58, 0x20), public[33:]...)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(append(object, 0x67), "attStmt"...), 0xa0, 0x68)
	object = append(append(object, "authData"...), 0x58, byte(len(data)))
	return d.answer(id, map[string]any{"clientDataJSON": encode64(d.clientData("webauthn.create", o.PublicKey.Challenge)),
		"attestationObject": encode64(append(object, data...))})
}

// Use answers a request with the passkey made last.
func (d *Authenticator) Use(request string) string {
	d.t.Helper()
	if len(d.keys) == 0 {
		d.t.Fatal("the authenticator has no passkey")
	}
	k := &d.keys[len(d.keys)-1]
	k.count++
	data, client := d.data(0, k.count), d.clientData("webauthn.get", d.read(request).PublicKey.Challenge)
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, signed[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.answer(k.id, map[string]any{"clientDataJSON": encode64(client), "authenticatorData": encode64(data),
		"signature": encode64(signature), "userHandle": encode64(k.handle)})
}

func (d *Authenticator) answer(id []byte, response map[string]any) string {
	b, err := json.Marshal(map[string]any{"id": encode64(id), "rawId": encode64(id), "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{}})
	if err != nil {
		d.t.Fatal(err)
	}
	return string(b)
}
