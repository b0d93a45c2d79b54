package incident

import (
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// view is what a part knows of the incident when it decides.
func (d *decision) view() part.Case {
	return part.Case{Env: d.env, Entity: d.s.Entity, Restricted: d.s.Restriction.On, Members: d.s.Members(), Told: d.s.Authorities()}
}

// carryOut puts into effect what a part decided.
func (d *decision) carryOut(outcomes ...part.Outcome) {
	for _, o := range outcomes {
		for _, f := range o.Facts {
			d.emit(f.Fact, f.Texts)
		}
		for _, x := range o.Settle {
			d.settleMessage(x)
		}
		for _, x := range o.Discharge {
			d.dischargeWhere(x.How, func(y Duty) bool { return x.Ends(y.OwedDuty) })
		}
		for _, x := range o.Owe {
			d.oweNumbered(x)
		}
		var messages []OwedMessage
		for _, n := range o.Tell {
			messages = append(messages, d.addressed(n)...)
		}
		d.send(once(messages))
	}
}

// decided carries out what a part decided, or passes on why it refuses.
func (d *decision) decided(outcomes []part.Outcome, err error) error {
	d.carryOut(outcomes...)
	return err
}

// settleMessage ends a message that is still owed.
func (d *decision) settleMessage(x part.Settle) {
	for _, m := range d.s.Messages {
		if m.Kind == x.Kind && m.About == x.About && m.Status == MessageOwed {
			if x.Arrived {
				d.emit(&MessageDelivered{Message: m.ID}, nil)
			} else {
				d.emit(&MessagesWithdrawn{Messages: []string{m.ID}}, nil)
			}
			return
		}
	}
}

// nextRule numbers the duties of one thing: an incident owes each rule once.
func (d *decision) nextRule(base string) string {
	n := 1
	for d.owes(part.Ordinal(base+":", n), nil) {
		n++
	}
	return part.Ordinal(base+":", n)
}

// oweNumbered makes something a duty under the next number of its rule, and tells whoever owes it, where that is to be.
func (d *decision) oweNumbered(x part.Owe) {
	x.Duty.Rule = d.nextRule(x.Duty.Rule)
	if x.Tell == "" {
		d.oweOne(x.Duty)
		return
	}
	d.oweAndTell(x.Duty, x.Tell)
}

// addressed makes a notice into a message for each of its recipients.
func (d *decision) addressed(n part.Notice) []OwedMessage {
	switch {
	case n.Tool != "":
		return []OwedMessage{n.OwedMessage}
	case n.To != policy.Recipient{}:
		return d.to(n.To, n.OwedMessage)
	}
	return d.toPeople(n.People, n.OwedMessage)
}
