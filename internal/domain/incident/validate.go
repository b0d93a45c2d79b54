package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/internal/domain/fault"
)

// Limits of a filing. They bound what one report may cost, far above what a report needs.
const (
	maxProse   = 256 << 10 // bytes of one prose field
	maxLine    = 1000      // bytes of one short field
	maxDevices = 200
	maxList    = 200
	skew       = 2 * time.Minute // a filer's clock may be this far ahead of ours
)

// Vocabulary answers which ids the pack in force knows.
type Vocabulary interface {
	KnownCategory(id string) bool
	KnownPIType(id string) bool
}

// Check says what is wrong with a filing, every fault at once. Missing values are never a fault beyond the two that
// make a report a report: an entity, and a description or one category. CA step 2 important
func Check(f Filing, v Vocabulary, now time.Time) (occurred, discovered *Moment, err error) {
	c := checker{now: now}
	c.require("entity", f.Entity != "", "a filing names its entity", "give the entity's id")
	c.require("description", f.Description != "" || len(f.Categories) > 0, "a filing has a description or at least one category",
		"say in a few words what happened, or choose a category")
	c.oneOf("kind", f.Kind, Initial, Supplement, Written)
	c.require("incident", f.Kind == Initial || f.Kind == "" || f.Incident != "", "a supplement or written report belongs to an incident",
		"give the incident's number")
	c.prose("description", f.Description)
	c.prose("actions_taken", f.ActionsTaken)
	c.contact("reporter", f.Reporter)
	c.contact("iso", f.ISO)
	c.contact("alternate_contact", f.AlternateContact)
	c.known("categories", f.Categories, v.KnownCategory, "the pack in force does not know this category")
	c.devices(f.Devices)
	c.personal(f.PersonalInformation, v)
	c.impact(f.Impact)
	c.notNegative("outage_minutes", f.OutageMinutes)
	c.management(f.Management)
	occurred, discovered = c.moment("occurred_at", f.OccurredAt), c.moment("discovered_at", f.DiscoveredAt)
	if occurred != nil && discovered != nil && discovered.At < occurred.At {
		c.add("discovered_at", "it is before the time of occurrence", "correct one of the two times; leave out the one you do not know")
	}
	return occurred, discovered, c.faults.Err()
}

// CheckTelephone says what is wrong with a telephone report.
func CheckTelephone(t Telephone, now time.Time) (called, discovered *Moment, err error) {
	c := checker{now: now}
	c.require("entity", t.Entity != "", "a telephone report names its entity", "give the entity's id")
	c.require("caller", t.Caller != "", "a telephone report says who called", "give the caller's name")
	c.require("called", t.Called != "", "a telephone report says who was called", "give the desk or person")
	c.require("called_at", t.CalledAt != "", "a telephone report says when the call was", "give the time with its offset, for example 2026-11-26T22:15:00-08:00")
	for path, s := range map[string]string{"caller": t.Caller, "called": t.Called, "reference": t.Reference, "entity": t.Entity} {
		c.line(path, s)
	}
	c.prose("description", t.Description)
	called, discovered = c.moment("called_at", t.CalledAt), c.moment("discovered_at", t.DiscoveredAt)
	if called != nil && discovered != nil && called.At < discovered.At {
		c.add("called_at", "the call is before the time of discovery", "correct one of the two times")
	}
	return called, discovered, c.faults.Err()
}

// CheckProse says what is wrong with one required piece of prose: a question, an answer, a reason.
func CheckProse(field, s, why string) error {
	c := checker{}
	c.require(field, strings.TrimSpace(s) != "", why, "write a sentence")
	c.prose(field, s)
	return c.faults.Err()
}

type checker struct {
	now    time.Time
	faults fault.List
}

func (c *checker) add(field, detail, remedy string) {
	c.faults = append(c.faults, fault.Invalid(field, detail, remedy))
}

func (c *checker) require(field string, ok bool, detail, remedy string) {
	if !ok {
		c.add(field, detail, remedy)
	}
}

func (c *checker) oneOf(field, s string, allowed ...string) {
	if s != "" && !slices.Contains(allowed, s) {
		c.add(field, "this value is not known", "use one of: "+strings.Join(allowed, ", "))
	}
}

func (c *checker) text(field, s string, limit int) {
	switch {
	case !utf8.ValidString(s):
		c.add(field, "the text is not valid UTF-8", "send it as UTF-8")
	case strings.ContainsRune(s, 0):
		c.add(field, "the text holds a NUL character", "remove it")
	case len(s) > limit:
		c.add(field, fmt.Sprintf("the text is longer than %d bytes", limit), "shorten it; send the rest as a supplement")
	}
}

func (c *checker) prose(field, s string) { c.text(field, s, maxProse) }

