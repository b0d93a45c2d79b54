package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"tocsin/internal/domain/policy"
)

// explain prints an assessment for people.
func explain(w io.Writer, p *policy.Pack, a policy.Assessment) {
	fmt.Fprintf(w, "\nRating: %s%s\n", a.Rating.Level, map[bool]string{true: ", provisional"}[a.Rating.Provisional])
	reasonLines(w, a.Rating.Reasons)
	if len(a.Rating.Open) > 0 {
		fmt.Fprintf(w, "  could still be raised by: %s\n", strings.Join(a.Rating.Open, ", "))
	}
	fmt.Fprintf(w, "\nReportable: %s\n", map[policy.Answer]string{policy.Yes: "yes", policy.No: "no",
		policy.Unknown: "not yet known"}[a.Reportability.Answer])
	reasonLines(w, a.Reportability.Reasons)
	section(w, "Told now", len(a.Tell))
	for _, t := range a.Tell {
		fmt.Fprintf(w, "  %s: %s [%s]%s\n", whom(t.To), t.Why, t.Clause, mark(t.Unverified))
	}
	section(w, "Owed", len(a.Duties))
	for _, d := range a.Duties {
		explainDuty(w, p, d)
	}
	section(w, "Missing", len(a.Missing))
	for _, m := range a.Missing {
		fmt.Fprintf(w, "  %s (%s) [%s]\n", m.Label, strings.Join(m.Fields, ", "), m.Clause)
	}
	section(w, "Advice", len(a.Advice))
	for _, one := range a.Advice {
		fmt.Fprintf(w, "  %s [%s]%s\n", strings.TrimSpace(one.Text+" "+one.Phone), one.Clause, mark(one.Unverified))
	}
}

func explainDuty(w io.Writer, p *policy.Pack, d policy.Duty) {
	fmt.Fprintf(w, "  %s [%s]%s\n", d.What, d.Clause, mark(d.Unverified))
	by := whom(d.By)
	if d.ToLabel != "" {
		by += ", to " + d.ToLabel
	}
	fmt.Fprintf(w, "    rule %s; by %s\n", d.Rule, by)
	if d.Due.IsZero() {
		fmt.Fprintf(w, "    due: the rule sets no time\n")
		return
	}
	zone := p.Calendar().Zone()
	fmt.Fprintf(w, "    due: %s, %s from %s\n", local(d.Due, zone), d.Clock, d.From)
	if !d.Warn.IsZero() {
		fmt.Fprintf(w, "    warning: %s\n", local(d.Warn, zone))
	}
	if !d.Escalate.IsZero() {
		fmt.Fprintf(w, "    escalates: %s, to %s\n", local(d.Escalate, zone), whom(d.EscalateTo))
	}
}

// explainAll prints what every rule answered.
func explainAll(w io.Writer, findings []policy.Finding) {
	section(w, "Every rule", len(findings))
	for _, f := range findings {
		why := f.Why
		if len(f.Open) > 0 {
			why = "not stated: " + strings.Join(f.Open, ", ")
		}
		if why != "" {
			why = " (" + why + ")"
		}
		fmt.Fprintf(w, "  %-8s %-11s %s: %s [%s; %s]%s\n", f.Answer, f.Rule.Kind, f.Rule.ID, f.Rule.Title, f.Rule.Citation, f.Rule.Mark, why)
	}
}

func section(w io.Writer, title string, n int) {
	fmt.Fprintf(w, "\n%s: %s\n", title, map[bool]string{true: "nothing", false: fmt.Sprint(n)}[n == 0])
}

func reasonLines(w io.Writer, reasons []policy.Reason) {
	for _, r := range reasons {
		fmt.Fprintf(w, "  %s [%s]\n", r.Text, r.Clause)
	}
}

func whom(r policy.Recipient) string {
	if r.Authority != "" {
		return r.Authority
	}
	return strings.ReplaceAll(r.Role, "_", " ") + " (" + r.At + ")"
}

func mark(unverified bool) string {
	if unverified {
		return " (unverified)"
	}
	return ""
}

func local(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Mon 2 Jan 2006 15:04 -07:00")
}
