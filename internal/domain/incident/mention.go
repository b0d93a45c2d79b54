package incident

import "slices"

// KindMentioned tells somebody that a note of the investigation names them.
const KindMentioned = "mentioned"

// Mentioned says that a note of the investigation names people, and who of them is told: whoever may not see the incident is not.
type Mentioned struct {
	Note   string   `json:"note"`
	People []string `json:"people"`
	Told   []string `json:"told"`
}

// FactName implements Fact.
func (Mentioned) FactName() string { return "incident.mentioned.v1" }

// Mention is one person whom a note names.
type Mention struct{ Note, Person string }

// OwedMention is a mention as the derived tables have it: whom the incident has not heard of.
type OwedMention struct{ Stream, Note, Person string }

// TellMentioned tells people that a note names them. Tell are those of them who may see the incident now.
type TellMentioned struct {
	Note         string
	People, Tell []string
}

// decide tells each person once for a note. Of a restricted incident only members are told, and nobody in their place.
func (c TellMentioned) decide(d *decision) error {
	f := Mentioned{Note: c.Note, People: []string{}, Told: []string{}}
	for _, p := range c.People {
		if slices.Contains(d.s.Mentions, Mention{c.Note, p}) || slices.Contains(f.People, p) {
			continue
		}
		f.People = append(f.People, p)
		if slices.Contains(c.Tell, p) && (!d.s.Restriction.On || d.mayKnow(p)) {
			f.Told = append(f.Told, p)
		}
	}
	if len(f.People) == 0 {
		return nil
	}
	d.emit(&f, nil)
	if len(f.Told) > 0 {
		d.send(d.toPeople(f.Told, OwedMessage{Kind: KindMentioned, Lane: LaneConfirm, Brings: c.Note,
			Why: "A note of the investigation names you."}))
	}
	return nil
}
