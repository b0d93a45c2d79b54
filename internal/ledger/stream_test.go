package ledger

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type oldFact struct {
	N int64 `json:"n"`
}

type newFact struct {
	N    int64  `json:"n"`
	Unit string `json:"unit"`
}

func testRegistry() *Registry {
	r := NewRegistry()
	Register[oldFact](r, "thing.counted.v1")
	Register[newFact](r, "thing.counted.v2")
	Register[struct {
		Digests []string `json:"digests"`
	}](r, DisposedFact)
	return r
}

func TestRegistry(t *testing.T) {
	r := testRegistry()
	name, body, err := r.Encode(newFact{N: 3, Unit: "box"})
	if err != nil || name != "thing.counted.v2" || string(body) != `{"n":3,"unit":"box"}` {
		t.Errorf("%s %s %v", name, body, err)
	}
	v, err := r.Decode(Entry{Fact: name, Body: body})
	if err != nil || v != (newFact{3, "box"}) {
		t.Errorf("%v %v", v, err)
	}
	if v, err = r.Decode(Entry{Fact: "thing.counted.v1", Body: []byte(`{"n":5}`)}); err != nil || v != (oldFact{5}) {
		t.Errorf("the old version reads as %v %v", v, err)
	}
	for name, e := range map[string]Entry{
		"unknown fact":  {Fact: "thing.lost.v1", Body: []byte(`{}`)},
		"unknown field": {Fact: "thing.counted.v2", Body: []byte(`{"n":1,"m":2}`)},
		"wrong type":    {Fact: "thing.counted.v2", Body: []byte(`{"n":"1"}`)},
		"trailing":      {Fact: "thing.counted.v2", Body: []byte(`{"n":1} {}`)},
	} {
		if v, err := r.Decode(e); err == nil {
			t.Errorf("%s: reads as %v", name, v)
		}
	}
	if _, _, err := r.Encode(struct{ X *int }{}); err == nil {
		t.Error("an unregistered type can be written")
	}
	if got := r.Names(); !slices.Equal(got, []string{DisposedFact, "thing.counted.v1", "thing.counted.v2"}) {
		t.Errorf("names %v", got)
	}
}

func TestRegistryRefusesMistakes(t *testing.T) {
	for name, mistake := range map[string]func(*Registry){
		"form":       func(r *Registry) { Register[int](r, "Thing") },
		"no version": func(r *Registry) { Register[int](r, "thing.counted") },
		"name taken": func(r *Registry) { Register[int](r, "thing.counted.v2") },
		"type taken": func(r *Registry) { Register[newFact](r, "thing.counted.v3") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			mistake(testRegistry())
		}()
	}
	r := NewRegistry()
	Register[struct {
		P *int `json:"p"`
	}](r, "thing.pointed.v1")
	if _, _, err := r.Encode(struct {
		P *int `json:"p"`
	}{}); err == nil {
		t.Error("null was written")
	}
}

// streamFixture is a stream of four facts, the second of which has its text disposed by the fourth.
func streamFixture() ([]Entry, map[Digest]StoredText) {
	c, texts := Chain{Stream: "s/1"}, map[Digest]StoredText{}
	var entries []Entry
	var second Digest
	for i := range 4 {
		e := Entry{ID: fmt.Sprint("id-", i), Fact: "thing.counted.v2", At: int64(i), Actor: "a",
			Body: json.RawMessage(fmt.Sprintf(`{"n":%d,"unit":"x"}`, i))}
		if i == 3 {
			e.Fact, e.Body = DisposedFact, json.RawMessage(fmt.Sprintf(`{"digests":["%s"]}`, second))
		} else {
			text := SealText("s/1", sha256.Sum256(fmt.Append(nil, i)), fmt.Append(nil, "text ", i))
			e.Texts = map[string]Digest{"words": text.Digest}
			texts[text.Digest] = StoredText{Stream: "s/1", Salt: text.Salt[:], Content: text.Content}
			if i == 1 {
				second = text.Digest
				texts[second] = StoredText{Stream: "s/1"}
			}
		}
		e, err := c.Append(e)
		if err != nil {
			panic(err)
		}
		entries = append(entries, e)
	}
	return entries, texts
}

