package page

import (
	"regexp"
	"strings"
)

// Labels names the fields of the filing contract where they are spoken of away from their control: in the summary of what
// is to be mended, and in what a rating still waits for. A test holds them equal to the labels on the form.
var Labels = map[string]string{
	"description": "In plain words", "categories": "What kind of incident is it?", "discovered_at": "When was it discovered?",
	"occurred_at": "When did it occur?", "actions_taken": "What has been done so far?",
	"crime_suspected": "Is a computer crime or a theft suspected?", "terrorism_suspected": "Is terrorism suspected?",
	"devices.make_model": "Make and model", "devices.serial": "Serial number", "devices.asset_id": "State asset number",
	"devices.hostname": "Assigned name", "devices.ip": "IP addresses", "devices.os": "Operating system", "devices.location": "Location",
	"devices.encrypted":             "Was it encrypted?",
	"personal_information.involved": "May personal information be involved?", "personal_information.types": "Which kinds of information?",
	"impact.human_safety": "Is anyone's safety at risk?", "impact.asset_rating": "Rating of the asset that was hit",
	"impact.information_class": "Most sensitive information that may be compromised",
	"impact.liability_usd":     "Financial or legal liability, in dollars",
	"outage_minutes":           "Outage of a critical or public service, in minutes", "media_coverage": "Is the press reporting it?",
	"impact.functional": "Functional impact", "impact.information": "Information impact", "impact.recoverability": "Effort to recover",
	"management.location": "Location of the incident", "management.affected_systems": "Systems affected",
	"management.user_groups":            "Groups of users affected",
	"management.recovery_expectation":   "When is recovery expected?",
	"management.stakeholders_to_notify": "Whom else to notify, inside and outside",
	"management.measures":               "Measures to identify, contain and eradicate", "management.evidence_collected": "Evidence collected",
	"management.pending_actions": "Actions still to be taken", "management.reported_to_management_at": "When was it reported to management?",
}

// ContactList names the people of the contract, whose fields are named alike.
var ContactList = map[string]string{
	"reporter": "You, who report it", "iso": "Information Security Officer", "alternate_contact": "Another person",
	"management.discovered_by": "Who discovered it",
}

var rowNumber = regexp.MustCompile(`\[(\d+)\]`)

// LabelOf answers the words of a field by its path; empty where the form has none of its own.
func LabelOf(field string) string {
	if label := Labels[rowNumber.ReplaceAllString(field, "")]; label != "" {
		return label
	}
	for at, who := range ContactList {
		if field == at || strings.HasPrefix(field, at+".") {
			return who
		}
	}
	if strings.HasPrefix(field, "personal_information.residents") {
		return "People affected, by state of residence"
	}
	return ""
}
