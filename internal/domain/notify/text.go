package notify

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// width is the longest line of the plain text, in characters. Links are never broken, so that they stay clickable.
const width = 72

// layText writes sections as plain text. What a person wrote stands behind "> ", so that it cannot pass for our own words.
func layText(list []section) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteString("\n")
		}
		if s.Title != "" {
			fmt.Fprintf(&b, "%s\n%s\n", s.Title, strings.Repeat("-", utf8.RuneCountInString(s.Title)))
		}
		textSection(&b, s)
	}
	return b.String()
}

func textSection(b *strings.Builder, s section) {
	for i, p := range s.Paras {
		if i > 0 {
			b.WriteString("\n")
		}
		wrap(b, p, "", "")
	}
	if s.Link.URL != "" {
		if len(s.Paras) > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "%s:\n  %s\n", s.Link.Label, s.Link.URL)
	}
	if len(s.Paras) > 0 && len(s.Facts) > 0 {
		b.WriteString("\n")
	}
	textFacts(b, s.Facts)
	if len(s.Items) > 0 && len(s.Paras) > 0 {
		b.WriteString("\n")
	}
	for _, item := range s.Items {
		wrap(b, item, "* ", "  ")
	}
	if s.Quote == "" {
		return
	}
	for l := range strings.SplitSeq(s.Quote, "\n") {
		if strings.TrimSpace(l) == "" {
			b.WriteString(">\n") // no blank at the end of a line: mail programs and transports change those
			continue
		}
		wrap(b, l, "> ", "> ")
	}
	if s.Cut > 0 {
		fmt.Fprintf(b, "(%d more characters stand in the incident)\n", s.Cut)
	}
}

// textFacts lines values up behind their labels.
func textFacts(b *strings.Builder, list []fact) {
	longest := 0
	for _, f := range list {
		longest = max(longest, utf8.RuneCountInString(f.Label))
	}
	indent := min(longest, 22) + 3
	for _, f := range list {
		label := f.Label + ":"
		pad := indent - utf8.RuneCountInString(label)
		if pad < 1 {
			wrap(b, label, "", "")
			label, pad = "", indent
		}
		wrap(b, f.Value, label+strings.Repeat(" ", pad), strings.Repeat(" ", indent))
	}
}

// wrap writes words in lines of at most width characters; a word longer than a line stands alone and whole.
func wrap(b *strings.Builder, s, first, rest string) {
	used, fresh := utf8.RuneCountInString(first), true
	b.WriteString(first)
	for word := range strings.FieldsSeq(s) {
		n := utf8.RuneCountInString(word)
		if !fresh && used+1+n > width {
			b.WriteString("\n" + rest)
			used, fresh = utf8.RuneCountInString(rest), true
		}
		if !fresh {
			b.WriteString(" ")
			used++
		}
		b.WriteString(word)
		used, fresh = used+n, false
	}
	b.WriteString("\n")
}
