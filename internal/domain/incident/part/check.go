package part

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/record"
)

// Limits of what a person writes. They bound what one request may cost, far above what anybody needs.
const (
	maxProse = 256 << 10 // bytes of one prose field
	maxLine  = 1000      // bytes of one short field
	MaxList  = 200       // values of one list
)

// Checker collects what is wrong with what somebody wrote, each fault under the field that it is in.
type Checker struct {
	Now    time.Time
	Faults fault.List
}

// Add records a fault.
func (c *Checker) Add(field, detail, remedy string) {
	c.Faults = append(c.Faults, fault.Invalid(field, detail, remedy))
}

// Require records a fault where something does not hold.
func (c *Checker) Require(field string, ok bool, detail, remedy string) {
	if !ok {
		c.Add(field, detail, remedy)
	}
}

// OneOf checks a word of a closed list; an empty one is not stated.
func (c *Checker) OneOf(field, s string, allowed ...string) {
	if s != "" && !slices.Contains(allowed, s) {
		c.Add(field, "this value is not known", "use one of: "+strings.Join(allowed, ", "))
	}
}

func (c *Checker) text(field, s string, limit int) {
	switch {
	case !utf8.ValidString(s):
		c.Add(field, "the text is not valid UTF-8", "send it as UTF-8")
	case strings.ContainsRune(s, 0):
		c.Add(field, "the text holds a NUL character", "remove it")
	case len(s) > limit:
		c.Add(field, fmt.Sprintf("the text is longer than %d bytes", limit), "shorten it; send the rest as a supplement")
	}
}

// Prose checks a field that may have many lines.
func (c *Checker) Prose(field, s string) { c.text(field, s, maxProse) }

// Line checks a short field: control characters have no place in names, numbers and addresses.
func (c *Checker) Line(field, s string) {
	before := len(c.Faults)
	c.text(field, s, maxLine)
	if len(c.Faults) == before && strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		c.Add(field, "the text holds a line break or control character", "write it on one line")
	}
}

// Lines checks a list of short fields.
func (c *Checker) Lines(field string, list []string) {
	if len(list) > MaxList {
		c.Add(field, fmt.Sprintf("more than %d values", MaxList), "send the most important ones, the rest as a supplement")
		return
	}
	for i, s := range list {
		c.Line(fmt.Sprintf("%s[%d]", field, i), s)
	}
}

// Moment reads RFC 3339 with an offset and refuses the future.
func (c *Checker) Moment(field, s string) *record.Moment {
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		c.Add(field, "this is no time in the form of RFC 3339", "write it with its offset, for example 2026-11-26T22:15:00-08:00")
		return nil
	}
	if t.After(c.Now.Add(Skew)) {
		c.Add(field, "this time is in the future", "correct the date, the hour or the offset")
		return nil
	}
	_, offset := t.Zone()
	return &record.Moment{At: t.UnixMicro(), Offset: int64(offset / 60)}
}