// line checks a short field: control characters have no place in names, numbers and addresses.
func (c *checker) line(field, s string) {
	before := len(c.faults)
	c.text(field, s, maxLine)
	if len(c.faults) == before && strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		c.add(field, "the text holds a line break or control character", "write it on one line")
	}
}

func (c *checker) lines(field string, list []string) {
	if len(list) > maxList {
		c.add(field, fmt.Sprintf("more than %d values", maxList), "send the most important ones, the rest as a supplement")
		return
	}
	for i, s := range list {
		c.line(fmt.Sprintf("%s[%d]", field, i), s)
	}
}

func (c *checker) contact(field string, p *Contact) {
	if p == nil {
		return
	}
	c.line(field+".name", p.Name)
	c.line(field+".email", p.Email)
	c.lines(field+".phones", p.Phones)
	c.prose(field+".address", p.Address) // an address may have several lines
}

func (c *checker) known(field string, ids []string, known func(string) bool, detail string) {
	if len(ids) > maxList {
		c.add(field, fmt.Sprintf("more than %d values", maxList), "name each once")
		return
	}
	for i, id := range ids {
		if !known(id) {
			c.add(fmt.Sprintf("%s[%d]", field, i), detail, "use an id that the form for this entity lists")
		}
	}
}

func (c *checker) devices(devices []Device) {
	if len(devices) > maxDevices {
		c.add("devices", fmt.Sprintf("more than %d devices", maxDevices), "list the most important ones; say in the description how many there are")
		return
	}
	for i, d := range devices {
		at := fmt.Sprintf("devices[%d].", i)
		for name, s := range map[string]string{"make_model": d.MakeModel, "serial": d.Serial, "asset_id": d.AssetID, "hostname": d.Hostname, "os": d.OS, "location": d.Location} {
			c.line(at+name, s)
		}
		c.lines(at+"ip", d.IP)
	}
}

func (c *checker) personal(p *PersonalInformation, v Vocabulary) {
	if p == nil {
		return
	}
	c.oneOf("personal_information.involved", p.Involved, "yes", "no", "unknown")
	c.known("personal_information.types", p.Types, v.KnownPIType, "the pack in force does not know this kind of personal information")
	if len(p.Residents) > 100 {
		c.add("personal_information.residents", "more than 100 states or territories", "count each state once")
		return
	}
	for state, n := range p.Residents {
		if len(state) != 2 || strings.ToUpper(state) != state || strings.Trim(state, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			c.add("personal_information.residents", "a state is named by its two-letter postal code", "write for example CA or MA")
		} else if n < 0 || n > 1<<40 {
			c.add("personal_information.residents."+state, "a count of residents is zero or more", "give a whole number, or leave it out")
		}
	}
}

func (c *checker) impact(im *Impact) {
	if im == nil {
		return
	}
	c.oneOf("impact.asset_rating", im.AssetRating, "critical", "high", "medium", "low")
	c.oneOf("impact.information_class", im.InformationClass, "restricted", "confidential", "internal", "public")
	c.oneOf("impact.functional", im.Functional, "none", "low", "medium", "high")
	c.oneOf("impact.recoverability", im.Recoverability, "regular", "supplemented", "extended", "not_recoverable")
	for i, s := range im.Information {
		c.oneOf(fmt.Sprintf("impact.information[%d]", i), s, "none", "privacy_breach", "proprietary_breach", "integrity_loss")
	}
	c.notNegative("impact.liability_usd", im.LiabilityUSD)
}

func (c *checker) notNegative(field string, n *int64) {
	if n != nil && (*n < 0 || *n > 1<<50) {
		c.add(field, "the value is zero or more", "give a whole number, or leave it out")
	}
}

func (c *checker) management(m *Management) {
	if m == nil {
		return
	}
	for path, s := range map[string]string{"location": m.Location, "recovery_expectation": m.RecoveryExpectation, "measures": m.Measures,
		"evidence_collected": m.EvidenceCollected, "pending_actions": m.PendingActions} {
		c.prose("management."+path, s)
	}
	c.lines("management.affected_systems", m.AffectedSystems)
	c.lines("management.user_groups", m.UserGroups)
	c.lines("management.stakeholders_to_notify", m.StakeholdersToNotify)
	c.contact("management.discovered_by", m.DiscoveredBy)
	c.moment("management.reported_to_management_at", m.ReportedToManagementAt)
}

// moment reads RFC 3339 with an offset and refuses the future.
func (c *checker) moment(field, s string) *Moment {
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		c.add(field, "this is no time in the form of RFC 3339", "write it with its offset, for example 2026-11-26T22:15:00-08:00")
		return nil
	}
	if t.After(c.now.Add(skew)) {
		c.add(field, "this time is in the future", "correct the date, the hour or the offset")
		return nil
	}
	_, offset := t.Zone()
	return &Moment{At: t.UnixMicro(), Offset: int64(offset / 60)}
}
