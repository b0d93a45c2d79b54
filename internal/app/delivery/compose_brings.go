package delivery

import (
	"encoding/json"
	"fmt"

	"tocsin/internal/app/communication"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
)

// brought puts in what a message carries to its recipient: a version of the report to management, a status update, an item that is
// asked for; and leads to its page.
func (c *composer) brought(n *notify.Notice) {
	at := fmt.Sprintf("%s/incidents/%s", c.BaseURL, c.st.Number)
	switch c.m.Kind {
	case incident.KindManagementReport:
		for _, v := range c.st.Briefing.Versions {
			if fmt.Sprintf("r%d", v.Report) == c.m.Brings {
				n.Links.Incident = fmt.Sprintf("%s/management/%d", at, v.Report)
				c.report(n, v)
			}
		}
	case incident.KindStatusUpdate, incident.KindUpdateApproval, incident.KindUpdateReturned:
		n.Links.Incident = at + "/updates"
		if u, ok := c.st.Update(c.m.Brings); ok {
			n.Update, n.Reason = string(c.texts[u.Text]), string(c.texts[u.Returned])
			for _, a := range c.s.Pack.Audiences() {
				if a.ID == u.Audience {
					n.Audience = a.Title
				}
			}
		}
	case incident.KindItemAwaited:
		n.Links.Incident = at + "/management"
		if it, ok := incident.ItemByID(c.m.Brings); ok {
			n.Reason = it.Title
		}
	}
}

// report puts in the frozen report. A disposed one leaves the mail without it; its page says so.
func (c *composer) report(n *notify.Notice, v incident.ReportVersion) {
	var frozen communication.ManagementReport
	if json.Unmarshal(c.texts[v.Text], &frozen) != nil {
		return
	}
	zone := c.s.Pack.Calendar().Zone()
	n.Report.Number = frozen.Report
	for _, it := range frozen.Items {
		line := notify.BriefLine{Label: it.Title, Value: it.Text(zone), Clause: it.Clause, Changed: it.Changed}
		if !it.Known {
			line.Value = it.State(zone)
		}
		n.Report.Lines = append(n.Report.Lines, line)
	}
}
