package webtest

import (
	"cmp"
	"context"
	"io"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// What is told about an incident of the fake is the same of every one, as far as it may be seen.

var told = time.Date(2026, 6, 18, 18, 0, 0, 0, time.UTC)

// Management implements web.Briefing.
func (f *Fake) Management(ctx context.Context, by access.Actor, number string) (app.ManagementView, error) {
	v, err := f.Incident(ctx, by, number)
	if err != nil {
		return app.ManagementView{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	location := app.BriefItem{ID: "location", Title: f.word("Location"), Clause: "MA 6.5.3.6", Required: true, Assess: "location", Awaited: &app.AwaitedView{From: f.word("Dana Reyes"), Until: &told, Since: told}}
	assessed := app.AssessedView{ID: "location", Title: f.word("Location")}
	for _, value := range f.located {
		location.Known, location.Value, location.StatedAt, location.StatedBy, location.Awaited = true, value, &told, f.word("Dana Reyes"), nil
		assessed.Statements = append([]app.SaidView{{Value: value, At: told, By: f.word("Dana Reyes"), Source: "Filing 1"}}, assessed.Statements...)
	}
	out := app.ManagementView{Incident: v.Incident, EntityName: f.word("Department of Motor Vehicles"), Level: policy.High, Marking: "none", Seen: 7, MayIssue: true, MayState: true, MayMark: true, News: true,
		Items:      []app.BriefItem{location, {ID: "type", Title: f.word("Type"), Clause: "MA 6.5.3.3", Required: true}},
		Assessment: []app.AssessedView{assessed, {ID: "discovered_by", Title: f.word("Who discovered it"), Person: true}, {ID: "reported_to_management_at", Title: "Reported at", Instant: true}},
		Readers:    []app.ReportReader{{Who: f.word("Chief Information Security Officer"), Why: "High", Clause: "MA 6.5.1"}},
		People:     []app.PersonView{{ID: "ca-dmv-iso", Name: f.word("Dana Reyes"), Title: f.word("Information Security Officer")}}}
	if f.marking != "" {
		out.Marking, out.MarkedBy, out.MarkedAt, out.MarkedWhy = f.marking, f.word("Dana Reyes"), &told, f.word("The press is asking")
	}
	for n := f.issued; n > 0; n-- {
		out.Versions = append(out.Versions, app.VersionView{Report: n, At: told, By: f.word("Dana Reyes"), Level: policy.High, Known: 1, Unknown: 1, Changed: []string{f.word("Location")},
			Sent: []app.SentView{{To: f.word("CISO"), Status: "delivered", At: told}}})
	}
	return out, nil
}

// State implements web.Briefing.
func (f *Fake) State(_ context.Context, _ access.Actor, _ string, x app.ItemStatement) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if x.Value == "" && x.At == "" {
		return fault.Invalid("value", "Nothing is stated.", "Say what is known.")
	}
	f.located = append(f.located, x.Value)
	return nil
}

// AwaitItem implements web.Briefing.
func (f *Fake) AwaitItem(_ context.Context, _ access.Actor, _, _, person, role, _ string) error {
	if (person == "") == (role == "") {
		return fault.Invalid("person", "An item is awaited from a person or a role.", "Choose one.")
	}
	return nil
}

// IssueManagementReport implements web.Briefing.
func (f *Fake) IssueManagementReport(_ context.Context, _ access.Actor, _ string, seen int64, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if seen != 7 {
		return fault.Conflict("Something was stated since you opened the report.")
	}
	f.issued++
	return nil
}

// IssuedReport implements web.Briefing.
func (f *Fake) IssuedReport(ctx context.Context, by access.Actor, number string, report int) (app.IssuedReport, error) {
	v, err := f.Management(ctx, by, number)
	if err != nil {
		return app.IssuedReport{}, err
	}
	return app.IssuedReport{MarkingNow: v.Marking, Zone: time.UTC, ManagementReport: app.ManagementReport{Incident: v.Incident, EntityName: v.EntityName, Report: report, Level: v.Level,
		Marking: "none", Pack: f.word("A policy"), IssuedAt: told, IssuedBy: f.word("Dana Reyes"), Items: v.Items, Readers: []string{f.word("CISO")}}}, nil
}

// PrintReport implements web.Briefing.
func (f *Fake) PrintReport(ctx context.Context, by access.Actor, number string, report int, w io.Writer) error {
	_, err := f.IssuedReport(ctx, by, number, report)
	if err == nil {
		_, err = io.WriteString(w, "%PDF-1.7")
	}
	return err
}

// MarkingOf implements web.Marking.
func (f *Fake) MarkingOf(ctx context.Context, by access.Actor, number string) (string, error) {
	_, err := f.Incident(ctx, by, number)
	f.mu.Lock()
	defer f.mu.Unlock()
	return cmp.Or(f.marking, incident.MarkNone), err
}

// Mark implements web.Marking.
func (f *Fake) Mark(_ context.Context, _ access.Actor, _, marking, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.marking = marking
	return nil
}

// Updates implements web.Updating.
func (f *Fake) Updates(ctx context.Context, by access.Actor, number string) (app.UpdatesView, error) {
	v, err := f.Incident(ctx, by, number)
	if err != nil {
		return app.UpdatesView{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return app.UpdatesView{Incident: v.Incident, Marking: "none", MayWork: true, Updates: append([]app.UpdateView{}, f.updates...),
		Audiences: []app.AudienceView{{ID: "public", Title: f.word("The public"), Template: f.word("What happened:"), Approvals: []string{f.word("Legal")}},
			{ID: "management", Title: "Management", Template: "Where we stand:", To: []string{f.word("CISO")}}}}, nil
}

// DraftUpdate implements web.Updating.
func (f *Fake) DraftUpdate(_ context.Context, _ access.Actor, _, audience, text string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.updates = append(f.updates, app.UpdateView{ID: "u1", Audience: audience, Title: f.word("The public"), Text: text, Writer: f.word("Dana Reyes"), WrittenAt: told, Status: "draft", MayApprove: true,
		Approvals: []app.ApprovalView{{Role: f.word("Legal")}}})
	return nil
}

// ReviseUpdate implements web.Updating.
func (f *Fake) ReviseUpdate(_ context.Context, _ access.Actor, _, _, text string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.updates) > 0 {
		f.updates[0].Text, f.updates[0].Returned = text, ""
	}
	return nil
}

// ActOnUpdate implements web.Updating.
func (f *Fake) ActOnUpdate(_ context.Context, _ access.Actor, _ string, x app.UpdateAct) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.updates) == 0 {
		return fault.NotFound("no such update")
	}
	u := &f.updates[0]
	switch x.Act {
	case "approve":
		u.Approvals[0].By, u.Approvals[0].At, u.Ready = f.word("Ada Quill"), &told, true
	case "return":
		u.Returned, u.ReturnedBy = x.Reason, f.word("Ada Quill")
	case "send":
		if !u.Ready {
			return fault.Conflict("It still needs the approval of legal.")
		}
		u.Status, u.EndedAt, u.EndedBy, u.Via, u.Ready = "sent", &told, f.word("Dana Reyes"), x.Via, false
		u.Sent = []app.SentView{{To: f.word("CISO"), Status: "owed", At: told}}
	}
	return nil
}

// Communications implements web.Updating.
func (f *Fake) Communications(ctx context.Context, by access.Actor, number string) (app.CommunicationsView, error) {
	v, err := f.Incident(ctx, by, number)
	if err != nil {
		return app.CommunicationsView{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return app.CommunicationsView{Incident: v.Incident, Marking: "none", Zone: time.UTC, MayLog: true, Entries: append([]app.CommunicationView{}, f.spoken...)}, nil
}

// LogCommunication implements web.Updating.
func (f *Fake) LogCommunication(_ context.Context, _ access.Actor, _ string, l app.CommunicationLog) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l.At == "" {
		return fault.Invalid("at", "When it took place is missing.", "Give a date and a time of day.")
	}
	f.spoken = append(f.spoken, app.CommunicationView{At: told, Kind: "logged", Channel: l.Channel, Incoming: l.Incoming, Who: l.Who, Whom: l.Whom, Summary: l.Summary, LoggedBy: f.word("Dana Reyes")})
	return nil
}
