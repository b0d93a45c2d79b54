package filing

import (
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
)

// Limits of a filing. They bound what one report may cost, far above what a report needs.
const (
	maxDevices = 200
)

// Vocabulary answers which ids the pack in force knows.
type Vocabulary interface {
	KnownCategory(id string) bool
	KnownPIType(id string) bool
}

// Check says what is wrong with a filing, every fault at once. Missing values are never a fault beyond the two that
// make a report a report: an entity, and a description or one category. CA step 2 important
func Check(f Filing, v Vocabulary, now time.Time) (occurred, discovered *record.Moment, err error) {
	c := checker{part.Checker{Now: now}}
	c.Require("entity", f.Entity != "", "a filing names its entity", "give the entity's id")
	c.Require("description", f.Description != "" || len(f.Categories) > 0, "a filing has a description or at least one category",
		"say in a few words what happened, or choose a category")
	c.OneOf("kind", f.Kind, Initial, Supplement, Written)
	c.Require("incident", f.Kind == Initial || f.Kind == "" || f.Incident != "", "a supplement or written report belongs to an incident",
		"give the incident's number")
	c.Prose("description", f.Description)
	c.Prose("actions_taken", f.ActionsTaken)
	c.contact("reporter", f.Reporter)
	c.contact("iso", f.ISO)
	c.contact("alternate_contact", f.AlternateContact)
	c.known("categories", f.Categories, v.KnownCategory, "the pack in force does not know this category")
	c.devices(f.Devices)
	c.personal(f.PersonalInformation, v)
	c.impact(f.Impact)
	c.notNegative("outage_minutes", f.OutageMinutes)
	c.management(f.Management)
	occurred, discovered = c.Moment("occurred_at", f.OccurredAt), c.Moment("discovered_at", f.DiscoveredAt)
	if occurred != nil && discovered != nil && discovered.At < occurred.At {
		c.Add("discovered_at", "it is before the time of occurrence", "correct one of the two times; leave out the one you do not know")
	}
	return occurred, discovered, c.Faults.Err()
}

// CheckTelephone says what is wrong with a telephone report.
func CheckTelephone(t Telephone, now time.Time) (called, discovered *record.Moment, err error) {
	c := checker{part.Checker{Now: now}}
	c.Require("entity", t.Entity != "", "a telephone report names its entity", "give the entity's id")
	c.Require("caller", t.Caller != "", "a telephone report says who called", "give the caller's name")
	c.Require("called", t.Called != "", "a telephone report says who was called", "give the desk or person")
	c.Require("called_at", t.CalledAt != "", "a telephone report says when the call was",
		"give the time with its offset, for example 2026-11-26T22:15:00-08:00")
	for path, s := range map[string]string{"caller": t.Caller, "called": t.Called, "reference": t.Reference, "entity": t.Entity} {
		c.Line(path, s)
	}
	c.Prose("description", t.Description)
	called, discovered = c.Moment("called_at", t.CalledAt), c.Moment("discovered_at", t.DiscoveredAt)
	if called != nil && discovered != nil && called.At < discovered.At {
		c.Add("called_at", "the call is before the time of discovery", "correct one of the two times")
	}
	return called, discovered, c.Faults.Err()
}

// CheckProse says what is wrong with one required piece of prose: a question, an answer, a reason.
func CheckProse(field, s, why string) error {
	c := checker{}
	c.Require(field, strings.TrimSpace(s) != "", why, "write a sentence")
	c.Prose(field, s)
	return c.Faults.Err()
}

// checker collects what is wrong with a filing.
type checker struct{ part.Checker }

func (c *checker) contact(field string, p *Contact) {
	if p == nil {
		return
	}
	c.Line(field+".name", p.Name)
	c.Line(field+".email", p.Email)
	c.Lines(field+".phones", p.Phones)
	c.Prose(field+".address", p.Address) // an address may have several lines
}

func (c *checker) known(field string, ids []string, known func(string) bool, detail string) {
	if len(ids) > part.MaxList {
		c.Add(field, fmt.Sprintf("more than %d values", part.MaxList), "name each once")
		return
	}
	for i, id := range ids {
		if !known(id) {
			c.Add(fmt.Sprintf("%s[%d]", field, i), detail, "use an id that the form for this entity lists")
		}
	}
}

func (c *checker) devices(devices []Device) {
	if len(devices) > maxDevices {
		c.Add("devices", fmt.Sprintf("more than %d devices", maxDevices),
			"list the most important ones; say in the description how many there are")
		return
	}
	for i, d := range devices {
		at := fmt.Sprintf("devices[%d].", i)
		for name, s := range map[string]string{"make_model": d.MakeModel, "serial": d.Serial, "asset_id": d.AssetID, "hostname": d.Hostname,
			"os": d.OS, "location": d.Location} {
			c.Line(at+name, s)
		}
		c.Lines(at+"ip", d.IP)
	}
}

func (c *checker) personal(p *PersonalInformation, v Vocabulary) {
	if p == nil {
		return
	}
	c.OneOf("personal_information.involved", p.Involved, "yes", "no", "unknown")
	c.known("personal_information.types", p.Types, v.KnownPIType, "the pack in force does not know this kind of personal information")
	if len(p.Residents) > 100 {
		c.Add("personal_information.residents", "more than 100 states or territories", "count each state once")
		return
	}
	for state, n := range p.Residents {
		if len(state) != 2 || strings.ToUpper(state) != state || strings.Trim(state, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			c.Add("personal_information.residents", "a state is named by its two-letter postal code", "write for example CA or MA")
		} else if n < 0 || n > 1<<40 {
			c.Add("personal_information.residents."+state, "a count of residents is zero or more", "give a whole number, or leave it out")
		}
	}
}

func (c *checker) impact(im *Impact) {
	if im == nil {
		return
	}
	c.OneOf("impact.asset_rating", im.AssetRating, "critical", "high", "medium", "low")
	c.OneOf("impact.information_class", im.InformationClass, "restricted", "confidential", "internal", "public")
	c.OneOf("impact.functional", im.Functional, "none", "low", "medium", "high")
	c.OneOf("impact.recoverability", im.Recoverability, "regular", "supplemented", "extended", "not_recoverable")
	for i, s := range im.Information {
		c.OneOf(fmt.Sprintf("impact.information[%d]", i), s, "none", "privacy_breach", "proprietary_breach", "integrity_loss")
	}
	c.notNegative("impact.liability_usd", im.LiabilityUSD)
}

func (c *checker) notNegative(field string, n *int64) {
	if n != nil && (*n < 0 || *n > 1<<50) {
		c.Add(field, "the value is zero or more", "give a whole number, or leave it out")
	}
}

func (c *checker) management(m *Management) {
	if m == nil {
		return
	}
	for path, s := range map[string]string{"location": m.Location, "recovery_expectation": m.RecoveryExpectation, "measures": m.Measures,
		"evidence_collected": m.EvidenceCollected, "pending_actions": m.PendingActions} {
		c.Prose("management."+path, s)
	}
	c.Lines("management.affected_systems", m.AffectedSystems)
	c.Lines("management.user_groups", m.UserGroups)
	c.Lines("management.stakeholders_to_notify", m.StakeholdersToNotify)
	c.contact("management.discovered_by", m.DiscoveredBy)
	c.Moment("management.reported_to_management_at", m.ReportedToManagementAt)
}
