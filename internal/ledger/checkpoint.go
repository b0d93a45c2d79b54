package ledger

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
)

// Checkpoint is a signed size and root of the tree: whoever keeps a copy elsewhere can convict any later rewrite of the
// record up to that size.
type Checkpoint struct {
	Origin string // name of the log; the name of its key
	Size   int64  // number of leaves
	Root   Digest
	Note   []byte // the signed note as published
}

// GenerateKey makes an ed25519 key for a log. name is the log's origin, e.g. "tocsin.example.gov/record". The first text
// is secret and belongs in a file of mode 0600, the second is what verifiers are given.
func GenerateKey(random io.Reader, name string) (secret, public string, err error) {
	return note.GenerateKey(random, name)
}

// ParseSigner reads the secret text of a key.
func ParseSigner(secret string) (note.Signer, error) { return note.NewSigner(trimLine(secret)) }

// ParseVerifier reads the public text of a key.
func ParseVerifier(public string) (note.Verifier, error) { return note.NewVerifier(trimLine(public)) }

func trimLine(s string) string { return string(bytes.TrimSpace([]byte(s))) }

// SignCheckpoint signs size and root under the signer's name. ed25519 has no randomness: a step that is repeated after
// a crash signs the same bytes.
func SignCheckpoint(size int64, root Digest, signer note.Signer) (Checkpoint, error) {
	body := log.Checkpoint{Origin: signer.Name(), Size: uint64(size), Hash: root[:]}.Marshal()
	signed, err := note.Sign(&note.Note{Text: string(body)}, signer)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	return Checkpoint{Origin: signer.Name(), Size: size, Root: root, Note: signed}, nil
}

// ParseCheckpoint reads what a signed note says without checking who signed it: for the log's own use of what it keeps,
// and for showing.
func ParseCheckpoint(signed []byte) (Checkpoint, error) {
	text, _, ok := bytes.Cut(signed, []byte("\n\n"))
	if !ok {
		return Checkpoint{}, fmt.Errorf("checkpoint: not a signed note")
	}
	return parseBody(append(bytes.Clone(text), '\n'), signed)
}

// parseBody reads the signed lines in their one form.
func parseBody(text, signed []byte) (Checkpoint, error) {
	var body log.Checkpoint
	rest, err := body.Unmarshal(text)
	switch {
	case err != nil:
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	case len(rest) != 0 || !bytes.Equal(body.Marshal(), text):
		return Checkpoint{}, fmt.Errorf("checkpoint: not in its one form")
	case len(body.Hash) != len(Digest{}) || body.Size > MaxInt:
		return Checkpoint{}, fmt.Errorf("checkpoint: root or size out of range")
	}
	return Checkpoint{Origin: body.Origin, Size: int64(body.Size), Root: Digest(body.Hash), Note: signed}, nil
}

// OpenCheckpoint checks the signature of a signed note and returns what it says. Further signatures, of witnesses, may
// follow the log's own. A signature spelt in another way is refused: base64 has spare bits that a plain check does not
// see, and whoever changes a receipt must not be told that it is as it was.
func OpenCheckpoint(signed []byte, verifier note.Verifier) (Checkpoint, error) {
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	for _, s := range n.Sigs {
		if sig, err := base64.StdEncoding.DecodeString(s.Base64); err != nil || base64.StdEncoding.EncodeToString(sig) != s.Base64 {
			return Checkpoint{}, fmt.Errorf("checkpoint: signature not in its one form")
		}
	}
	c, err := parseBody([]byte(n.Text), signed)
	if err == nil && c.Origin != verifier.Name() {
		return Checkpoint{}, fmt.Errorf("checkpoint: origin %q is not the key's name", c.Origin)
	}
	return c, err
}

// OpenOwnCheckpoint is OpenCheckpoint for a note as the log itself stores it: signed by the log alone, and byte for byte
// as it was signed.
func OpenOwnCheckpoint(signed []byte, verifier note.Verifier) (Checkpoint, error) {
	c, err := OpenCheckpoint(signed, verifier)
	if err != nil {
		return c, err
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return c, err
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return c, fmt.Errorf("checkpoint: more than the log's own signature")
	}
	want := n.Text + "\n— " + n.Sigs[0].Name + " " + n.Sigs[0].Base64 + "\n"
	if want != string(signed) {
		return c, fmt.Errorf("checkpoint: not in its one form")
	}
	return c, nil
}
