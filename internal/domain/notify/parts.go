package notify

import (
	"fmt"
	"strconv"
	"strings"
)

// Each part shows one side of a notice as sections, or nothing where there is nothing to show.

// add appends a fact where it has a value.
func (s *section) add(label, value string) {
	if value = line(value, maxValue); value != "" {
		s.Facts = append(s.Facts, fact{label, value})
	}
}

// facts are the identifying ones, in the order in which a duty officer writes them down.
func facts(n Notice) []section {
	s := section{Title: "The incident"}
	s.add("Incident", n.Incident)
	s.add("Filing", strings.TrimPrefix(filing(n), "filing "))
	s.add("Entity", n.Entity.Name)
	s.add("Address", n.Entity.Address)
	s.add("Organization code", n.Entity.OrgCode)
	s.add("Received", n.when(n.Received))
	s.add("Discovered", n.when(n.Discovered))
	s.add("Occurred", n.when(n.Occurred))
	s.add("Rating", level(n))
	s.add("Reportable", n.Reportable.Answer)
	s.add("Categories", strings.Join(bounded(n.Categories), "; "))
	s.add("Outage", n.Outage)
	s.add("Crime suspected", n.Crime)
	return []section{s}
}

// duties are what this recipient owes: what, to whom, by when, by which clause.
func duties(n Notice) []section {
	s := section{Title: "What you owe"}
	if n.Kind == DutyEscalated || n.Kind == Escalation || n.Kind == Alarm {
		s.Title = "What is owed"
	}
	for _, d := range bounded(n.Duties) {
		t := line(d.What, maxValue)
		if to := line(d.To, maxLabel); to != "" {
			t += ", to " + to
		}
		if !d.Due.IsZero() {
			t += "; due " + n.when(d.Due)
		}
		if d.LateBy > 0 {
			t += "; late by " + lasting(d.LateBy)
		}
		if c := line(d.Clock, maxLabel); c != "" {
			t += "; clock: " + c
		}
		s.Items = append(s.Items, stop(t+clause(d.Clause)))
	}
	return []section{more(s, len(n.Duties))}
}

// contacts are the people at the entity. CA step 2.
func contacts(n Notice) []section { return people("Contacts", n.Contacts) }

// call is whom to telephone at this hour. CA step 4.
func call(n Notice) []section { return people("Whom to call now", n.Call) }

func people(title string, list []Contact) []section {
	s := section{Title: title}
	for _, c := range bounded(list) {
		label := line(c.Role, 60)
		if label == "" {
			label = "Contact"
		}
		parts := []string{c.Name, strings.Join(bounded(c.Phones), ", "), c.Email, c.Address, c.When}
		var kept []string
		for _, p := range parts {
			if p = line(p, maxLabel); p != "" {
				kept = append(kept, p)
			}
		}
		s.add(label, strings.Join(kept, "; "))
	}
	return []section{more(s, len(list))}
}

// told says who else has the report and what became of it.
func told(n Notice) []section {
	s := section{Title: "Who was told"}
	for _, t := range bounded(n.Told) {
		l := line(t.Name, maxLabel) + ": " + line(t.Status, 60)
		if !t.At.IsZero() {
			l += ", " + n.when(t.At)
		}
		s.Items = append(s.Items, l)
	}
	return []section{more(s, len(n.Told))}
}

// personal is asked always; unknown is not no. CA step 3.
func personal(n Notice) []section {
	s := section{Title: "Personal information"}
	s.add("Involved", n.Personal.Involved)
	s.add("Kinds", strings.Join(bounded(n.Personal.Types), "; "))
	var r []string
	for _, e := range bounded(n.Personal.Residents) {
		r = append(r, line(e.State, 40)+" "+strconv.FormatInt(e.Count, 10))
	}
	s.add("Residents affected", strings.Join(r, "; "))
	return []section{s}
}

func quoted(title, text string) section {
	q, left := prose(text, maxProse)
	return section{Title: title, Quote: q, Cut: left}
}

func description(n Notice) []section {
	return []section{quoted("What happened, in the entity's words", n.Description)}
}

func actions(n Notice) []section {
	return []section{quoted("What was done, in the entity's words", n.Actions)}
}

// reason is what a person gave as their reason or, in an alarm, what is wrong.
func reason(n Notice) []section {
	title := "The reason given"
	if n.Kind == Alarm || n.Kind == Escalation || n.Kind == ContainmentFailed {
		title = "What is wrong"
	}
	return []section{quoted(title, n.Reason)}
}

