package team

import (
	"slices"

	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
)

// Standing is a member with what is known of them now.
type Standing struct {
	Member
	Gone    bool   // has left
	Without bool   // the directory does not give them the office
	Away    bool   // is absent now
	Instead string // person id: who is called while they are away; empty for nobody
}

// Reached says that somebody answers for this member now: they themselves, or who stands in.
func (s Standing) Reached() bool { return !s.Gone && !s.Without && !s.Away || s.Instead != "" }

// Kinds of gap.
const (
	GapVacant     = "vacant"      // nobody is named
	GapLeft       = "left"        // a member has left
	GapWithout    = "without"     // a member does not hold the office in the directory
	GapNoDeputy   = "no_deputy"   // the only coordinator has no deputy
	GapNobody     = "nobody"      // nobody of the role can be reached now
	GapNoRetainer = "no_retainer" // no forensics provider is on retainer
	GapNotBegun   = "not_begun"   // the contract has not begun
	GapEnded      = "ended"       // the contract has run out
	GapEnds       = "ends"        // the contract runs out within a month
)

// Gap is one thing that is missing.
type Gap struct{ Kind, Person string }

// EndsSoon is how many days before its end a contract is said to run out.
const EndsSoon = 30

// Gaps lists what is missing in a role, of those who count for it. MA 6.3.1, MA 6.3.2.1
func Gaps(role directory.Role, members []Standing, today calendar.Date) (out []Gap) {
	if len(members) == 0 {
		return []Gap{{Kind: GapVacant}}
	}
	for _, m := range members {
		switch {
		case m.Gone:
			out = append(out, Gap{GapLeft, m.Person})
		case m.Without:
			out = append(out, Gap{GapWithout, m.Person})
		}
	}
	if role == directory.IRCoordinator && len(members) == 1 && members[0].Deputy == "" {
		out = append(out, Gap{GapNoDeputy, members[0].Person})
	}
	if !slices.ContainsFunc(members, Standing.Reached) {
		out = append(out, Gap{Kind: GapNobody})
	}
	if role == directory.Forensics {
		out = append(out, retainerGaps(members, today)...)
	}
	return out
}

// retainerGaps says nothing while some contract holds for a month and longer.
func retainerGaps(members []Standing, today calendar.Date) (out []Gap) {
	for _, m := range members {
		switch kind := m.Retainer.State(today); kind {
		case "":
			return nil
		case GapNoRetainer:
		default:
			out = append(out, Gap{kind, m.Person})
		}
	}
	if len(out) == 0 {
		out = append(out, Gap{Kind: GapNoRetainer})
	}
	return out
}

// endsWith says that two terms have the same last day.
func (t *Term) endsWith(o *Term) bool { return t == o || t != nil && o != nil && t.Until == o.Until }

// State is what is wrong with a retainer on a day: one of the gaps, or empty where it holds. MA 6.3.2.1
func (t *Term) State(today calendar.Date) string {
	if t == nil {
		return GapNoRetainer
	}
	from, _ := calendar.ParseDate(t.From)
	until, err := calendar.ParseDate(t.Until)
	switch {
	case err != nil || until.Before(today):
		return GapEnded
	case today.Before(from):
		return GapNotBegun
	case until.Before(today.AddDays(EndsSoon)):
		return GapEnds
	}
	return ""
}
