package notify

import (
	"cmp"
	"fmt"
	"time"
)

// Letter is a message about no incident: who reports for an entity, what is to be confirmed. It carries our own sentences and names out of
// the directory, and no prose of anybody's.
type Letter struct {
	Kind          string // of X-Tocsin-Kind
	Demonstration bool
	Subject       string
	To            string // name of the recipient
	Paras         []string
	Facts         [][2]string // label and value
	Items         []string
	ItemsTitle    string // heading of the items; empty is "What is open"
	LinkLabel     string
	Link          string
	Why, Clause   string
	Delay         time.Duration // how late it leaves
}

// RenderLetter writes a letter as Render writes a notice.
func RenderLetter(l Letter) (subject, text, html string) {
	subject = l.Subject
	if l.Demonstration {
		subject = "[DEMONSTRATION] " + subject
	}
	subject = line(subject, maxSubject)
	first := section{Paras: notices(Notice{Demonstration: l.Demonstration, Delay: l.Delay}), Link: link{l.LinkLabel, webLink(l.Link)}}
	if to := line(l.To, maxLabel); to != "" {
		first.Paras = append(first.Paras, to+",")
	}
	for _, p := range l.Paras {
		first.Paras = append(first.Paras, line(p, maxValue))
	}
	for _, f := range l.Facts {
		first.Facts = append(first.Facts, fact{f[0], line(f[1], maxValue)})
	}
	list := []section{first}
	for i, item := range l.Items {
		if i == 0 {
			list = append(list, section{Title: cmp.Or(line(l.ItemsTitle, maxLabel), "What is open")})
		}
		if i < maxEntries {
			list[1].Items = append(list[1].Items, line(item, maxValue))
		}
	}
	if more := len(l.Items) - maxEntries; more > 0 {
		list[1].Items = append(list[1].Items, fmt.Sprintf("%d more, on the page", more))
	}
	end := section{Title: "Why you get this", Paras: []string{line(l.Why, maxValue)}}
	if l.Clause != "" {
		end.Facts = []fact{{"Clause", line(l.Clause, maxLabel)}}
	}
	list = nonEmpty(append(list, end))
	return subject, layText(list), layHTML(subject, list)
}