// asked is the question with its answer, each with who and when.
func asked(n Notice) []section {
	q, a := quoted("The question", n.Question.Text), quoted("The answer", n.Question.Answer)
	if q.Quote != "" {
		q.add("Asked by", n.Question.By)
		q.add("Asked", n.when(n.Question.At))
	}
	if a.Quote != "" {
		a.add("Answered by", n.Question.AnsweredBy)
		a.add("Answered", n.when(n.Question.AnsweredAt))
	}
	return []section{q, a}
}

// devices are the six items for theft and computer crime. CA step 2.
func devices(n Notice) []section {
	s := section{Title: "Devices"}
	for i, d := range bounded(n.Devices) {
		var kept []string
		for _, p := range []struct{ label, value string }{{"", d.MakeModel}, {"serial ", d.Serial}, {"asset ", d.AssetID},
			{"IP ", strings.Join(bounded(d.IP), ", ")}, {"name ", d.Hostname}, {"OS ", d.OS}, {"at ", d.Location}, {"encrypted: ", d.Encrypted}} {
			if v := line(p.value, maxLabel); v != "" {
				kept = append(kept, p.label+v)
			}
		}
		if len(kept) == 0 {
			kept = []string{fmt.Sprintf("device %d, nothing stated", i+1)}
		}
		s.Items = append(s.Items, strings.Join(kept, "; "))
	}
	return []section{more(s, len(n.Devices))}
}

// assets are the ones that the message is about.
func assets(n Notice) []section {
	s := section{Title: "The assets"}
	for _, a := range bounded(n.Assets) {
		t := line(a.Name, maxLabel)
		for _, p := range []struct{ label, value string }{{"", a.Kind}, {"rated ", a.Rating}, {"networks: ", strings.Join(bounded(a.Networks), ", ")}, {"now ", a.State}} {
			if v := line(p.value, maxLabel); v != "" {
				t += "; " + p.label + v
			}
		}
		s.Items = append(s.Items, t)
	}
	return []section{more(s, len(n.Assets))}
}

// reasons are the grounds of the rating and of reportability, each with its clause.
func reasons(n Notice) []section {
	s := section{Title: "Grounds of the rating and of reportability"}
	for _, g := range append(bounded(n.Rating.Reasons), bounded(n.Reportable.Reasons)...) {
		if t := line(g.Text, maxValue); t != "" {
			s.Items = append(s.Items, stop(t+clause(g.Clause)))
		}
	}
	if open := strings.Join(bounded(n.Rating.Open), ", "); open != "" {
		s.Paras = append(s.Paras, "Not stated yet, and able to raise the rating: "+stop(line(open, maxValue)))
	}
	return []section{s}
}

// missing lists what is still to be stated. It never held the report back. CA step 2.
func missing(n Notice) []section {
	s := section{Title: "Not stated yet"}
	for _, m := range bounded(n.Missing) {
		if t := line(m.Label, maxLabel); t != "" {
			s.Items = append(s.Items, t+clause(m.Clause))
		}
	}
	return []section{more(s, len(n.Missing))}
}

func receipt(n Notice) []section {
	return []section{{Title: "Receipt", Link: link{"Receipt, which anyone can check offline", webLink(n.Links.Receipt)}}}
}

// trouble says which message did not arrive, and what the other side said.
func trouble(n Notice) []section {
	t, s := n.Trouble, section{Title: "What did not arrive"}
	if t.Kind != "" {
		s.add("Message", wordsOf(t.Kind).kind)
	}
	s.add("Recipient", t.To)
	s.add("Address", t.Email)
	s.add("Owed since", n.when(t.Since))
	if t.Attempts > 0 {
		s.add("Attempts", strconv.Itoa(t.Attempts))
	}
	s.add("Last answer", t.Reply)
	return []section{s}
}

// telephone says who called whom. CA step 4.
func telephone(n Notice) []section {
	s := section{Title: "The call"}
	s.add("Caller", n.Telephone.Caller)
	s.add("Called", n.Telephone.Called)
	s.add("At", n.when(n.Telephone.At))
	s.add("Reference", n.Telephone.Reference)
	return []section{s}
}

// bounded keeps the first entries of a list: a report may carry ten thousand devices, a mail does not.
func bounded[T any](list []T) []T {
	return list[:min(len(list), maxEntries):min(len(list), maxEntries)]
}

// more says how many entries a bounded list left out.
func more(s section, total int) section {
	if total > maxEntries {
		s.Paras = append(s.Paras, fmt.Sprintf("The first %d of %d; the others stand in the incident.", maxEntries, total))
	}
	return s
}
