package communication

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/paper"
)

// MarkingLabel is what stands on every page of a document, with the label of the traffic light protocol that says the same; empty for
// none. MA 6.5.4
func MarkingLabel(marking string) string {
	switch marking {
	case incident.MarkRestricted:
		return "RESTRICTED (TLP:RED)"
	case incident.MarkConfidential:
		return "CONFIDENTIAL (TLP:AMBER+STRICT)"
	}
	return ""
}

// MarkingOf answers how whatever is shown of an incident is marked; it is no reading of the incident. Absent and denied look the same. MA 6.5.4
func (a *Room) MarkingOf(ctx context.Context, by access.Actor, number string) (string, error) {
	number, err := incident.ParseNumber("incident", number)
	if err != nil {
		return "", act.ErrNoIncident
	}
	stream, found, err := a.Index.Find(ctx, number)
	if err == nil && !found {
		err = act.ErrNoIncident
	}
	if err != nil {
		return "", err
	}
	st, _, err := a.Record.Folded(ctx, stream)
	if err != nil {
		return "", err
	}
	if !access.Allow(by, access.Read, act.ObjectOf(st)) {
		return "", act.ErrNoIncident
	}
	return st.Marking(), nil
}

// Paper is the report as a document to print.
func (r IssuedReport) Paper() paper.Doc {
	at := func(t time.Time) string { return act.FormatTime(t, r.Zone) }
	d := paper.Doc{Title: fmt.Sprintf("Report to management %d, incident %s", r.Report, r.Incident), Marking: MarkingLabel(r.MarkingNow), Author: r.IssuedBy,
		Running: fmt.Sprintf("Incident %s, report to management %d", r.Incident, r.Report), At: r.IssuedAt}
	d.Blocks = append(d.Blocks,
		paper.Para{Text: fmt.Sprintf("%s. Rated %s. Issued %s by %s.", r.EntityName, r.Level, at(r.IssuedAt), r.IssuedBy)},
		paper.Para{Text: "To: " + strings.Join(r.Readers, "; ") + "."})
	if len(r.Kept) > 0 {
		d.Blocks = append(d.Blocks, paper.Para{Text: "Kept from, because the incident is restricted: " + strings.Join(r.Kept, "; ") + ". " + r.KeptWhy})
	}
	if line := r.Owner.Line(); line != "" {
		d.Blocks = append(d.Blocks, paper.Para{Text: line})
	}
	if changed := r.Changed(); len(changed) > 0 {
		d.Blocks = append(d.Blocks, paper.Heading{Level: 2, Text: "Changed since the version before"})
		var items []string
		for _, it := range changed {
			items = append(items, it.Title)
		}
		d.Blocks = append(d.Blocks, paper.List{Items: items})
	}
	rows := make([][]string, len(r.Items))
	unknown := 0
	for i, it := range r.Items {
		if !it.Known && it.Required {
			unknown++
		}
		rows[i] = []string{fmt.Sprintf("%d. %s", i+1, it.Title), it.State(r.Zone), it.Clause}
	}
	d.Blocks = append(d.Blocks, paper.Heading{Level: 2, Text: "What is known"})
	if unknown > 0 {
		d.Blocks = append(d.Blocks, paper.Para{Text: fmt.Sprintf("%d of %d items are not known yet. The report is issued again when something material changes.", unknown, len(r.Items))})
	}
	d.Blocks = append(d.Blocks, paper.Table{RowHeads: true, Rows: rows, Columns: []paper.Column{{Title: "Item", Share: 3}, {Title: "What is known", Share: 6}, {Title: "Clause", Share: 1.4}}},
		paper.Para{Text: "Items by " + r.Pack + ". Times are those of the policy's calendar, with their offset."})
	return d
}

// State says what is known of an item, or from whom it is awaited.
func (b BriefItem) State(zone *time.Location) string {
	if b.Known {
		text := b.Text(zone)
		if b.StatedAt != nil {
			text += fmt.Sprintf("\nStated %s by %s.", act.FormatTime(*b.StatedAt, zone), b.StatedBy)
		}
		return text
	}
	text := "Not known yet."
	if !b.Required {
		text = "Not stated; not asked for at this rating."
	}
	if w := b.Awaited; w != nil {
		text += " Awaited from " + w.From
		if w.Until != nil {
			text += " by " + act.FormatTime(*w.Until, zone)
		}
		text += "."
	}
	return text
}
