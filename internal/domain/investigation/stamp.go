package investigation

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Stamp is a time as a source wrote it.
type Stamp struct {
	At        time.Time // in the zone that the source gave, or the one that was said to hold
	Precision string
	About     bool
	Zone      string // as the source gave it; empty where it gave none
}

// Orders of the numbers of a date that could be read in two ways.
const (
	MonthFirst = "mdy"
	DayFirst   = "dmy"
)

// Reading is how times are read where they do not say it themselves.
type Reading struct {
	Zone *time.Location // nil: asked for
	Name string         // of that zone, as it is kept with the event
	Date string         // MonthFirst, DayFirst; empty: asked for
	Now  time.Time      // syslog leaves out the year
}

// Problems of a time, each with what to do.
const (
	NoTime     = "No time was recognised. Begin the line with it, for instance 2026-06-18 15:04."
	AsksZone   = "The time has no zone. Choose the zone of such times above."
	AsksDate   = "The date can be read in two ways. Choose above whether the month or the day comes first."
	WrongTime  = "This time does not exist."
	notAllowed = "The time is in the future, or before there were records."
)

const (
	clockForm = `(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s?([AaPp])\.?[Mm]\.?)?`
	zoneForm  = `(?:\s?(Z|UTC|GMT|[ECMP][SD]T|AKST|AKDT|HST|[+-]\d{2}:?\d{2}))?`
)

var (
	isoForm    = regexp.MustCompile(`^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ,]\s?` + clockForm + zoneForm + `)?)?(?:\b|$)`)
	slashForm  = regexp.MustCompile(`^(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:,?\s+` + clockForm + zoneForm + `)?(?:\b|$)`)
	syslogForm = regexp.MustCompile(`^(?:<\d{1,3}>)?([A-Z][a-z]{2})\s{1,2}(\d{1,2})\s(?:(\d{4})\s)?` + clockForm + zoneForm + `(?:\b|$)`)
	apacheForm = regexp.MustCompile(`\[(\d{2})/([A-Z][a-z]{2})/(\d{4}):(\d{2}):(\d{2}):(\d{2})\s([+-]\d{4})\]`)
	epochForm  = regexp.MustCompile(`^(\d{10})(\d{3})?(?:\.(\d{1,6}))?(?:\b|$)`)
	wordForm   = regexp.MustCompile(`^(?i)(about|approx\.?|approximately|around|ca\.|~)\s*`)
	rfc5424    = regexp.MustCompile(`^<\d{1,3}>1\s`)
)

// zoneOffsets are the abbreviations that are read, in minutes east of UTC.
var zoneOffsets = map[string]int{"Z": 0, "UTC": 0, "GMT": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
	"AKST": -540, "AKDT": -480, "HST": -600}

