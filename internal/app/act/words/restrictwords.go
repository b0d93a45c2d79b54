package words

import (
	"tocsin/internal/app/act"
	"tocsin/internal/domain/incident"
)

// restrictionWords says in plain words what the facts about who may know record.
func restrictionWords(f incident.Fact, a *act.Kernel, s act.Setting) string {
	person := func(id string) string { return act.ActorName("person:"+id, s.Dir) }
	switch f := f.(type) {
	case *incident.Restricted:
		return "Restricted to " + joined(f.Members, person)
	case *incident.MemberAdded:
		return person(f.Person) + " became a member"
	case *incident.MemberRemoved:
		if f.Why == incident.RemovedByClock {
			return "Access of " + person(f.Person) + " ran out"
		}
		return person(f.Person) + " is a member no more"
	case *incident.Released:
		return "Released from restriction"
	case *incident.GlassBroken:
		return person(f.Person) + " broke the glass; the alarm was rung"
	case *incident.GlassReviewed:
		return "The breaking of the glass was reviewed"
	case *incident.MessagesWithdrawn:
		return "Messages taken back from people who may no longer know"
	case *incident.TrackAssigned:
		if f.Person == "" {
			return a.AuthorityName(f.Authority, s) + ": nobody in particular has it"
		}
		return a.AuthorityName(f.Authority, s) + ": handed to " + person(f.Person)
	}
	return tellingWords(f, a, s)
}
