package act

import (
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// ErrNotThere is the one answer for what is absent and for what the reader may not see.
var ErrNotThere = fault.NotFound("There is no such entry in the directory, or it is not for you.")

// EntityNamer returns a function that names entities by id.
func EntityNamer(dir *directory.Snapshot) func(string) string {
	return func(id string) string {
		if e, ok := dir.Entity(id); ok {
			return e.Name
		}
		return id
	}
}

// TextDigests lists the digests of every text the facts bind.
func TextDigests(facts []incident.Recorded) []string {
	var out []string
	for _, f := range facts {
		for _, digest := range f.Texts {
			out = append(out, digest)
		}
	}
	return out
}

// receiptWait is how long a reader waits for the sequencer, which signs within a second of the commit.
const receiptWait = 3

// LabelsOf returns the labels of ids among the terms of a pack; an unknown id stands for itself.
func LabelsOf(terms []policy.Term, ids []string) (out []string) {
	for _, id := range ids {
		label := id
		for _, t := range terms {
			if t.ID == id {
				label = t.Label
			}
		}
		out = append(out, label)
	}
	return out
}

// TimeOrNil returns nil for the zero time, which JSON has no word for.
func TimeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Responders are the people who may work on the incident.
func Responders(o access.Object, dir *directory.Snapshot) (out []PersonView) {
	for _, p := range dir.People() {
		actor, ok := access.NewActor(dir, p.ID)
		if ok && access.Allow(actor, access.Work, o) {
			out = append(out, PersonView{ID: p.ID, Name: p.Name, Title: p.Title})
		}
	}
	return out
}

// Who may, as refusals say it.
const (
	OnlyLeads = "only the response team's coordinator, its leads and the information security officer may do this"
	OnlyTeam  = "only the response team may do this"
)

// CheckOptionalText holds a text that may be left out to what any text is held to.
func CheckOptionalText(field, text string) error {
	if text == "" {
		return nil
	}
	return incident.CheckProse(field, text, "")
}

// OptionalText is a text that may be left out.
func OptionalText(name, text string) map[string]string {
	if text == "" {
		return nil
	}
	return map[string]string{name: text}
}

// The channels of an authority.
const (
	ChannelMail    = "mail"
	ChannelWebhook = "webhook"
)

// FormatTime writes an instant for a printed document, in a zone, with its offset.
func FormatTime(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2 January 2006, 15:04 (UTC-07:00)")
}
