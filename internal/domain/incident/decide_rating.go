package incident

import (
	"reflect"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

// same says whether two ratings say the same thing.
func same(a, b Rated) bool { return reflect.DeepEqual(normal(a), normal(b)) }

func normal(r Rated) Rated {
	if len(r.Reasons) == 0 {
		r.Reasons = nil
	}
	if len(r.Open) == 0 {
		r.Open = nil
	}
	if len(r.Reportability.Reasons) == 0 {
		r.Reportability.Reasons = nil
	}
	return r
}

// decide records the coordinator's decision. Raising re-fires what the higher level owes; lowering relaxes nothing that is
// already owed. MA 6.5.1, 6.3.1.1
func (c Rate) decide(d *decision) error {
	if c.Level != policy.Low && c.Level != policy.Medium && c.Level != policy.High {
		return fault.Invalid("level", "a person rates an incident high, medium or low", "choose one of the three")
	}
	if len(d.s.Filings) == 0 {
		return fault.Conflict("this incident is known by telephone only; rate it once it is filed")
	}
	now := d.s.Rating
	if now.Level == c.Level && now.By == d.env.Actor.ID && now.Proposed == nil {
		return nil
	}
	computed := d.env.Pack.Assess(d.inputs(""))
	d.emit(&Rated{Level: c.Level, Computed: computed.Rating.Level, Reportability: computed.Reportability, By: d.env.Actor.ID,
		Reasons: []policy.Reason{{Rule: "decision", Text: "Decided by " + d.env.Actor.Name + " as IR coordinator",
			Clause: d.env.How.Cited("MA 6.3.1.1")}}}, c.Texts)
	raised := c.Level.Rank() > now.Level.Rank()
	d.follow()
	if raised {
		d.tellTracks(KindRatingRaised, "The rating was raised to "+string(c.Level)+".")
	}
	return nil
}

// decide records whether a Low incident needs a post-incident report after all. MA 6.5.1
func (c DecidePostReport) decide(d *decision) error {
	if p := d.s.Known.PostIncidentReport; p != nil && *p == c.Required {
		return nil
	}
	d.emit(&PostReportDecided{Required: c.Required}, c.Texts)
	d.follow()
	return nil
}
