package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/internal/ledger"
)

// receiptFiles makes a log of one entry and writes its receipt and public key.
func receiptFiles(t *testing.T) (receipt []byte, keyFile string) {
	t.Helper()
	secret, public, err := ledger.GenerateKey(rand.Reader, "tocsin.example.gov")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ledger.ParseSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	e := ledger.Entry{ID: "0199", Stream: "incident/1", Version: 1, Fact: "incident.reported.v1", At: 1763659800000000, Actor: "person:iso",
		Body: json.RawMessage(`{"filing":1,"number":"7KM-4X9-2RTD","received_at":1763659800000000}`)}
	c, err := ledger.SignCheckpoint(1, e.Hash(), signer)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ledger.NewReceipt(e, 0, nil, c)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err = json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	keyFile = filepath.Join(t.TempDir(), "log.pub")
	if err := os.WriteFile(keyFile, []byte(public+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return receipt, keyFile
}

// TestVerifyReceipt: the receipt holds as it is, and not with any one byte of it changed to another digit or letter.
func TestVerifyReceipt(t *testing.T) {
	receipt, keyFile := receiptFiles(t)
	file := filepath.Join(t.TempDir(), "receipt.json")
	check := func(text []byte) (string, error) {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err := verifyReceipt(&out, file, keyFile)
		return out.String(), err
	}
	out, err := check(receipt)
	if err != nil || !strings.Contains(out, "VALID") || !strings.Contains(out, "7KM-4X9-2RTD") ||
		!strings.Contains(out, "tocsin.example.gov") {
		t.Fatalf("%v %s", err, out)
	}
	for i := range receipt {
		changed := bytes.Clone(receipt)
		if changed[i] == '7' {
			changed[i] = '8'
		} else {
			changed[i] = '7'
		}
		if out, err := check(changed); err == nil {
			t.Fatalf("byte %d changed (%q), and it says %s", i, receipt[max(0, i-20):min(len(receipt), i+10)], out)
		}
	}
	if err := run(t, "verify", "receipt", file, "--key", filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a missing key is no error")
	}
	other, _ := receiptFiles(t)
	if _, err := check(other); err == nil {
		t.Error("a receipt of another log is taken")
	}
}
