package notify

import (
	"fmt"
	"strings"
	"time"
)

// Bounds of what a mail carries, in characters and entries. What does not fit is said to be missing, with a link.
const (
	maxProse   = 12000
	maxLabel   = 200
	maxValue   = 600
	maxEntries = 40
)

// section is one part of a message before it becomes text or HTML. Both forms come from the same sections, so that they
// cannot say different things.
type section struct {
	Title string
	Paras []string // our own sentences
	Facts []fact
	Items []string
	Quote string // what a person wrote
	Cut   int    // characters of it left out
	Link  link
}

type fact struct{ Label, Value string }

type link struct{ Label, URL string }

// Render writes a notice: one clean line of subject, the plain text and the same as HTML. Free text from outside is quoted
// in the text and escaped in the HTML; nothing of it can reach a header or run anywhere.
func Render(n Notice) (subject, text, html string) {
	s := sections(n)
	return Subject(n), layText(s), layHTML(Subject(n), s)
}

// Subject is the subject line alone: number, kind and, unless confidential, what a receiver sorts by.
func Subject(n Notice) string {
	var b strings.Builder
	if n.Demonstration {
		b.WriteString("[DEMONSTRATION] ")
	}
	if number := line(n.Incident, 60); number != "" {
		fmt.Fprintf(&b, "Incident %s: ", number)
	}
	w := wordsOf(n.Kind)
	b.WriteString(w.kind)
	if n.Confidential || w.detail == nil {
		return line(b.String(), maxSubject)
	}
	for _, d := range w.detail(n) {
		if d = line(d, 70); d != "" {
			b.WriteString(", " + d)
		}
	}
	return line(b.String(), maxSubject)
}

// sections lays out what the receiver must act on first, then the facts, then the grounds, then why the mail came.
func sections(n Notice) []section {
	if n.Confidential {
		return confidential(n)
	}
	w := wordsOf(n.Kind)
	out := []section{opening(n, w)}
	for _, part := range w.parts {
		out = append(out, part(n)...)
	}
	out = append(out, closing(n))
	return nonEmpty(out)
}

// confidential is the whole message where the pack says that its content must not stand in a mailbox.
func confidential(n Notice) []section {
	s := section{Paras: notices(n)}
	if number := line(n.Incident, 60); number != "" {
		s.Facts = append(s.Facts, fact{"Incident", number})
	}
	s.Facts = append(s.Facts, fact{"About", sentence(wordsOf(n.Kind).kind)})
	if due := n.firstDue(); !due.IsZero() {
		s.Facts = append(s.Facts, fact{"Due", n.when(due)})
	}
	s.Paras = append(s.Paras, "The content is confidential and is not in this message. Sign in to read it.")
	s.Link = link{opens(n), webLink(n.Links.Incident)}
	return []section{s}
}

// notices are the sentences that stand before everything else.
func notices(n Notice) []string {
	var p []string
	if mark := line(n.Marking, maxLabel); mark != "" && !n.Confidential {
		p = append(p, mark+". Pass this message on to those only who must know.")
	}
	if n.Demonstration {
		p = append(p, "DEMONSTRATION: nothing in this message happened. Do not act on it.")
	}
	if n.Delay >= time.Hour {
		p = append(p, fmt.Sprintf("DELAYED: this message leaves %s after it was owed, because mail could not be handed over earlier.",
			lasting(n.Delay)))
	}
	return p
}

// opening says what this is and what to do, in that order.
func opening(n Notice, w words) section {
	s := section{Paras: notices(n)}
	if to := line(n.To, maxLabel); to != "" {
		s.Paras = append(s.Paras, to+",")
	}
	s.Paras = append(s.Paras, w.lead(n)...)
	if w.acknowledge && webLink(n.Links.Acknowledge) != "" {
		s.Paras = append(s.Paras, "Please acknowledge that you have it: open this link and press the button. Opening it alone changes nothing.")
		s.Link = link{"Acknowledge", webLink(n.Links.Acknowledge)}
	}
	return s
}

// closing says why the mail came and where more stands.
func closing(n Notice) section {
	s := section{Title: "About this message", Link: link{opens(n), webLink(n.Links.Incident)}}
	if why := line(n.Why, maxValue); why != "" {
		s.Paras = append(s.Paras, "You receive it because: "+stop(why+clause(n.Clause)))
	}
	s.Paras = append(s.Paras, "It was written by the incident reporting system. A reply to it is not a report and is not on record; please answer in the system.")
	return s
}

// opens names where the link leads.
func opens(n Notice) string {
	if n.Kind == StatisticsReport {
		return "Open the statistics"
	}
	return "Open the incident"
}

// nonEmpty drops the sections that have nothing to say.
func nonEmpty(in []section) []section {
	var out []section
	for _, s := range in {
		if s.Link.URL == "" {
			s.Link = link{}
		}
		if len(s.Paras)+len(s.Facts)+len(s.Items) > 0 || s.Quote != "" || s.Link.URL != "" {
			out = append(out, s)
		}
	}
	return out
}

// when writes an instant in the notice's zone with its offset: nobody must guess which clock is meant.
func (n Notice) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	zone := n.Zone
	if zone == nil {
		zone = time.UTC
	}
	t = t.In(zone)
	offset := "UTC" + t.Format("-07:00")
	if name, seconds := t.Zone(); seconds == 0 {
		offset = "UTC"
	} else if name != "" && name[0] != '+' && name[0] != '-' {
		offset = line(name, 10) + ", " + offset
	}
	return t.Format("Mon Jan 2, 2006, 3:04 PM") + " (" + offset + ")"
}

// lasting writes a duration the way a person says it, in its two largest units.
func lasting(d time.Duration) string {
	units := []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}}
	var parts []string
	for _, u := range units {
		if k := d / u.size; k > 0 && len(parts) < 2 {
			d -= k * u.size
			name := u.name
			if k != 1 {
				name += "s"
			}
			parts = append(parts, fmt.Sprintf("%d %s", k, name))
		} else if len(parts) > 0 {
			break
		}
	}
	if len(parts) == 0 {
		return "less than a second"
	}
	return strings.Join(parts, " ")
}

// clause puts a clause in brackets behind a text.
func clause(c string) string {
	if c = line(c, maxLabel); c == "" {
		return ""
	}
	return " (" + c + ")"
}

// stop ends a sentence.
func stop(s string) string {
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

// sentence begins with a capital letter.
func sentence(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
