package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// goldenEntry is written out below byte for byte: the form of the record never changes.
func goldenEntry() Entry {
	return Entry{ID: "0199b2c4-0000-7000-8000-000000000001", Stream: "incident/0199", Version: 2, Fact: "incident.rated.v1",
		At:    1_790_000_000_000_001,
		Actor: "person:ca-dmv-iso", Pack: "ab12", Body: json.RawMessage(`{"level":"high"}`),
		Texts: map[string]Digest{"reason": sha256.Sum256([]byte("r")), "b\"": {}}, Prev: sha256.Sum256([]byte("p"))}
}

const goldenRecord = `{"actor":"person:ca-dmv-iso","at":1790000000000001,"body":{"level":"high"},"fact":"incident.rated.v1","id":"0199b2c4-0000-7000-8000-000000000001","pack":"ab12","prev":"148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940","stream":"incident/0199","texts":{"b\"":"0000000000000000000000000000000000000000000000000000000000000000","reason":"454349e422f05297191ead13e21d3db520e5abef52055e4964b82fb213f593a1"},"version":2}`

func TestEntryRecordIsGolden(t *testing.T) {
	e := goldenEntry()
	if got := string(e.Canonical()); got != goldenRecord {
		t.Errorf("record is\n%s\nwant\n%s", got, goldenRecord)
	}
	if !IsCanonical(e.Canonical()) {
		t.Error("the record is not canonical JSON")
	}
	if want := sha256.Sum256([]byte("\x00" + goldenRecord)); e.Hash() != want {
		t.Error("the leaf hash is not SHA-256 over a zero byte and the record")
	}
	back, err := ParseEntry([]byte(goldenRecord))
	if err != nil || !reflect.DeepEqual(back, e) {
		t.Errorf("read back %+v, %v", back, err)
	}
}

func TestEntryCheckNamesTheField(t *testing.T) {
	for field, spoil := range map[string]func(*Entry){
		"id":      func(e *Entry) { e.ID = "" },
		"stream":  func(e *Entry) { e.Stream = "a\nb" },
		"fact":    func(e *Entry) { e.Fact = "\xff" },
		"actor":   func(e *Entry) { e.Actor = "" },
		"pack":    func(e *Entry) { e.Pack = "\x00" },
		"version": func(e *Entry) { e.Version = 0 },
		"at":      func(e *Entry) { e.At = MaxInt + 1 },
		"body":    func(e *Entry) { e.Body = json.RawMessage(`{"b":1,"a":2}`) },
		"prev":    func(e *Entry) { e.Prev = Digest{} },
		"texts":   func(e *Entry) { e.Texts = map[string]Digest{"": {}} },
	} {
		e := goldenEntry()
		spoil(&e)
		if err := e.Check(); err == nil || !strings.HasPrefix(err.Error(), field+" ") {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := goldenEntry().Check(); err != nil {
		t.Error(err)
	}
}

func TestEveryFieldCounts(t *testing.T) {
	// Any change of any field changes the hash: the digest is over all of the entry.
	base := goldenEntry().Hash()
	v := reflect.TypeFor[Entry]()
	for i := range v.NumField() {
		e := goldenEntry()
		switch f := reflect.ValueOf(&e).Elem().Field(i); f.Kind() {
		case reflect.String:
			f.SetString(f.String() + "x")
		case reflect.Int64:
			f.SetInt(f.Int() + 1)
		case reflect.Slice:
			f.SetBytes([]byte(`{}`))
		case reflect.Map:
			e.Texts = nil
		case reflect.Array:
			e.Prev[3]++
		default:
			t.Fatalf("field %s has a kind that this test does not know", v.Field(i).Name)
		}
		if e.Hash() == base {
			t.Errorf("field %s is not in the digest", v.Field(i).Name)
		}
	}
}

func TestParseEntryHasOneSpelling(t *testing.T) {
	for name, s := range map[string]string{
		"space":         strings.Replace(goldenRecord, ",", ", ", 1),
		"upper hex":     strings.Replace(goldenRecord, "148de9", "148DE9", 1),
		"unknown field": strings.Replace(goldenRecord, `{"actor"`, `{"aa":1,"actor"`, 1),
		"missing field": strings.Replace(goldenRecord, `"pack":"ab12",`, "", 1),
		"order":         strings.Replace(strings.Replace(goldenRecord, `"pack":"ab12",`, "", 1), `"version":2`, `"pack":"ab12","version":2`, 1),
		"escaped":       strings.Replace(goldenRecord, "person:", `\u0070erson:`, 1),
		"short digest":  strings.Replace(goldenRecord, "148de9", "148de", 1),
		"body":          strings.Replace(goldenRecord, `{"level":"high"}`, `{"level":1.5}`, 1),
		"trailing":      goldenRecord + " ",
		"twice":         goldenRecord + goldenRecord,
		"not JSON":      goldenRecord[1:],
	} {
		if _, err := ParseEntry([]byte(s)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func drawEntry(t *rapid.T, c *Chain) Entry {
	word := rapid.StringMatching(`[ -~äß€😀]{1,12}`)
	body, _ := json.Marshal(map[string]any{"v": drawValue(t, 0)})
	texts := map[string]Digest{}
	for range rapid.IntRange(0, 3).Draw(t, "texts") {
		texts[word.Draw(t, "part")] = sha256.Sum256([]byte(word.Draw(t, "text")))
	}
	if len(texts) == 0 {
		texts = nil
	}
	e, err := c.Append(Entry{ID: word.Draw(t, "id"), Fact: word.Draw(t, "fact"), At: rapid.Int64Range(-MaxInt, MaxInt).Draw(t, "at"),
		Actor: word.Draw(t, "actor"), Pack: rapid.StringMatching(`[0-9a-f]{0,8}`).Draw(t, "pack"), Body: body, Texts: texts})
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return e
}

func TestEntryCodecProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Chain{Stream: "s/1"}
		for range 3 {
			e := drawEntry(t, &c)
			if !IsCanonical(e.Canonical()) {
				t.Fatalf("not canonical: %s", e.Canonical())
			}
			back, err := ParseEntry(e.Canonical())
			if err != nil || !reflect.DeepEqual(back, e) {
				t.Fatalf("%+v came back as %+v, %v", e, back, err)
			}
		}
	})
}

func FuzzParseEntry(f *testing.F) {
	f.Add([]byte(goldenRecord))
	f.Add([]byte(`{"actor":"a","at":1,"body":{},"fact":"f","id":"i","pack":"","prev":"` + strings.Repeat("0", 64) +
		`","stream":"s","texts":{},"version":1}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		e, err := ParseEntry(in)
		if err == nil && (!bytes.Equal(e.Canonical(), in) || e.Check() != nil) {
			t.Fatalf("%q was read as %+v", in, e)
		}
	})
}

func TestSealText(t *testing.T) {
	salt := sha256.Sum256([]byte("salt"))
	text := SealText("s/1", salt, []byte("words"))
	h := sha256.New()
	fmt.Fprintf(h, "tocsin/text/1\x00%swords", salt[:])
	if text.Digest != Digest(h.Sum(nil)) {
		t.Error("the digest is not over tag, salt and content")
	}
	if empty := SealText("s/1", salt, nil); empty.Content == nil || empty.Digest == text.Digest {
		t.Error("an empty text must not look disposed")
	}
	if other := SealText("s/1", sha256.Sum256(nil), []byte("words")); other.Digest == text.Digest {
		t.Error("the salt does not count")
	}
}
