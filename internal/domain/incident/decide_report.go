package incident

import (
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// decide freezes a filing, then lets the policy say what follows. CA step 1, CA step 2, MA 6.5.2.2
func (c Report) decide(d *decision) error {
	f := c.Filing
	kind, number := f.Kind, c.Number
	if kind == "" {
		kind = Initial
	}
	switch {
	case d.s.Version > 0 && kind == Initial && d.s.Status != StatusTelephoned:
		return fault.Conflict("this incident has its initial filing already; send a supplement")
	case d.s.Version > 0 && d.s.Entity != f.Entity:
		return fault.Invalid("entity", "the incident belongs to another entity", "file for the entity that reported it first")
	case d.s.Version == 0 && kind != Initial:
		return fault.NotFound("no such incident")
	case len(d.s.Filings) == 0 && kind != Initial:
		return fault.Conflict("this incident is known by telephone only; send the initial filing first")
	}
	if d.s.Version > 0 {
		number = d.s.Number // a filing after a telephone report joins it and keeps its discovery time. CA step 4
	}
	d.emit(reported(c, kind, number, int64(len(d.s.Filings)+1), d.env.Now), c.Texts)
	d.follow()
	if kind != Initial {
		d.tellTracksOfFiling(kind)
	}
	d.afterClosing()
	return nil
}

func reported(c Report, kind, number string, filing int64, now time.Time) *Reported {
	f := c.Filing
	r := &Reported{Number: number, Filing: filing, Kind: kind, Entity: f.Entity, ReceivedAt: now.UnixMicro(),
		Request: c.Request, Body: c.Body, Occurred: c.Occurred, Discovered: c.Discovered,
		Categories: f.Categories, CrimeSuspected: f.CrimeSuspected, TerrorismSuspected: f.TerrorismSuspected,
		MediaCoverage: f.MediaCoverage, OutageMinutes: f.OutageMinutes, Stated: StatedIn(f)}
	if im := f.Impact; im != nil {
		r.HumanSafety, r.AssetRating, r.LiabilityUSD, r.InformationClass = im.HumanSafety, im.AssetRating, im.LiabilityUSD, im.InformationClass
		r.FunctionalImpact, r.InformationImpact, r.Recoverability = im.Functional, im.Information, im.Recoverability
	}
	if p := f.PersonalInformation; p != nil {
		r.PIInvolved, r.PITypes, r.Residents = p.Involved, p.Types, p.Residents
	}
	r.Devices = int64(len(f.Devices))
	r.DevicesEncrypted = allEncrypted(f.Devices)
	return r
}

// allEncrypted is yes only when every device says so, no as soon as one says no, else not stated.
func allEncrypted(devices []Device) *bool {
	yes, no := len(devices) > 0, false
	for _, d := range devices {
		yes = yes && d.Encrypted != nil && *d.Encrypted
		no = no || d.Encrypted != nil && !*d.Encrypted
	}
	if !yes && !no {
		return nil
	}
	return &yes
}

// decide records a telephone report: it starts duties and never counts as filed. CA step 1 important, CA step 4
func (c TakeCall) decide(d *decision) error {
	number := c.Number
	if d.s.Version > 0 {
		if d.s.Entity != c.Entity {
			return fault.Invalid("entity", "the incident belongs to another entity", "record the call for the entity that reported it")
		}
		number = d.s.Number
	}
	d.emit(&Telephoned{Number: number, Call: part.Ordinal("c", len(d.s.Calls)+1), Entity: c.Entity, CalledAt: c.CalledAt,
		AfterHours: c.AfterHours, Discovered: c.Discovered, Request: c.Request, Body: c.Body}, c.Texts)
	d.follow()
	return nil
}

// follow asks the policy what holds now and records the difference: a new rating, what is newly owed, who is newly told,
// what has become discharged. Nothing is ever taken back here.
func (d *decision) follow() policy.Assessment {
	a := d.env.Pack.Assess(d.inputs(""))
	if len(d.s.Filings) > 0 {
		d.rerate(a)
	}
	switch level := d.s.Rating.Level; {
	case level != a.Rating.Level: // a person's decision, or a level that only a person may lower
		a = d.env.Pack.Assess(d.inputs(level))
	case level != policy.Unrated && d.s.Rating.At.Equal(d.env.Now): // clocks that run from the rating can start now
		a = d.env.Pack.Assess(d.inputs(""))
	}
	d.settle(a)
	d.owe(a)
	d.tell(a)
	return a
}

// inputs is what is known, with the entity's own particulars and the events so far. Level "" lets the matrix decide.
func (d *decision) inputs(level policy.Level) policy.Inputs {
	return InputsOf(d.s, d.env, level)
}

// InputsOf gives the policy's inputs for a state: what was stated, what the directory knows of the entity, and when the
// current level was reached.
func InputsOf(s State, env Env, level policy.Level) policy.Inputs {
	in := s.Known
	in.Level = ""
	if level != "" && level != policy.Unrated {
		in.Level = level
	}
	stated := make(map[string]bool, len(s.Known.Stated)+2)
	for path := range s.Known.Stated {
		stated[path] = true
	}
	if e, ok := env.Dir.Entity(s.Entity); ok {
		stated["entity.name"], stated["entity.address"] = true, e.Address != ""
	}
	// What the record itself knows need not be stated by anybody. MA 6.5.3.2, MA 6.5.3.5
	stated["record.status"], stated["record.received_at"] = true, len(s.Filings) > 0
	in.Stated = stated
	in.Events = make(map[string]time.Time, len(s.Known.Events)+1)
	for name, at := range s.Known.Events {
		in.Events[name] = at
	}
	if at, ok := s.Rating.Reached[s.Rating.Level]; ok && s.Rating.Level != policy.Unrated {
		in.Events["rated"] = at
	}
	return in
}

// rerate compares the matrix with the rating in force. Up takes effect at once; down is only proposed, because a report
// must not be able to talk an incident down: that is the coordinator's decision.
func (d *decision) rerate(a policy.Assessment) {
	r, now := a.Rating, d.s.Rating
	decided := now.By != "" && now.By != "pack"
	level := r.Level
	switch {
	case decided && r.Level.Rank() <= now.Computed.Rank():
		level = now.Level
	case r.Level.Rank() < now.Level.Rank():
		level = now.Level
	}
	next := Rated{Level: level, Computed: r.Level, Provisional: r.Provisional, Reasons: r.Reasons, Open: r.Open,
		Reportability: a.Reportability, By: "pack"}
	if decided && level == now.Level {
		next.By, next.Reasons, next.Provisional, next.Open = now.By, now.Reasons, false, nil
	} else if level != r.Level {
		next.Reasons = now.Reasons // the reasons of the level that stays in force
	}
	if now.At.IsZero() || !same(next, now.Rated) {
		d.emit(&next, nil)
	}
	if !decided && r.Level.Rank() < level.Rank() {
		d.proposeLowering(LoweringProposed{Level: r.Level, Reasons: r.Reasons})
	}
}

// proposeLowering tells the coordinator that the latest facts would give a lower level.
func (d *decision) proposeLowering(p LoweringProposed) {
	if now := d.s.Rating.Proposed; now != nil && now.Level == p.Level {
		return
	}
	d.emit(&p, nil)
	d.send(d.to(d.env.Pack.Coordinator(), OwedMessage{Kind: KindLoweringProposed, Lane: LaneConfirm,
		Why: "The latest facts would give a lower rating. It stays until you decide."}))
}
