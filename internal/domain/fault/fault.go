// Package fault holds the only error kinds that cross a package border: what was wrong with a request, said so
// that a person can mend it. Everything else is an internal error, logged and never shown.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Kind says what class of refusal an error is. Edges map it once to a status, an exit code or a page.
type Kind string

// The kinds. There are no others; see design rule "fault: the only error kinds".
const (
	KindInvalid   Kind = "invalid"   // a field is wrong; Field names it and Remedy says how to mend it
	KindConflict  Kind = "conflict"  // someone else changed the record first, or the same key was used for another request
	KindNotFound  Kind = "not_found" // absent, or not for this reader: the two look the same
	KindForbidden Kind = "forbidden" // the reader may know the thing but may not do this to it
	KindGone      Kind = "gone"      // lawfully disposed, or a link that has run out
)

// Error is a refusal. Its text never repeats the refused value: values may be personal data.
type Error struct {
	Kind   Kind
	Field  string // dotted path into the request, e.g. "devices[3].serial"; empty where no field is to blame
	Detail string // one sentence: what is wrong
	Remedy string // one sentence: what to do; empty where Detail says it
}

// Error joins field, detail and remedy into one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Field != "" {
		b.WriteString(e.Field + ": ")
	}
	b.WriteString(e.Detail)
	if e.Remedy != "" {
		b.WriteString("; " + e.Remedy)
	}
	return b.String()
}

// List is several refusals of one request, so that a person can mend all of them in one go.
type List []*Error

// Error joins the refusals, one a line.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the first refusal.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// Err returns the list as an error, or nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Invalid names the field, what is wrong with it and the remedy.
func Invalid(field, detail, remedy string) *Error {
	return &Error{Kind: KindInvalid, Field: field, Detail: detail, Remedy: remedy}
}

// Conflict says that the request does not fit what is already recorded.
func Conflict(format string, args ...any) *Error {
	return &Error{Kind: KindConflict, Detail: fmt.Sprintf(format, args...)}
}

// NotFound is the one answer for absent and for not permitted to see.
func NotFound(format string, args ...any) *Error {
	return &Error{Kind: KindNotFound, Detail: fmt.Sprintf(format, args...)}
}

// Forbidden says that the actor may see the thing but may not do this.
func Forbidden(format string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Detail: fmt.Sprintf(format, args...)}
}

// Gone says that the thing was there and is lawfully no more.
func Gone(format string, args ...any) *Error {
	return &Error{Kind: KindGone, Detail: fmt.Sprintf(format, args...)}
}

// KindOf returns the kind of the first refusal in err, or "" for an internal error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// All returns every refusal inside err, in order.
func All(err error) []*Error {
	var l List
	if errors.As(err, &l) {
		return l
	}
	var e *Error
	if errors.As(err, &e) {
		return []*Error{e}
	}
	return nil
}

// Visible marks what is no visible character, such as one that turns a line around or hides in it: a name from outside then reads as
// it stands, on a page and in a terminal.
func Visible(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}
