package filing

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

// Device is the name under which the fields of one device stand.
func (b ReportBody) Device(i int) string { return fmt.Sprintf("devices[%d]", i) }

// Resident is the name under which the residents of one state stand.
func (b ReportBody) Resident(i int) string {
	return fmt.Sprintf("personal_information.residents[%d]", i)
}

// DevicesAsked says whether the pack asks for devices in the light of what is typed: for a crime or a theft. CA step 2
func (b ReportBody) DevicesAsked() bool {
	return b.Preview != nil && asks(b.Preview.Missing, "devices")
}

// PersonalFilled says whether something stands in the block on personal information, so that it must be seen.
func (b ReportBody) PersonalFilled() bool {
	return len(b.F.Values["personal_information.types"]) > 0 || len(page.RowsOf(b.F.Values, "personal_information.residents")) > 0 ||
		slices.ContainsFunc(b.F.Problems, func(p page.Problem) bool { return strings.HasPrefix(p.ID, "f-personal-information-") })
}

// DevicesOpen says whether the devices are shown from the start: when they are asked for, or when some are there.
func (b ReportBody) DevicesOpen() bool {
	if b.DevicesAsked() || b.F.Values.Get("crime_suspected") == "yes" || len(b.Devices) > 1 || len(page.RowsOf(b.F.Values, "devices")) > 0 {
		return true
	}
	return slices.ContainsFunc(b.F.Problems, func(p page.Problem) bool { return strings.HasPrefix(p.ID, "f-devices-") })
}

// Opened says whether a block that starts closed holds something, typed or to be mended.
func (b ReportBody) Opened(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		wrong := slices.ContainsFunc(b.F.Problems, func(p page.Problem) bool { return p.ID == page.FieldID(name) })
		return wrong || strings.Join(b.F.Values[name], "") != ""
	})
}

// Categories offers the pack's kinds of incident.
func (b ReportBody) Categories() page.Control {
	return b.F.Many("categories", "What kind of incident is it?", "Choose all that apply.", TermOptions(b.Form.Categories))
}

// PITypes offers the pack's elements of personal information.
func (b ReportBody) PITypes() page.Control {
	return b.F.Many("personal_information.types", "Which kinds of information?", "", TermOptions(b.Form.PITypes))
}

// TermOptions offers the terms of a pack.
func TermOptions(terms []policy.Term) []page.Option {
	options := make([]page.Option, len(terms))
	for i, t := range terms {
		options[i] = page.Option{Value: t.ID, Label: t.Label, Hint: t.Help}
	}
	return options
}

// Anchor is the control that answers a missing item; empty where the form has none.
func (b ReportBody) Anchor(item policy.Item) string {
	if len(item.Fields) == 0 {
		return ""
	}
	field := item.Fields[0]
	if rest, ok := strings.CutPrefix(field, "devices."); ok {
		field = "devices[0]." + rest
	}
	if field == "devices" {
		field = "devices[0]"
	}
	if strings.HasPrefix(field, "management.") && !b.Management {
		return ""
	}
	return page.FieldID(field)
}
