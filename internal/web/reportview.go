package web

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/internal/domain/policy"
)

// Device is the name under which the fields of one device stand.
func (b reportBody) Device(i int) string { return fmt.Sprintf("devices[%d]", i) }

// Resident is the name under which the residents of one state stand.
func (b reportBody) Resident(i int) string {
	return fmt.Sprintf("personal_information.residents[%d]", i)
}

// DevicesAsked says whether the pack asks for devices in the light of what is typed: for a crime or a theft. CA step 2
func (b reportBody) DevicesAsked() bool {
	return b.Preview != nil && asks(b.Preview.Missing, "devices")
}

// PersonalFilled says whether something stands in the block on personal information, so that it must be seen.
func (b reportBody) PersonalFilled() bool {
	return len(b.F.typed["personal_information.types"]) > 0 || len(rowsOf(b.F.typed, "personal_information.residents")) > 0 ||
		slices.ContainsFunc(b.F.problems, func(p problem) bool { return strings.HasPrefix(p.ID, "f-personal-information-") })
}

// DevicesOpen says whether the devices are shown from the start: when they are asked for, or when some are there.
func (b reportBody) DevicesOpen() bool {
	if b.DevicesAsked() || b.F.typed.Get("crime_suspected") == "yes" || len(b.Devices) > 1 || len(rowsOf(b.F.typed, "devices")) > 0 {
		return true
	}
	return slices.ContainsFunc(b.F.problems, func(p problem) bool { return strings.HasPrefix(p.ID, "f-devices-") })
}

// Opened says whether a block that starts closed holds something, typed or to be mended.
func (b reportBody) Opened(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		wrong := slices.ContainsFunc(b.F.problems, func(p problem) bool { return p.ID == fieldID(name) })
		return wrong || strings.Join(b.F.typed[name], "") != ""
	})
}

// Categories offers the pack's kinds of incident.
func (b reportBody) Categories() control {
	return b.F.many("categories", "What kind of incident is it?", "Choose all that apply.", termOptions(b.Form.Categories))
}

// PITypes offers the pack's elements of personal information.
func (b reportBody) PITypes() control {
	return b.F.many("personal_information.types", "Which kinds of information?", "", termOptions(b.Form.PITypes))
}

func termOptions(terms []policy.Term) []option {
	options := make([]option, len(terms))
	for i, t := range terms {
		options[i] = option{Value: t.ID, Label: t.Label, Hint: t.Help}
	}
	return options
}

// Anchor is the control that answers a missing item; empty where the form has none.
func (b reportBody) Anchor(item policy.Item) string {
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
	return fieldID(field)
}

// YesNo2 asks for yes, no or unknown where the contract has a word for each.
func (f formView) YesNo2(name, label, hint string) control {
	return f.one(name, label, hint, []option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}, {Value: "unknown", Label: "Not known yet"}})
}

// Several offers the given values, written in words; any may be taken.
func (f formView) Several(name, label string, values ...string) control {
	var options []option
	for _, v := range values {
		options = append(options, option{Value: v, Label: sentence(v)})
	}
	return f.many(name, label, "Choose all that apply.", options)
}

// Person is one line of a contact. Only for the reporter may the browser fill in its user's own data.
func (f formView) Person(at, field, label string) control {
	c := f.control(at+"."+field, label, "")
	if field == "email" {
		c.Type = "email"
	}
	if at == "reporter" {
		c.Auto = map[string]string{"name": "name", "email": "email", "phones": "tel", "address": "street-address"}[field]
	}
	return c
}

// Described lists the ids that describe a control, for aria-describedby.
func (c control) Described() string {
	var ids []string
	if c.Hint != "" {
		ids = append(ids, c.ID+"-hint")
	}
	if c.Error != "" {
		ids = append(ids, c.ID+"-error")
	}
	return strings.Join(ids, " ")
}
