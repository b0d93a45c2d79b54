package notify

import "fmt"

// brief is the report to management, item by item; what changed comes first. MA 6.5.3
func brief(n Notice) []section {
	changed, all := section{Title: "Changed since the version before"}, section{Title: "The report"}
	for _, l := range bounded(n.Report.Lines) {
		label := line(l.Label, maxLabel)
		if c := clause(l.Clause); c != "" {
			label += c
		}
		if l.Changed {
			changed.Items = append(changed.Items, line(l.Label, maxLabel))
		}
		all.add(label, l.Value)
	}
	return []section{changed, more(all, len(n.Report.Lines))}
}

// updated is the text of a status update, as its writer wrote it.
func updated(n Notice) []section { return []section{quoted("The update", n.Update)} }

// wanted names the item that somebody is asked for.
func wanted(n Notice) []section {
	s := section{Title: "What is asked"}
	s.add("Item", n.Reason)
	return []section{s}
}

func byAudience(n Notice) []string { return []string{n.Audience} }

func byReport(n Notice) []string {
	if n.Report.Number == 0 {
		return []string{level(n), n.Entity.Name}
	}
	return []string{fmt.Sprintf("version %d", n.Report.Number), level(n), n.Entity.Name}
}

func leadManagement(n Notice) []string {
	s := []string{"This is the report to management on an incident at " + stop(who(n))}
	if n.Report.Number > 1 {
		s = append(s, "It takes the place of the version before.")
	}
	return s
}
