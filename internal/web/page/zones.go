package page

import (
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/fault"
)

// ZoneChoice is one zone that a form offers.
type ZoneChoice struct{ ID, Label string }

// ZoneChoices are the zones in which a state's people write down a time.
var ZoneChoices = []ZoneChoice{
	{"America/New_York", "Eastern"}, {"America/Chicago", "Central"}, {"America/Denver", "Mountain"},
	{"America/Phoenix", "Arizona"}, {"America/Los_Angeles", "Pacific"}, {"America/Anchorage", "Alaska"},
	{"Pacific/Honolulu", "Hawaii"}, {"America/Puerto_Rico", "Atlantic (Puerto Rico, Virgin Islands)"},
	{"Pacific/Guam", "Chamorro (Guam)"}, {"Pacific/Pago_Pago", "Samoa"}, {"UTC", "UTC"},
}

// LocalTime reads a date and time of day as a person wrote it in a zone, and keeps the offset that held there and then.
// A time of day that the clocks skipped, or passed twice, is refused with the choice that settles it.
func LocalTime(field, value, zone string) (string, []ZoneChoice, *fault.Error) {
	at, err := parseLocal(value)
	if err != nil {
		return "", nil, fault.Invalid(field, "This is not a date with a time of day.", "Write it like 2026-11-21 15:04.")
	}
	if offset, ok := fixedOffset(zone); ok {
		return inZone(at, offset).Format(time.RFC3339), nil, nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return "", nil, fault.Invalid(field, "The time zone is not known.", "Choose one from the list.")
	}
	fits := readings(at, loc)
	switch len(fits) {
	case 1:
		return fits[0].Format(time.RFC3339), nil, nil
	case 0:
		return "", nil, fault.Invalid(field, "The clocks were set forward over this time of day: it did not exist in that zone.",
			"Check the time.")
	}
	var choices []ZoneChoice
	for _, t := range fits {
		name, _ := t.Zone()
		choices = append(choices, ZoneChoice{"UTC" + t.Format("-07:00"), name + " (UTC" + t.Format("-07:00") + ")"})
	}
	return "", choices, fault.Invalid(field, "The clocks were set back that night, so this time of day came twice.",
		fmt.Sprintf("Choose %s or %s as the time zone.", choices[0].Label, choices[1].Label))
}

// localLayouts are what browsers send for a date with time, and what a person types where the browser has no picker.
var localLayouts = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05", "1/2/2006 15:04",
	"1/2/2006 3:04 PM"}

func parseLocal(value string) (time.Time, error) {
	value = strings.ToUpper(strings.TrimSpace(value))
	for _, layout := range localLayouts {
		if t, err := time.Parse(layout, value); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("no layout fits")
}

// readings lists the instants whose wall clock in loc shows at, earliest first: one, or none or two where the offset changes.
func readings(at time.Time, loc *time.Location) []time.Time {
	var fits []time.Time
	guess := inZone(at, loc)
	for _, shift := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, seconds := guess.Add(shift).Zone()
		t := inZone(at, time.FixedZone("", seconds)).In(loc)
		same := t.Format(localLayouts[1]) == at.Format(localLayouts[1])
		if same && (len(fits) == 0 || !fits[0].Equal(t)) {
			fits = append(fits, t)
		}
	}
	return fits
}

func inZone(at time.Time, loc *time.Location) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, loc)
}

// fixedOffset reads the choices that localTime offers for an hour that came twice: "UTC-07:00".
func fixedOffset(zone string) (*time.Location, bool) {
	rest, ok := strings.CutPrefix(zone, "UTC")
	if !ok || rest == "" {
		return nil, false
	}
	t, err := time.Parse("-07:00", rest)
	if err != nil {
		return nil, false
	}
	_, seconds := t.Zone()
	return time.FixedZone("", seconds), true
}
