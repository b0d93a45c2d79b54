// Package jsonin reads JSON that comes from outside, strictly: what it accepts has one meaning, and what it refuses it
// refuses by naming the field and the remedy. The API and the command line's file reader share it, so that a file that
// the one takes the other takes too.
//
// It differs from encoding/json where that is lenient: names match exactly, a name may stand once, no second value may
// follow, text must be UTF-8 without NUL and without half surrogates, sizes are bounded, and null means "not stated"
// wherever it stands. The rules of a field come from the tags that the published contract is generated from: enum,
// minimum, maxLength, maxItems, required.
package jsonin

import (
	"bytes"
	"reflect"
	"strconv"

	"tocsin/internal/domain/fault"
)

// Limits bounds a document. Each is refused by name, never cut.
type Limits struct {
	SizeBytes int // of the whole document
	Text      int // characters in one string that has no maxLength of its own
	Items     int // entries of one list or map that has no maxItems of its own
	Depth     int // objects and lists inside each other
}

// Contract holds the limits of a filing: far above what people write by hand, far below what would hurt the server.
var Contract = Limits{SizeBytes: 1 << 20, Text: 256 << 10, Items: 200, Depth: 16}

// Body is the field that a refusal names when the document as a whole is to blame.
const Body = "body"

// reportedMax bounds how many refusals one answer lists: enough to mend a file in one go, too few to be an attack.
const reportedMax = 50

// Malformed is a document that is not JSON; it carries where reading stopped.
type Malformed struct{ Fault *fault.Error }

// Error is the text of the fault.
func (m *Malformed) Error() string { return m.Fault.Error() }

// Unwrap gives the fault.
func (m *Malformed) Unwrap() error { return m.Fault }

// TooLarge is a document above Limits.SizeBytes. Its faults name the field that swelled, where that can be told.
type TooLarge struct{ Faults fault.List }

// Error is the text of the faults.
func (t *TooLarge) Error() string { return t.Faults.Error() }

// Unwrap gives the faults.
func (t *TooLarge) Unwrap() error { return t.Faults }

// Decode reads one JSON object from data into the struct that into points at. The error is a fault.List of refused
// fields, a *Malformed or a *TooLarge. It panics on a struct with fields of kinds that the contract does not use: that
// is a mistake in the program, found by the first test.
func Decode(data []byte, into any, lim Limits) error {
	target := reflect.ValueOf(into).Elem()
	d := &decoder{data: data, lim: lim}
	if len(data) > lim.SizeBytes {
		return d.swollen(target)
	}
	if err := d.document(target); err != nil {
		return err
	}
	return d.errs.Err()
}

// swollen reads the part of an oversized document that fits, only to learn which field is to blame.
func (d *decoder) swollen(target reflect.Value) error {
	d.data = d.data[:d.lim.SizeBytes]
	err := d.document(reflect.New(target.Type()).Elem())
	var found fault.List
	for _, e := range d.errs {
		if e.Detail == detailTooLong || e.Detail == detailTooMany {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		field := Body
		if m, ok := err.(*Malformed); ok {
			field = m.Fault.Field
		}
		found = fault.List{fault.Invalid(field, "The document is larger than "+strconv.Itoa(d.lim.SizeBytes)+" bytes.",
			"Shorten it; send long material as a supplement or as evidence.")}
	}
	return &TooLarge{Faults: found}
}

// document reads the one object and makes sure that nothing follows it.
func (d *decoder) document(target reflect.Value) error {
	if bytes.HasPrefix(d.data, []byte("\xef\xbb\xbf")) {
		return d.malformed(0, "The document starts with a byte order mark.", "Save it as UTF-8 without one.")
	}
	if len(bytes.Trim(d.data, space)) == 0 {
		return d.malformed(len(d.data), "The document is empty.", "Send one JSON object.")
	}
	d.start()
	if d.next() != '{' {
		if err := d.skip(); err != nil {
			return err
		}
		d.report("The document must be a JSON object.", "Send one object in braces.")
	} else if _, err := d.value(target, planOf(target.Type()), &rules{}); err != nil {
		return err
	}
	end := int(d.tokens.InputOffset())
	if len(bytes.Trim(d.data[end:], space)) > 0 {
		return d.malformed(end, "A second value follows the first.", "Send one JSON object and nothing after it.")
	}
	return nil
}
