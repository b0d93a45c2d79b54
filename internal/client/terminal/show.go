package terminal

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"tocsin/internal/client"
	"tocsin/internal/domain/policy"
)

// printable drops what a terminal would act on: texts come from files, from the server and from other people.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsGraphic(r) && !unicode.Is(unicode.Cf, r) {
			return r
		}
		return '�'
	}, s)
}

// clock writes a time in the reader's zone with the offset shown.
func clock(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Mon 2 Jan 2006 15:04 MST (UTC-07:00)")
}

// printer writes to the terminal; every text passes printable.
type printer struct {
	out  io.Writer
	zone *time.Location
}

func (p printer) line(format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = printable(s)
		}
	}
	fmt.Fprintf(p.out, format+"\n", args...)
}

// answer prints what became of a report: number first, because people read it out on the telephone.
func (p printer) answer(a client.Answer, receipt string) {
	if a.Filing == 0 {
		p.line("Telephone report recorded. It does not count as filed.")
		p.line("Incident   %s   recorded %s", a.Incident, clock(a.ReceivedAt, p.zone))
	} else {
		p.line("Filed.")
		p.line("Incident   %s   filing %d   received %s", a.Incident, a.Filing, clock(a.ReceivedAt, p.zone))
	}
	p.rating(a.Rating, a.Reportability)
	p.duties(a.Duties)
	if len(a.Tracks) > 0 {
		p.line("Authorities")
		for _, t := range a.Tracks {
			p.line("  %-12s %s, since %s", t.Status, either(t.Name, t.Authority), clock(t.Since, p.zone))
		}
	}
	p.missing(a.Missing)
	p.advice(a.Advice)
	if receipt != "" {
		p.line("Receipt    %s", receipt)
	}
}

// preview prints what a report would lead to.
func (p printer) preview(v client.Preview) {
	p.rating(v.Rating, v.Reportability)
	if len(v.Tell) > 0 {
		p.line("Would be told")
		for _, t := range v.Tell {
			p.line("  %s  [%s]", t.To, t.Clause)
		}
	}
	p.duties(v.Duties)
	p.missing(v.Missing)
	p.advice(v.Advice)
}

func (p printer) rating(r client.Rating, reportable policy.Reportability) {
	provisional := ""
	if r.Provisional {
		provisional = ", provisional: what is not stated could still raise it"
	}
	p.line("Rating     %s%s", string(r.Level), provisional)
	for _, reason := range r.Reasons {
		p.line("  because  %s  [%s]", reason.Text, reason.Clause)
	}
	if reportable.Answer != "" {
		p.line("Reportable %s", map[policy.Answer]string{policy.Yes: "yes", policy.No: "no", policy.Unknown: "not yet known"}[reportable.Answer])
	}
}

func (p printer) duties(all []client.Duty) {
	if len(all) == 0 {
		return
	}
	p.line("Owed")
	for _, d := range all {
		due := "no fixed time"
		if d.Due != nil {
			due = "by " + clock(*d.Due, p.zone)
		}
		status := ""
		if d.Status != "" && d.Status != "owed" {
			status = " (" + d.Status + ")"
		}
		p.line("  %s%s: %s: %s%s  [%s]", due, status, d.By, d.What, to(d.To), d.Clause)
	}
}

func to(whom string) string {
	if whom == "" {
		return ""
	}
	return ", to " + whom
}

func (p printer) missing(items []policy.Item) {
	if len(items) == 0 {
		return
	}
	p.line("Still missing (file it as a supplement when it is known)")
	for _, m := range items {
		p.line("  %s  [%s]", either(m.Label, m.ID), m.Clause)
	}
}

func (p printer) advice(all []policy.Advice) {
	for _, a := range all {
		p.line("Note       %s %s [%s]", a.Text, a.Phone, a.Clause)
	}
}

// contacts prints whom to call at this hour. CA step 4
func (p printer) contacts(all []policy.Contact) {
	if len(all) == 0 {
		p.line("No emergency contacts are known to this program.")
		return
	}
	p.line("If it cannot wait, call now:")
	for _, c := range all {
		reach := strings.TrimSpace(c.Phone + "  " + c.Email)
		mark := ""
		if c.Unverified {
			mark = " (not verified)"
		}
		p.line("  %s  %s%s", reach, c.Name, mark)
		p.line("      %s; %s  [%s]", c.For, c.When, c.Clause)
	}
	p.line("A call or a mail does not count as filed. Record it afterwards with: tocsin report --by-telephone")
}

// problem prints a refusal field by field.
func (p printer) problem(pr *client.Problem) {
	p.line("Refused: %s", either(pr.Title, pr.Detail))
	if len(pr.Errors) == 0 && pr.Title != "" && pr.Detail != "" {
		p.line("  %s", pr.Detail)
	}
	for _, e := range pr.Errors {
		p.line("  %s: %s %s", e.Field, e.Detail, e.Remedy)
	}
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