var months = map[string]time.Month{"Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12}

// fields are the parts of a written time.
type fields struct {
	year, day         int
	month             time.Month
	clock             []string // hour, minute, second, fraction, a or p, zone
	precision         string
	ambiguous, absent bool
}

// ReadStamp reads the time at the beginning of a text, or within it where web servers put it, and answers what follows it. A
// problem says what is missing or wrong.
func ReadStamp(s string, how Reading) (out Stamp, rest, problem string) {
	s = strings.TrimSpace(s)
	if at := wordForm.FindString(s); at != "" {
		out.About, s = true, s[len(at):]
	}
	s = rfc5424.ReplaceAllString(s, "")
	if m := epochForm.FindStringSubmatch(s); m != nil {
		return readEpoch(m, s, out)
	}
	f, used := readFields(s, how)
	switch {
	case used == "":
		return out, s, NoTime
	case f.ambiguous:
		return out, s, AsksDate
	}
	rest = strings.TrimLeft(strings.Replace(s, used, "", 1), " \t,;|-–:")
	if strings.HasPrefix(used, "[") {
		rest = s // what web servers log stays whole
	}
	problem = f.fill(&out, how)
	return out, rest, problem
}

func readEpoch(m []string, s string, out Stamp) (Stamp, string, string) {
	seconds, _ := strconv.ParseInt(m[1], 10, 64)
	millis, _ := strconv.ParseInt(m[2], 10, 64)
	out.At, out.Zone, out.Precision = time.UnixMilli(seconds*1000+millis).UTC(), "epoch", Second
	return out, strings.TrimLeft(s[len(m[0]):], " \t,;|-–:"), ""
}

// readFields finds the form in which a time is written, and the text that it takes.
func readFields(s string, how Reading) (f fields, used string) {
	if m := isoForm.FindStringSubmatch(s); m != nil {
		f = fields{year: number(m[1]), month: time.Month(number(m[2])), day: max(1, number(m[3])), clock: m[4:], precision: Day}
		if m[3] == "" {
			f.precision = Month
		}
		return f, m[0]
	}
	if m := syslogForm.FindStringSubmatch(s); m != nil && months[m[1]] > 0 {
		f = fields{year: number(m[3]), month: months[m[1]], day: number(m[2]), clock: m[4:], absent: m[3] == ""}
		return f, m[0]
	}
	if m := apacheForm.FindStringSubmatch(s); m != nil && months[m[2]] > 0 {
		return fields{year: number(m[3]), month: months[m[2]], day: number(m[1]), clock: []string{m[4], m[5], m[6], "", "", m[7]}}, m[0]
	}
	m := slashForm.FindStringSubmatch(s)
	if m == nil {
		return f, ""
	}
	a, b := number(m[1]), number(m[2])
	f = fields{year: number(m[3]), month: time.Month(a), day: b, clock: m[4:], precision: Day}
	switch {
	case a > 12 || how.Date == DayFirst && b <= 12:
		f.month, f.day = time.Month(b), a
	case b <= 12 && a != b && how.Date == "":
		f.ambiguous = true
	}
	return f, m[0]
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// fill makes an instant of the parts.
func (f fields) fill(out *Stamp, how Reading) (problem string) {
	hour, minute, second, nanos := number(f.clock[0]), number(f.clock[1]), number(f.clock[2]), 0
	switch {
	case f.clock[0] == "":
		out.Precision = f.precision
	case f.clock[2] == "":
		out.Precision = Minute
	default:
		out.Precision = Second
		nanos = number((f.clock[3] + "000000000")[:9])
	}
	if half := strings.ToLower(f.clock[4]); half != "" {
		if hour < 1 || hour > 12 {
			return WrongTime
		}
		if hour %= 12; half == "p" {
			hour += 12
		}
	}
	zone := how.Zone
	if name := f.clock[5]; name != "" {
		zone, out.Zone = fixed(name), name
	} else {
		out.Zone = how.Name
	}
	if zone == nil {
		return AsksZone
	}
	if f.absent {
		f.year = yearOf(f, hour, minute, second, zone, how.Now)
	}
	out.At = time.Date(f.year, f.month, f.day, hour, minute, second, nanos, zone)
	if out.At.Month() != f.month || out.At.Day() != f.day || hour > 23 || minute > 59 || second > 60 || f.month < 1 || f.month > 12 {
		return WrongTime
	}
	return ""
}

// fixed is the zone of an abbreviation or an offset.
func fixed(name string) *time.Location {
	if minutes, ok := zoneOffsets[name]; ok {
		return time.FixedZone(name, minutes*60)
	}
	digits := strings.ReplaceAll(name[1:], ":", "")
	minutes := number(digits[:2])*60 + number(digits[2:])
	if name[0] == '-' {
		minutes = -minutes
	}
	if minutes < -14*60 || minutes > 14*60 {
		return nil
	}
	return time.FixedZone("", minutes*60)
}

// yearOf is the latest year in which a time without a year lies before now, give or take a day.
func yearOf(f fields, hour, minute, second int, zone *time.Location, now time.Time) int {
	year := now.In(zone).Year()
	if time.Date(year, f.month, f.day, hour, minute, second, 0, zone).After(now.Add(tomorrow)) {
		year--
	}
	return year
}