func TestVerifyStream(t *testing.T) {
	type fixture struct {
		entries []Entry
		texts   map[Digest]StoredText
	}
	digest := func(f fixture, i int) Digest { return f.entries[i].Texts["words"] }
	for name, c := range map[string]struct {
		spoil  func(*fixture)
		column string // of a finding; "" where none is expected, "-" where it names the whole row
		key    string
	}{
		"sound":            {func(*fixture) {}, "", ""},
		"changed body":     {func(f *fixture) { f.entries[1].Body = []byte(`{"n":9,"unit":"x"}`) }, "prev", "s/1/3"},
		"changed actor":    {func(f *fixture) { f.entries[2].Actor = "b" }, "prev", "s/1/4"},
		"not canonical":    {func(f *fixture) { f.entries[3].Body = []byte(`{"digests": []}`) }, "body", "s/1/4"},
		"removed":          {func(f *fixture) { f.entries = slices.Delete(f.entries, 1, 2) }, "version", "s/1/3"},
		"first removed":    {func(f *fixture) { f.entries = f.entries[1:] }, "version", "s/1/2"},
		"swapped":          {func(f *fixture) { f.entries[1], f.entries[2] = f.entries[2], f.entries[1] }, "version", "s/1/3"},
		"duplicated":       {func(f *fixture) { f.entries = slices.Insert(f.entries, 2, f.entries[1]) }, "version", "s/1/2"},
		"moved here":       {func(f *fixture) { f.entries[3].Stream = "s/2" }, "stream", "s/2/4"},
		"unknown fact":     {func(f *fixture) { f.entries[3].Fact = "thing.lost.v1" }, "body", "s/1/4"},
		"text missing":     {func(f *fixture) { delete(f.texts, digest(*f, 0)) }, "-", digest0},
		"text changed":     {func(f *fixture) { f.texts[digest(*f, 0)].Content[0]++ }, "content", digest0},
		"salt changed":     {func(f *fixture) { f.texts[digest(*f, 0)].Salt[0]++ }, "content", digest0},
		"text elsewhere":   {func(f *fixture) { v := f.texts[digest(*f, 0)]; v.Stream = "s/2"; f.texts[digest(*f, 0)] = v }, "stream", digest0},
		"gone unrecorded":  {func(f *fixture) { f.texts[digest(*f, 0)] = StoredText{Stream: "s/1"} }, "content", digest0},
		"half gone":        {func(f *fixture) { v := f.texts[digest(*f, 0)]; v.Salt = nil; f.texts[digest(*f, 0)] = v }, "content", digest0},
		"not gone":         {func(f *fixture) { f.texts[digest(*f, 1)] = StoredText{"s/1", []byte{1}, []byte{2}} }, "content", digest1},
		"disposal garbage": {func(f *fixture) { f.entries[3].Body = []byte(`{"digests":["zz"]}`) }, "body", "s/1/4"},
	} {
		entries, texts := streamFixture()
		f := fixture{entries, texts}
		c.spoil(&f)
		found := VerifyStream("s/1", f.entries, func(d Digest) (StoredText, bool) { v, ok := f.texts[d]; return v, ok }, testRegistry())
		switch {
		case c.column == "" && len(found) > 0:
			t.Errorf("%s: false alarm: %v", name, found)
		case c.column != "" && len(found) == 0:
			t.Errorf("%s: not seen", name)
		case c.column != "" && !slices.ContainsFunc(found,
			func(f Finding) bool { return f.Key == c.key && f.Column == strings.Trim(c.column, "-") }):
			t.Errorf("%s: found %v, want %s %s", name, found, c.key, c.column)
		}
	}
}

var digest0, digest1 = func() (string, string) {
	entries, _ := streamFixture()
	return entries[0].Texts["words"].String(), entries[1].Texts["words"].String()
}()

// Q26: any single mutation of a stream is seen, as long as its last entry is known from outside (the tree's part).
func TestStreamMutationProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Chain{Stream: "s/1"}
		var entries []Entry
		for range rapid.IntRange(2, 5).Draw(t, "n") {
			entries = append(entries, drawEntry(t, &c))
		}
		head := entries[len(entries)-1].Hash()
		at := rapid.IntRange(0, len(entries)-1).Draw(t, "at")
		spoilt := slices.Clone(entries)
		switch rapid.SampledFrom([]string{"delete", "duplicate", "swap", "flip", "truncate"}).Draw(t, "how") {
		case "delete":
			spoilt = slices.Delete(spoilt, at, at+1)
		case "duplicate":
			spoilt = slices.Insert(spoilt, at, spoilt[at])
		case "swap":
			other := (at + 1) % len(spoilt)
			spoilt[at], spoilt[other] = spoilt[other], spoilt[at]
		case "flip":
			spoilt[at].At ^= 1 << rapid.IntRange(0, 50).Draw(t, "bit")
		case "truncate":
			spoilt = spoilt[:len(spoilt)-1]
		}
		texts := func(Digest) (StoredText, bool) { return StoredText{}, false }
		sound := func(es []Entry) bool {
			bad := slices.ContainsFunc(VerifyStream("s/1", es, texts, nil), func(f Finding) bool { return f.Table == "entry" })
			return !bad && len(es) > 0 && es[len(es)-1].Hash() == head
		}
		if !sound(entries) || sound(spoilt) {
			t.Fatalf("sound before: %v, after: %v", sound(entries), sound(spoilt))
		}
	})
}

func TestLocateByte(t *testing.T) {
	e := goldenEntry()
	want := e.Hash()
	for i := range e.Body {
		spoilt := e
		spoilt.Body = slices.Clone(e.Body)
		spoilt.Body[i] ^= 0x11
		if at, ok := LocateByte(spoilt, want); !ok || at != int64(i) {
			t.Errorf("byte %d: located at %d, %v", i, at, ok)
		}
	}
	e.Actor = "b"
	if _, ok := LocateByte(e, want); ok {
		t.Error("a change elsewhere was located in the body")
	}
}

func TestFindingString(t *testing.T) {
	f := Finding{Table: "tile", Key: "0/3", Column: "hashes", Entry: "id", From: 32, To: 64, Detail: "is wrong"}
	if got := f.String(); got != "tile 0/3 hashes bytes 32-63 (entry id): is wrong" {
		t.Error(got)
	}
}
