package lists

import (
	"context"
	"slices"
	"time"

	appact "tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// Desk answers what one person's home page asks beyond lists.
type Desk interface {
	// DutiesOf lists what these owe, soonest first; duties without a time come last.
	DutiesOf(ctx context.Context, by []incident.Owed, limit int) ([]incident.OpenDuty, error)
	// FactsSince answers what was recorded on streams after an instant, oldest first.
	FactsSince(ctx context.Context, streams []string, since time.Time) (map[string][]incident.Recorded, error)
	// Picture counts over all incidents of a scope's entities. It may take a while.
	Picture(ctx context.Context, scope access.Scope, now time.Time, periods []incident.Span) (incident.Picture, error)
	// Statistics counts over all incidents of a scope that a cut chooses. It may take a while.
	Statistics(ctx context.Context, scope access.Scope, cut incident.Cut, now time.Time, zone *time.Location) (incident.Statistics, error)
	// Seen answers up to when a person has marked what changed as seen; found is false where they never did.
	Seen(ctx context.Context, person string) (through time.Time, found bool, err error)
	// MarkSeen moves a person's mark forward; it never goes back.
	MarkSeen(ctx context.Context, person string, through time.Time) error
}

// OwedView is one duty with what this reader can do about it.
type OwedView struct {
	appact.DutyView
	EntityName string
	// Act is the one thing that ends the duty and that this reader may do: one of the Act constants, or empty.
	Act       string
	Authority string // for ActAcknowledge: who answers
}

// What ends a duty, as far as a page can offer it.
const (
	ActState       = "state"       // state that it was done
	ActFile        = "file"        // file the first report
	ActSupplement  = "supplement"  // complete what is missing
	ActWritten     = "written"     // file the written report
	ActRate        = "rate"        // decide the rating
	ActAcknowledge = "acknowledge" // answer as the authority
	ActAnswer      = "answer"      // answer the authority's question
	ActRespond     = "respond"     // start the response
	ActReport      = "report"      // issue the report to management
	ActAnalyse     = "analyse"     // write and sign the post-incident analysis
	ActActions     = "actions"     // complete or verify a corrective action
	ActItem        = "item"        // state an item that was asked for
	ActValidate    = "validate"    // validate the results of a response
)

// OwedList is what is owed, in two lists that do not overlap, each soonest first.
type OwedList struct {
	Mine, Others         []OwedView
	MoreMine, MoreOthers bool // there is more than is listed
}

// Owed lists what the reader owes by name or role, and what else is owed in their part of the tree, each at most limit.
func (a *Room) Owed(ctx context.Context, by access.Actor, limit int) (out OwedList, err error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return out, err
	}
	scope := access.ScopeOf(by)
	mine, err := a.Desk.DutiesOf(ctx, Within(scope, incident.OwedBy(dir, by.Person)), limit+1)
	if err != nil {
		return out, err
	}
	all, err := a.Index.OpenDuties(ctx, scope, 2*limit+1)
	if err != nil {
		return out, err
	}
	others := slices.DeleteFunc(all, func(d incident.OpenDuty) bool {
		return slices.ContainsFunc(mine, func(m incident.OpenDuty) bool { return m.Stream == d.Stream && m.ID == d.ID })
	})
	out.MoreMine, out.MoreOthers = len(mine) > limit, len(others) > limit
	s := appact.Setting{Dir: dir, Now: a.Now()}
	out.Mine = a.OwedViews(mine[:min(limit, len(mine))], s, by)
	out.Others = a.OwedViews(others[:min(limit, len(others))], s, by)
	return out, nil
}

// Within is what of this a reader may also see.
func Within(s access.Scope, owed []incident.Owed) []incident.Owed {
	out := make([]incident.Owed, 0, len(owed))
	for _, o := range owed {
		o.Entities = slices.DeleteFunc(slices.Clone(o.Entities), func(e string) bool { return !slices.Contains(s.Entities, e) })
		if len(o.Entities) > 0 || slices.Contains(s.Authorities, o.Authority) {
			out = append(out, o)
		}
	}
	return out
}

// OwedViews lists duties as a reader sees them.
func (a *Room) OwedViews(duties []incident.OpenDuty, s appact.Setting, by access.Actor) []OwedView {
	out := make([]OwedView, 0, len(duties))
	for _, d := range duties {
		v := OwedView{DutyView: a.openDutyView(d, s), EntityName: d.Entity, Authority: d.ByAuthority, Act: actFor(d, s, by)}
		if e, ok := s.Dir.Entity(d.Entity); ok {
			v.EntityName = e.Name
		}
		out = append(out, v)
	}
	return out
}

// actFor says what this reader can do to end a duty. The act itself is judged again when it is done.
func actFor(d incident.OpenDuty, s appact.Setting, by access.Actor) string {
	owedBy := d.By()
	o := access.Object{Entity: d.Entity, Authority: d.ByAuthority}
	may := func(do access.Action, act string) string {
		if access.Allow(by, do, o) {
			return act
		}
		return ""
	}
	switch d.Discharge {
	case policy.DischargeResponse:
		return may(access.Discharge, ActRespond)
	case policy.DischargeStatement:
		o.Owner = incident.Holders(s.Dir, owedBy, d.Entity)
		return may(access.Discharge, ActState)
	case policy.DischargeManagement:
		return may(access.Discharge, ActReport)
	case policy.DischargeAnalysis:
		return may(access.Work, ActAnalyse)
	case policy.DischargeAction, policy.DischargeVerified:
		return may(access.Read, ActActions)
	case policy.DischargeItem:
		return may(access.Read, ActItem)
	case policy.DischargeValidated:
		return may(access.Rate, ActValidate)
	case policy.DischargeFiled:
		return may(access.File, ActFile)
	case policy.DischargeWritten:
		return may(access.File, ActWritten)
	case policy.DischargeItems, policy.DischargeComplete:
		return may(access.File, ActSupplement)
	case policy.DischargeRated:
		if act := may(access.Rate, ActRate); act != "" {
			return act
		}
		return may(access.File, ActSupplement)
	case policy.DischargeAcknowledged:
		o.Told = []string{d.ByAuthority}
		return may(access.Respond, ActAcknowledge)
	case policy.DischargeAnswered:
		return may(access.Reply, ActAnswer)
	}
	return ""
}
