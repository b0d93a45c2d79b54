package jsonin

import (
	"bytes"
	"reflect"
)

// Raw is an object of a document that is kept as it was written: what other programs put there, and nothing here reads. It is still
// JSON, and counts towards the size and the depth of the document.
type Raw []byte

var rawType = reflect.TypeFor[Raw]()

func (d *decoder) raw(v reflect.Value) (bool, error) {
	if d.next() != '{' {
		return false, d.mismatch("an object", "Write it in braces.")
	}
	from := d.tokens.InputOffset()
	if err := d.skip(); err != nil {
		return false, err
	}
	v.SetBytes(bytes.Clone(bytes.TrimLeft(d.data[from:d.tokens.InputOffset()], space+":,")))
	return true, nil
}
