package ledger

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

func TestCanonicalize(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"sorted and tight", ` { "b" : [ 1 , -2 ] , "a" : true } `, `{"a":true,"b":[1,-2]}`},
		{"empty", "\t{ }\n", `{}`},
		{"empty array", `{"a":[ ]}`, `{"a":[]}`},
		{"strings of RFC 8785 3.2.2", `{"s":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}`, "{\"s\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"},
		{"all short escapes", `{"s":"\b\t\n\f\r\u0008\u0009\u000a\u000c\u000d\u001f"}`, `{"s":"\b\t\n\f\r\b\t\n\f\r\u001f"}`},
		{"HTML stays as it is", `{"s":"\u003ca\u003e&"}`, `{"s":"<a>&"}`},
		{"surrogate pair", `{"s":"\ud83d\ude00"}`, `{"s":"😀"}`},
		{"DEL and separators are not escaped", "{\"s\":\"\x7f\u2028\"}", "{\"s\":\"\x7f\u2028\"}"},
		// RFC 8785, 3.2.3: the keys sort by UTF-16 code units, so the emoji comes before U+FB33.
		{"keys by UTF-16", `{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`,
			"{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}"},
		{"largest integers", `[9007199254740991,-9007199254740991]`, `[9007199254740991,-9007199254740991]`},
		{"nested", `{"z":{"b":[{"y":1,"x":"2"}],"a":{}}}`, `{"z":{"a":{},"b":[{"x":"2","y":1}]}}`},
	} {
		got, err := Canonicalize([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, got, err, c.want)
		}
		if !IsCanonical([]byte(c.want)) || c.in != c.want && IsCanonical([]byte(c.in)) {
			t.Errorf("%s: IsCanonical is wrong", c.name)
		}
	}
}

func TestCanonicalizeRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":             "",
		"null":                `{"a":null}`,
		"fraction":            `{"a":1.5}`,
		"whole fraction":      `{"a":1.0}`,
		"exponent":            `{"a":1e3}`,
		"too large":           `{"a":9007199254740992}`,
		"much too large":      `{"a":123456789012345678901234567890}`,
		"too small":           `{"a":-9007199254740992}`,
		"minus zero":          `{"a":-0}`,
		"leading zero":        `{"a":01}`,
		"sign alone":          `{"a":-}`,
		"plus":                `{"a":+1}`,
		"duplicate key":       `{"a":1,"b":2,"a":3}`,
		"same key escaped":    `{"a":1,"\u0061":2}`,
		"lone surrogate":      `{"a":"\ud800"}`,
		"wrong order":         `{"a":"\ude00\ud83d"}`,
		"half pair":           `{"a":"\ud83dx"}`,
		"broken UTF-8":        "{\"a\":\"\xff\"}",
		"broken after \\":     "{\"a\":\"\\n\xff\"}",
		"raw control":         "{\"a\":\"\x01\"}",
		"raw control after":   "{\"a\":\"\\n\x01\"}",
		"unknown escape":      `{"a":"\x41"}`,
		"short escape":        `{"a":"\u00"}`,
		"bad hex":             `{"a":"\u00zz"}`,
		"open string":         `{"a":"b`,
		"open escape":         `{"a":"b\`,
		"open object":         `{"a":1`,
		"open array":          `[1,`,
		"trailing comma":      `{"a":1,}`,
		"array comma":         `[1,]`,
		"missing colon":       `{"a" 1}`,
		"key no string":       `{1:2}`,
		"second value":        `{} {}`,
		"word":                `nope`,
		"too deep":            strings.Repeat("[", 70) + strings.Repeat("]", 70),
		"byte order mark":     "\ufeff{}",
		"semicolon for comma": `[1;2]`,
	} {
		if got, err := Canonicalize([]byte(in)); err == nil {
			t.Errorf("%s: accepted as %s", name, got)
		}
	}
}

// drawValue makes any value that a fact may hold.
func drawValue(t *rapid.T, depth int) any {
	kinds := 3
	if depth < 3 {
		kinds = 5
	}
	switch rapid.IntRange(1, kinds).Draw(t, "kind") {
	case 1:
		return rapid.String().Draw(t, "string")
	case 2:
		return rapid.Int64Range(-MaxInt, MaxInt).Draw(t, "int")
	case 3:
		return rapid.Bool().Draw(t, "bool")
	case 4:
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(t, "len") {
			list = append(list, drawValue(t, depth+1))
		}
		return list
	default:
		object := map[string]any{}
		for range rapid.IntRange(0, 4).Draw(t, "len") {
			object[rapid.String().Draw(t, "key")] = drawValue(t, depth+1)
		}
		return object
	}
}

func TestCanonicalizeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, err := json.Marshal(drawValue(t, 0))
		if err != nil {
			t.Fatal(err)
		}
		once, err := Canonicalize(in)
		if err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		twice, err := Canonicalize(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("not idempotent: %s, then %s, %v", once, twice, err)
		}
		sameMeaning(t, in, once)
	})
}

type fataler interface{ Fatalf(string, ...any) }

// sameMeaning lets the standard library judge that nothing but the spelling changed.
func sameMeaning(t fataler, a, b []byte) {
	var x, y any
	if err := decodeNumbers(a, &x); err != nil {
		t.Fatalf("%s: %v", a, err)
	}
	if err := decodeNumbers(b, &y); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	xs, _ := json.Marshal(x)
	ys, _ := json.Marshal(y)
	if !bytes.Equal(xs, ys) {
		t.Fatalf("%s became %s", a, b)
	}
}

func decodeNumbers(b []byte, v *any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(v)
}

func TestKeyOrderIsUTF16(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("a\ue000\ufb33\uffff😀𐀀")))), 2, 6,
			rapid.ID[string]).Draw(t, "keys")
		units := func(s string) []uint16 { return utf16.Encode([]rune(s)) }
		sort.Slice(keys, func(i, j int) bool {
			a, b := units(keys[i]), units(keys[j])
			for k := 0; k < len(a) && k < len(b); k++ {
				if a[k] != b[k] {
					return a[k] < b[k]
				}
			}
			return len(a) < len(b)
		})
		for i := 1; i < len(keys); i++ {
			if compareUTF16(keys[i-1], keys[i]) >= 0 || compareUTF16(keys[i], keys[i-1]) <= 0 {
				t.Fatalf("%q and %q", keys[i-1], keys[i])
			}
		}
	})
}

func FuzzCanonicalize(f *testing.F) {
	for _, seed := range []string{`{"a":[1,true,"x"],"b":{}}`, `{"\ud83d\ude00":-1}`, `[[[]]]`, `{"a":1e3}`,
		"{\"\xff\":1}", `{"a":"\u0000"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := Canonicalize(in)
		if err != nil {
			return
		}
		if !json.Valid(in) || !IsCanonical(out) {
			t.Fatalf("%q became %q", in, out)
		}
		sameMeaning(t, in, out)
	})
}
