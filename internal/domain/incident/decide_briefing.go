package incident

import (
	"slices"
	"strconv"
	"strings"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// IssueManagementReport freezes a version of the report to management and sends it to those whom the policy names. Seen is what
// the content was made from (Briefing.Touched): a report that is out of date is not issued. Where a restriction keeps an office from it
// that
// the policy names, a reason is among the texts. MA 6.5.3
type IssueManagementReport struct {
	Seen  int64
	Texts map[string]string
}

// KindManagementReport carries a version of the report to management.
const KindManagementReport = "management_report"

// ReportReaders are the rules by which somebody gets the report to management now. MA 6.5.1
func ReportReaders(s State, env Env) []policy.Tell {
	return slices.DeleteFunc(assessed(s, env).Tell, func(t policy.Tell) bool { return t.Report != policy.ReportManagement })
}

// KeptFrom says whether a restriction keeps the report to management from all of an office, because nobody there is a member.
func (s State) KeptFrom(dir *directory.Snapshot, office policy.Recipient) bool {
	return s.Restriction.On && office.Authority == "" &&
		!slices.ContainsFunc(Holders(dir, office, s.Entity), func(person string) bool { return slices.Contains(s.Members(), person) })
}

// assessed asks the policy under the level in force.
func assessed(s State, env Env) policy.Assessment {
	a := env.Pack.Assess(InputsOf(s, env, ""))
	if level := s.Rating.Level; level != a.Rating.Level && level != "" {
		a = env.Pack.Assess(InputsOf(s, env, level))
	}
	return a
}

func (c IssueManagementReport) decide(d *decision) error {
	last, _ := d.s.Briefing.Last()
	readers, kept := ReportReaders(d.s, d.env), []string(nil)
	for _, t := range readers {
		if d.s.KeptFrom(d.env.Dir, t.To) {
			kept = append(kept, t.Rule)
		}
	}
	switch {
	case len(d.s.Filings) == 0:
		return fault.Conflict("this incident is known by telephone only; the report is made of what is filed")
	case last.Version > 0 && last.Version == d.s.Briefing.Touched:
		return nil // nothing was stated since
	case c.Seen != d.s.Briefing.Touched:
		return fault.Conflict("something was stated since you opened the report; look at it again, then issue it")
	case len(readers) == 0:
		return fault.Conflict("the policy in force names nobody who gets this report at this rating")
	case len(kept) > 0 && c.Texts[TextReason] == "":
		return fault.Invalid("reason", "the restriction keeps somebody from the report whom the policy wants told",
			"say why, and how they hear of it; or make one of them a member first")
	}
	known, unknown := d.knownItems()
	f := ManagementReportIssued{Report: last.Report + 1, Level: d.s.Rating.Level, Known: known, Unknown: unknown, Changed: []string{},
		Kept: kept}
	if last.Report > 0 {
		f.Changed = d.s.ChangedItems(d.env.Pack.Informing().Items, last.Version)
	}
	d.emit(&f, c.Texts)
	d.dischargeWhere(policy.DischargeManagement, openUntil(policy.DischargeManagement))
	var messages []OwedMessage
	for _, t := range readers {
		messages = append(messages, d.to(t.To, OwedMessage{Kind: KindManagementReport, Lane: LaneStatutory, Rule: t.Rule, Why: t.Why,
			Clause: t.Clause,
			Brings: part.Ordinal("r", int(last.Report)+1)})...)
	}
	d.send(once(messages))
	return nil
}

// once keeps the first of several messages that bring the same to the same person: somebody may hold two offices.
func once(messages []OwedMessage) (out []OwedMessage) {
	for _, m := range messages {
		if !slices.ContainsFunc(out, func(o OwedMessage) bool {
			return o.Person == m.Person && o.Authority == m.Authority && o.Operator == m.Operator && o.Channel == m.Channel
		}) {
			out = append(out, m)
		}
	}
	return out
}

// knownItems says which items of the report are stated.
func (d *decision) knownItems() (known, unknown []string) {
	known, unknown = []string{}, []string{}
	stated, missing := d.inputs("").Stated, assessed(d.s, d.env).Missing
	for _, it := range d.env.Pack.Informing().Items {
		if it.Report != policy.ReportManagement {
			continue
		}
		if KnownItem(it, stated, missing) {
			known = append(known, it.ID)
		} else {
			unknown = append(unknown, it.ID)
		}
	}
	return known, unknown
}

// KnownItem says whether an item is stated: any of its fields is, and the policy does not call it missing.
func KnownItem(it policy.Item, stated map[string]bool, missing []policy.Item) bool {
	return slices.ContainsFunc(it.Fields, func(path string) bool { return stated[path] }) &&
		!slices.ContainsFunc(missing, func(m policy.Item) bool { return m.ID == it.ID && m.Report == it.Report })
}

// reported says whether a duty to report to management is fulfilled: one to report again by the next version, any other by a version
// that was issued at the rating in force or above it.
func (s State) reported(rule string) bool {
	last, ok := s.Briefing.Last()
	if n, again := againAfter(rule); again {
		return last.Report > n
	}
	return ok && last.Level.Rank() >= s.Rating.Level.Rank()
}

// againAfter takes apart the rule of a duty to report again.
func againAfter(rule string) (report int64, ok bool) {
	_, n, ok := strings.Cut(rule, ":r")
	if !ok {
		return 0, false
	}
	report, err := strconv.ParseInt(n, 10, 64)
	return report, err == nil
}

// reportAgain makes it a duty to issue the report again, once for each version, when a material item was stated after it. Whoever
// owes it is told.
func (d *decision) reportAgain() {
	last, ok := d.s.Briefing.Last()
	if !ok || d.s.Status == StatusClosed {
		return
	}
	items := slices.DeleteFunc(d.env.Pack.Informing().Items, func(it policy.Item) bool { return !it.Material })
	if len(d.s.ChangedItems(items, last.Version)) == 0 {
		return
	}
	p, owed := d.env.Pack.OwedOn(policy.OnChange, d.env.Now)
	p.Rule += ":" + part.Ordinal("r", int(last.Report))
	if !owed || d.owes(p.Rule, nil) {
		return
	}
	d.oweAndTell(d.owed(p, 0), "A material item changed after the report to management was issued.")
}
