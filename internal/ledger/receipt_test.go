package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func newKey(t testing.TB, name string) (note.Signer, note.Verifier) {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	secret, public, err := GenerateKey(bytes.NewReader(seed[:]), name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ParseSigner(secret + "\n")
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := ParseVerifier(" " + public + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

func TestCheckpoint(t *testing.T) {
	signer, verifier := newKey(t, "log.example/a")
	c, err := SignCheckpoint(7, leafNumber(1), signer)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := SignCheckpoint(7, leafNumber(1), signer); !bytes.Equal(again.Note, c.Note) {
		t.Error("signing the same twice gives two notes")
	}
	if !strings.HasPrefix(string(c.Note), "log.example/a\n7\n") {
		t.Errorf("note begins %.40q", c.Note)
	}
	for _, open := range []func([]byte, note.Verifier) (Checkpoint, error){OpenCheckpoint, OpenOwnCheckpoint} {
		got, err := open(c.Note, verifier)
		if err != nil || got.Size != 7 || got.Root != c.Root || got.Origin != "log.example/a" {
			t.Errorf("opened %+v, %v", got, err)
		}
		if _, other := newKey(t, "log.example/b"); true {
			if _, err := open(c.Note, other); err == nil {
				t.Error("another key opens the note")
			}
		}
		for i := range c.Note {
			for bit := range 8 {
				spoilt := bytes.Clone(c.Note)
				spoilt[i] ^= 1 << bit
				if got, err := open(spoilt, verifier); err == nil {
					t.Fatalf("byte %d bit %d: opened as %+v", i, bit, got)
				}
			}
		}
	}
}

// The log's own copy must be what was signed, byte for byte: also where base64 has bits to spare.
func TestOwnCheckpointHasOneSpelling(t *testing.T) {
	signer, verifier := newKey(t, "log.example/a")
	c, _ := SignCheckpoint(7, leafNumber(1), signer)
	for i := range c.Note {
		for bit := range 8 {
			spoilt := bytes.Clone(c.Note)
			spoilt[i] ^= 1 << bit
			if _, err := OpenOwnCheckpoint(spoilt, verifier); err == nil {
				t.Errorf("byte %d bit %d goes unseen", i, bit)
			}
		}
	}
	witness, _ := newKey(t, "witness.example")
	n, err := note.Open(c.Note, note.VerifierList(verifier))
	if err != nil {
		t.Fatal(err)
	}
	cosigned, err := note.Sign(n, witness)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCheckpoint(cosigned, verifier); err != nil {
		t.Errorf("a witness's signature spoils the note: %v", err)
	}
	if _, err := OpenOwnCheckpoint(cosigned, verifier); err == nil {
		t.Error("the log's own copy carries another's signature")
	}
}

func TestCheckpointRefuses(t *testing.T) {
	signer, verifier := newKey(t, "log.example/a")
	sign := func(text string) []byte {
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	root := "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	for name, text := range map[string]string{
		"another origin": "log.example/b\n7\n" + root + "\n",
		"no size":        "log.example/a\n\n" + root + "\n",
		"spelt size":     "log.example/a\n07\n" + root + "\n",
		"negative":       "log.example/a\n-7\n" + root + "\n",
		"huge":           "log.example/a\n18446744073709551615\n" + root + "\n",
		"short root":     "log.example/a\n7\nAAAA\n",
		"extension":      "log.example/a\n7\n" + root + "\nmore\n",
		"two lines":      "log.example/a\n7\n",
	} {
		if c, err := OpenCheckpoint(sign(text), verifier); err == nil {
			t.Errorf("%s: opened as %+v", name, c)
		}
	}
	if _, err := ParseCheckpoint([]byte("no note")); err == nil {
		t.Error("anything parses")
	}
}

func FuzzOpenCheckpoint(f *testing.F) {
	signer, verifier := newKey(f, "log.example/a")
	c, _ := SignCheckpoint(7, leafNumber(1), signer)
	f.Add(c.Note)
	f.Add([]byte("log.example/a\n7\nAAAA\n\n— log.example/a AAAA\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if got, err := OpenCheckpoint(in, verifier); err == nil && (got.Size != 7 || got.Root != c.Root) {
			t.Fatalf("a note that was never signed: %q", in)
		}
		_, _ = ParseCheckpoint(in)
	})
}

// filing makes the receipt of leaf 3 in a tree of 6.
func filing(t testing.TB) (Receipt, Entry, note.Verifier) {
	t.Helper()
	signer, verifier := newKey(t, "log.example/a")
	chain := Chain{Stream: "incident/1"}
	e, err := chain.Append(Entry{ID: "id-1", Fact: "incident.reported.v1", At: 5, Actor: "person:a",
		Body: json.RawMessage(`{"number":"TC-4F7K","filing":1,"received_at":1790000000000001}`)})
	if err != nil {
		t.Fatal(err)
	}
	m := memoryTiles{}
	g, _ := NewGrower(0, m.read)
	for i := range 6 {
		h := leafNumber(i)
		if i == 3 {
			h = e.Hash()
		}
		if err := g.Append(h); err != nil {
			t.Fatal(err)
		}
	}
	m.put(t, append(g.Full(), g.Open()...))
	root, _ := g.Root()
	c, err := SignCheckpoint(6, root, signer)
	if err != nil {
		t.Fatal(err)
	}
	path, err := Inclusion(3, 6, m.read)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReceipt(e, 3, path, c)
	if err != nil {
		t.Fatal(err)
	}
	return r, e, verifier
}

func TestReceiptRoundTrip(t *testing.T) {
	r, e, verifier := filing(t)
	if r.Incident != "TC-4F7K" || r.Filing != 1 || r.ReceivedAt != "2026-09-21T14:13:20.000001Z" {
		t.Errorf("receipt %+v", r)
	}
	file, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseReceipt(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := VerifyReceipt(back, verifier)
	if err != nil || v.Entry.ID != e.ID || v.ReceivedAt.UnixMicro() != 1790000000000001 || v.Checkpoint.Size != 6 {
		t.Errorf("verified %+v, %v", v, err)
	}
}

func TestReceiptRefusesEveryLie(t *testing.T) {
	_, other := newKey(t, "log.example/a2")
	for name, lie := range map[string]func(*Receipt){
		"format":      func(r *Receipt) { r.Format = "tocsin-receipt/2" },
		"incident":    func(r *Receipt) { r.Incident = "TC-4F7L" },
		"filing":      func(r *Receipt) { r.Filing = 2 },
		"received_at": func(r *Receipt) { r.ReceivedAt = "2026-09-21T14:13:20.000002Z" },
		"time spelt":  func(r *Receipt) { r.ReceivedAt = "2026-09-21T14:13:20.000001+00:00" },
		"entry":       func(r *Receipt) { r.Entry = bytes.Replace(r.Entry, []byte("person:a"), []byte("person:b"), 1) },
		"digest":      func(r *Receipt) { r.Digest = leafNumber(3).String() },
		"leaf":        func(r *Receipt) { r.Leaf = 2 },
		"leaf sign":   func(r *Receipt) { r.Leaf = -1 },
		"proof short": func(r *Receipt) { r.Proof = r.Proof[1:] },
		"proof":       func(r *Receipt) { r.Proof[0] = leafNumber(9).String() },
		"proof text":  func(r *Receipt) { r.Proof[0] = "zz" },
		"checkpoint":  func(r *Receipt) { r.Checkpoint = strings.Replace(r.Checkpoint, "\n6\n", "\n7\n", 1) },
		"no filing": func(r *Receipt) {
			r.Entry = bytes.Replace(r.Entry, []byte(`"filing":1,`), nil, 1)
		},
	} {
		r, _, verifier := filing(t)
		r.Proof = append([]string(nil), r.Proof...)
		lie(&r)
		if _, err := VerifyReceipt(r, verifier); err == nil {
			t.Errorf("%s: verifies", name)
		}
	}
	r, _, _ := filing(t)
	if _, err := VerifyReceipt(r, other); err == nil {
		t.Error("another key verifies")
	}
}

// TestReceiptEveryByte spoils each byte of a receipt file: it must fail, or still say exactly the same.
func TestReceiptEveryByte(t *testing.T) {
	r, e, verifier := filing(t)
	file, _ := json.Marshal(r)
	for i := range file {
		spoilt := bytes.Clone(file)
		spoilt[i] ^= 1 << (i % 7)
		back, err := ParseReceipt(spoilt)
		if err != nil {
			continue
		}
		if v, err := VerifyReceipt(back, verifier); err == nil && (v.Entry.Hash() != e.Hash() || back.Incident != r.Incident ||
			back.ReceivedAt != r.ReceivedAt || back.Filing != r.Filing) {
			t.Fatalf("byte %d: verifies and says something else", i)
		}
	}
}

func TestNewReceiptNeedsAFiling(t *testing.T) {
	e := goldenEntry()
	if _, err := NewReceipt(e, 0, nil, Checkpoint{}); err == nil {
		t.Error("a rating has a receipt")
	}
	for name, in := range map[string]string{"field": `{"format":"x","more":1}`, "second": `{} {}`, "text": `x`, "entry": `{"entry":null}`} {
		if _, err := ParseReceipt([]byte(in)); err == nil {
			t.Errorf("%s: parses", name)
		}
	}
}

func FuzzParseReceipt(f *testing.F) {
	r, e, verifier := filing(f)
	file, _ := json.Marshal(r)
	f.Add(file)
	f.Add([]byte(`{"format":"tocsin-receipt/1","entry":{},"proof":[""],"leaf":-1}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := ParseReceipt(in)
		if err != nil {
			return
		}
		if v, err := VerifyReceipt(r, verifier); err == nil && v.Entry.Hash() != e.Hash() {
			t.Fatalf("a forged receipt: %q", in)
		}
	})
}

func ExampleVerifyReceipt() {
	var t testing.T
	r, _, verifier := filing(&t)
	v, err := VerifyReceipt(r, verifier)
	fmt.Println(r.Incident, "received", v.ReceivedAt.Format("2006-01-02 15:04:05"), "leaf", r.Leaf, "of", v.Checkpoint.Size, err)
	// Output: TC-4F7K received 2026-09-21 14:13:20 leaf 3 of 6 <nil>
}
