package app_test

import (
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// A preview records nothing, and still says what the directory and the policy hold: it is for those who may do what it shows.
func TestPreviewsAreForThoseWhoMay(t *testing.T) {
	h := testkit.Start(t)
	number := file(t, h, "ca-dmv-iso", laptop()).Incident
	previews := map[string]func(person string) error{
		"report": func(person string) error {
			_, err := h.Preview(ctx, h.As(person), incident.Filing{Entity: "ca-demo-dmv", Description: "x"})
			return err
		},
		"supplement": func(person string) error {
			_, err := h.Preview(ctx, h.As(person), incident.Filing{Entity: "ca-demo-dmv", Incident: number, Kind: incident.Supplement, Description: "x"})
			return err
		},
		"events": func(person string) error {
			_, err := h.PreviewEvents(ctx, h.As(person), number, app.PasteInput{Zone: "UTC", Text: "2026-06-18 10:00 logged in"})
			return err
		},
		"indicators": func(person string) error {
			_, err := h.PreviewIndicators(ctx, h.As(person), number, app.IndicatorInput{Text: "203.0.113.7"})
			return err
		},
	}
	const may, forbidden, absent = fault.Kind(""), fault.KindForbidden, fault.KindNotFound
	for person, want := range map[string]map[string]fault.Kind{
		"ca-dmv-iso":           {"report": may, "supplement": may, "events": may, "indicators": may},
		"ca-cciu-investigator": {"report": forbidden, "supplement": forbidden, "events": forbidden, "indicators": forbidden},
		"ma-rmv-iso":           {"report": forbidden, "supplement": forbidden, "events": absent, "indicators": absent},
	} {
		for name, ask := range previews {
			if err := ask(person); fault.KindOf(err) != want[name] {
				t.Errorf("%s previews %s: %v, want %q", person, name, err, want[name])
			}
		}
	}
}
