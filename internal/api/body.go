package api

import (
	"crypto/sha256"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"tocsin/internal/jsonin"
	"tocsin/internal/ledger"
)

// body is a request body, decoded strictly by jsonin and published under the schema of T itself.
type body[T any] struct {
	Value  T             `json:"-"`
	Digest ledger.Digest `json:"-"` // SHA-256 of the bytes as received
	err    error
}

// taker is how the reader of a content type hands a body over.
type taker interface{ take(data []byte) }

func (b *body[T]) take(data []byte) {
	b.Digest = sha256.Sum256(data)
	b.err = jsonin.Decode(data, &b.Value, jsonin.Contract)
}

// Schema is that of T.
func (b body[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

// Resolve refuses the request before its handler runs where the body is not sound.
func (b *body[T]) Resolve(huma.Context) []error {
	if b.err != nil {
		return []error{b.err}
	}
	return nil
}

// jsonFormat reads bodies strictly and writes answers without HTML escapes: a receipt's entry must keep its bytes.
var jsonFormat = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		v.(taker).take(data)
		return nil
	},
}

// noNulls replaces absent lists by empty ones in an answer, so that clients may loop without looking first.
func noNulls(answer any) { fillLists(reflect.ValueOf(answer)) }

func fillLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fillLists(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillLists(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if holdsLists(v.Type().Elem().Kind()) {
			for i := range v.Len() {
				fillLists(v.Index(i))
			}
		}
	}
}

func holdsLists(k reflect.Kind) bool {
	return k == reflect.Struct || k == reflect.Slice || k == reflect.Pointer
}
