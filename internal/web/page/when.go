package page

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"tocsin/internal/domain/investigation"
)

// Clock shows instants to one reader: the time of the request and the zone they read in.
type Clock struct {
	ReadAt time.Time
	Zone   *time.Location
}

// instant is a point in time ready for a page: for machines, in words, and with the offset that the words mean.
type instant struct {
	Machine, Date, Time, Offset string
}

// ZoneCookie carries the zone that the browser told; it is a preference, not a credential.
const ZoneCookie = "tocsin_zone"

// ReaderZone is the browser's zone where it told one that exists.
func ReaderZone(r *http.Request) *time.Location {
	c, err := r.Cookie(ZoneCookie)
	if err != nil {
		return nil
	}
	// LoadLocation reads a file by this name on some systems: only plain zone names may reach it.
	name := strings.ReplaceAll(c.Value, "%2F", "/")
	if len(name) > 64 || name == "" || name == "Local" || strings.Trim(name, zoneLetters) != "" {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

const zoneLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/"

// At prepares an instant for the page. Offset reads "PST, UTC−08:00".
func (c Clock) At(t time.Time) instant {
	t = t.In(c.Zone)
	return instant{
		Machine: t.Format(time.RFC3339),
		Date:    t.Format("Jan 2, 2006"),
		Time:    strings.NewReplacer("AM", "a.m.", "PM", "p.m.").Replace(t.Format("3:04 PM")),
		Offset:  OffsetWords(t),
	}
}

// OffsetWords writes the offset of a time from UTC.
func OffsetWords(t time.Time) string {
	name, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	offset := fmt.Sprintf("UTC%s%02d:%02d", sign, seconds/3600, seconds%3600/60)
	if strings.Trim(name, "+-0123456789") == "" {
		return offset
	}
	return name + ", " + offset
}

// Left says how long there is until due, or for how long it has been overdue.
func (c Clock) Left(due time.Time) string {
	d := due.Sub(c.ReadAt)
	if d < 0 {
		return "overdue by " + Span(-d)
	}
	if d < time.Minute {
		return "due now"
	}
	return "due in " + Span(d)
}

// Ago says how long ago something happened.
func (c Clock) Ago(t time.Time) string {
	d := c.ReadAt.Sub(t)
	if d < time.Minute {
		return "just now"
	}
	return Span(d) + " ago"
}

// Span gives a duration in the one or two units that a person would use. It rounds down: never more time than there is.
func Span(d time.Duration) string {
	minutes := int64(d / time.Minute)
	hours, days := minutes/60, minutes/(60*24)
	switch {
	case minutes < 1:
		return "less than a minute"
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case hours < 24 && minutes%60 != 0:
		return fmt.Sprintf("%d h %d min", hours, minutes%60)
	case hours < 24:
		return fmt.Sprintf("%d h", hours)
	case days < 2:
		return fmt.Sprintf("1 day %d h", hours-24)
	default:
		return fmt.Sprintf("%d days", days)
	}
}

// Now is the instant of the request.
func (c Clock) Now() time.Time { return c.ReadAt }

// Late says whether an instant has passed.
func (c Clock) Late(t time.Time) bool { return t.Before(c.ReadAt) }

// LateFor says how late something was, from seconds.
func (c Clock) LateFor(seconds int64) string { return Span(time.Duration(seconds) * time.Second) }

// Instant is the time of the request for the script, which counts on from it.
func (c Clock) Instant() string { return c.ReadAt.UTC().Format(time.RFC3339Nano) }

// stamp is the time of an event for a page: in the reader's zone as exactly as it is known, and as the source had it.
type stamp struct{ Machine, Text, Offset, Original string }

// precise are the layouts for what is known of a time.
var precise = map[string]string{investigation.Second: "2006-01-02 15:04:05", investigation.Minute: "2006-01-02 15:04",
	investigation.Hour: "2006-01-02 15 h", investigation.Day: "2006-01-02", investigation.Month: "2006-01"}
