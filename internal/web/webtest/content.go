package webtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web"
)

// open starts an incident: two authorities are told, and two duties run.
func (f *Fake) open(e app.EntityView, by access.Actor) *app.IncidentView {
	now := f.now()
	r := rand.Text()
	number := fmt.Sprintf("%s-%s-%s", r[:4], r[4:8], r[8:9])
	v := &app.IncidentView{EntityName: e.Name, PackID: e.Pack, PackVersion: "2026.2", OpenedAt: now}
	written, triage := now.Add(14*24*time.Hour+3*time.Hour), now.Add(58*time.Minute)
	v.Answer = app.Answer{Incident: number, Entity: e.ID, Status: "open", ReceivedAt: now,
		Rating: app.RatingView{Level: policy.Unrated, Provisional: true, Open: []string{"impact.human_safety", "impact.asset_rating", "impact.liability_usd"},
			Reasons: []policy.Reason{{Rule: "unstated", Text: f.word("Nothing is stated that could be rated."), Clause: "MA 6.5.1"}}},
		Reportability: policy.Reportability{Answer: policy.Unknown, Reasons: []policy.Reason{{Text: f.word("No category is chosen yet."), Clause: "CA step 2"}}},
		Duties: []app.DutyView{
			{ID: "d1-" + number, What: f.word("Send the written report"), By: f.word(e.Name), To: f.word("Office of Information Security"), Due: &written, Clock: "10 business days (ca-state-offices)", Clause: "SIMM 5340-A", Status: "owed", Since: now, Discharge: policy.DischargeWritten, Unverified: true},
			{ID: "d2-" + number, What: f.word("Triage and rate"), By: f.word("IR coordinator"), Due: &triage, Clock: "1 hour", Clause: "MA 6.4.3", Status: "owed", Since: now, Discharge: policy.DischargeRated},
		},
		Tracks: []app.TrackView{
			{Authority: "ca-ois", Name: f.word("Office of Information Security"), Status: "delivered", Since: now, Clause: "CA step 1"},
			{Authority: "ca-chp-cciu", Name: f.word("Highway Patrol Computer Crimes Investigations Unit"), Status: "delivered", Since: now, Clause: "CA step 1"},
		},
		Missing: []policy.Item{
			{ID: "occurred_at", Label: f.word("When it occurred"), Fields: []string{"occurred_at"}, Clause: "CA step 2", Report: "initial"},
			{ID: "devices.serial", Label: f.word("Serial number of each device"), Fields: []string{"devices.serial"}, Clause: "CA step 2", Report: "initial"},
		},
		Advice: []policy.Advice{{Rule: "keep", Text: f.word("Do not switch the device off."), Clause: "MA 6.7", Phone: "(916) 555-0100"}},
	}
	v.Messages = []app.MessageView{
		{ID: "m1", Kind: "notice", To: f.word("Office of Information Security"), Why: f.word("First report"), OwedAt: now, Status: "delivered", At: &now, Attempts: 1},
		{ID: "m2", Kind: "notice", To: f.word("Attorney General"), Why: f.word("More than 500 residents"), OwedAt: now, Status: "owed", Attempts: 3, NextAttempt: &triage, LastReply: f.word("451 4.7.1 Greylisted, try again later")},
	}
	f.fact(v, by, "Incident opened")
	f.views = append(f.views, v)
	for _, t := range v.Tracks {
		token := rand.Text()
		f.links[token] = link{number, t.Authority}
		f.mails = append(f.mails, web.Mail{To: []string{t.Authority + "@demo.test"}, From: "tocsin@demo.test", Subject: f.word("Incident " + number + ": first report from " + e.Name),
			MessageID: "<" + rand.Text() + "@demo.test>", ReceivedAt: now, Text: f.word("A report was filed.") + "\n\nAcknowledge: " + f.Base + "/a/" + token + "\n"})
	}
	return v
}

func (f *Fake) fact(v *app.IncidentView, by access.Actor, words string) {
	n := int64(len(v.Ledger) + 1)
	v.Ledger = append(v.Ledger, app.LedgerView{Version: n, Fact: "incident.reported.v1", Words: f.word(words), At: f.now(), Actor: f.word(by.Name), Digest: digest(words), Leaf: 40 + n})
}

func (f *Fake) addFiling(v *app.IncidentView, filing incident.Filing, by access.Actor) {
	v.Filing, v.Status, v.ReceivedAt = v.Filing+1, "open", f.now()
	if f.Text != "" {
		filing.Description, filing.ActionsTaken, filing.Categories = f.Text, f.Text, []string{f.Text}
		filing.Devices = []incident.Device{{MakeModel: f.Text, Serial: f.Text, IP: []string{f.Text}}}
	}
	v.Receipt = fmt.Sprintf("/incidents/%s/receipts/%d", v.Incident, v.Filing)
	v.Filings = append(v.Filings, app.FilingView{Number: v.Filing, Kind: filing.Kind, ReceivedAt: f.now(), By: f.word(by.Name), Digest: digest(v.Incident), Content: &filing, Receipt: v.Receipt})
	v.Rating = ratingOf(filing, v.Rating)
	f.fact(v, by, "Filing taken")
}

// ratingOf rates by the asset alone: enough to see each level on a page.
func ratingOf(filing incident.Filing, before app.RatingView) app.RatingView {
	if filing.Impact == nil || filing.Impact.AssetRating == "" {
		return before
	}
	level := map[string]policy.Level{"critical": policy.High, "high": policy.High, "medium": policy.Medium, "low": policy.Low}[filing.Impact.AssetRating]
	return app.RatingView{Level: level, Provisional: level != policy.High, Open: before.Open,
		Reasons: []policy.Reason{{Rule: "asset", Text: "The asset is rated " + filing.Impact.AssetRating + ".", Clause: "MA 6.5.1"}}}
}

func (f *Fake) row(v *app.IncidentView) app.IncidentRow {
	row := app.IncidentRow{Incident: v.Incident, Entity: v.Entity, EntityName: v.EntityName, Status: v.Status, Level: v.Rating.Level,
		Provisional: v.Rating.Provisional, ReceivedAt: v.ReceivedAt, UpdatedAt: v.ReceivedAt, NextDue: v.Duties[0].Due, Marking: f.marking}
	if len(v.Filings) > 0 {
		row.Summary, row.Categories = v.Filings[0].Content.Description, v.Filings[0].Content.Categories
	}
	return row
}

// FormFor implements web.Filings.
func (f *Fake) FormFor(_ context.Context, by access.Actor, entity string) (app.Form, error) {
	e, err := f.entity(entity)
	if err != nil {
		return app.Form{}, err
	}
	if err := f.up(); err != nil {
		return app.Form{}, err
	}
	return app.Form{Entity: e, Pack: e.Pack, Contacts: f.Emergency(),
		Categories: []policy.Term{
			{ID: "state_data", Label: f.word("State data, on any medium"), Help: f.word("Theft, loss, damage, or release to the wrong people. Paper counts."), Clause: "CA step 2"},
			{ID: "unauth_access", Label: f.word("Unauthorized access"), Help: f.word("Tampering, malware, defacement, denial of service."), Clause: "CA step 2"},
			{ID: "equipment", Label: f.word("Equipment"), Help: f.word("Theft, damage or loss of equipment, whatever it cost."), Clause: "CA step 2"},
			{ID: "outage", Label: f.word("Outage"), Help: f.word("A critical or public system was down for more than two hours."), Clause: "CA step 2"},
		},
		PITypes:  []policy.Term{{ID: "ssn", Label: f.word("Social security number"), Clause: "Civ. Code 1798.29(g)"}, {ID: "medical", Label: f.word("Medical information"), Clause: "Civ. Code 1798.29(g)"}},
		Items:    []policy.Item{{ID: "reporter", Label: "Reporting person", Fields: []string{"reporter.name"}, Clause: "CA step 2", Report: "initial"}},
		Reporter: &incident.Contact{Name: by.Name, Email: by.Person + "@demo.test", Phones: []string{"(916) 555-0142"}},
		ISO:      &incident.Contact{Name: f.word("Dana Reyes"), Email: "ca-dmv-iso@demo.test"},
	}, nil
}

// Preview implements web.Filings.
func (f *Fake) Preview(_ context.Context, _ access.Actor, filing incident.Filing) (app.Preview, error) {
	if err := f.up(); err != nil {
		return app.Preview{}, err
	}
	now := f.now()
	due := now.Add(14 * 24 * time.Hour)
	return app.Preview{Rating: ratingOf(filing, app.RatingView{Level: policy.Unrated, Provisional: true, Reasons: []policy.Reason{{Text: f.word("Nothing is stated that could be rated."), Clause: "MA 6.5.1"}}}),
		Reportability: policy.Reportability{Answer: policy.Unknown},
		Tell:          []app.TellView{{To: f.word("Office of Information Security"), Why: f.word("every report"), Clause: "CA step 1"}},
		Duties:        []app.DutyView{{What: f.word("Send the written report"), Due: &due, Clause: "SIMM 5340-A"}},
		Missing:       []policy.Item{{Label: f.word("When it occurred"), Fields: []string{"occurred_at"}}}}, nil
}

// track finds an authority's track on an incident.
func (f *Fake) track(number, authority string) (*app.IncidentView, *app.TrackView, error) {
	v := f.view(number)
	if v == nil {
		return nil, nil, fault.NotFound("no such incident")
	}
	for i := range v.Tracks {
		if v.Tracks[i].Authority == authority {
			return v, &v.Tracks[i], f.up()
		}
	}
	return nil, nil, fault.NotFound("no such track")
}

func (f *Fake) set(by access.Actor, number, authority, status string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	v, t, err := f.track(number, authority)
	if err != nil {
		return err
	}
	t.Status, t.Since = status, f.now()
	f.fact(v, by, t.Name+": "+status)
	return nil
}

// Acknowledge implements web.Tracks.
func (f *Fake) Acknowledge(_ context.Context, by access.Actor, number, authority string) error {
	return f.set(by, number, authority, "acknowledged")
}

// Ask implements web.Tracks.
func (f *Fake) Ask(_ context.Context, by access.Actor, number, authority, question string) error {
	if err := f.set(by, number, authority, "asked"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.view(number)
	v.Questions = append(v.Questions, app.QuestionView{ID: fmt.Sprintf("q%d", len(v.Questions)+1), Authority: authority, AuthorityName: f.word("Office of Information Security"), Text: f.word(question), AskedAt: f.now(), AskedBy: f.word(by.Name)})
	return nil
}

// AnswerQuestion implements web.Tracks.
func (f *Fake) AnswerQuestion(_ context.Context, by access.Actor, number, question, answer string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.view(number)
	if v == nil {
		return fault.NotFound("no such incident")
	}
	now := f.now()
	for i := range v.Questions {
		if v.Questions[i].ID == question {
			v.Questions[i].Answer, v.Questions[i].AnsweredAt, v.Questions[i].AnsweredBy = f.word(answer), &now, f.word(by.Name)
			return nil
		}
	}
	return fault.NotFound("no such question")
}

// Decline implements web.Tracks.
func (f *Fake) Decline(_ context.Context, by access.Actor, number, authority, _ string) error {
	return f.set(by, number, authority, "declined")
}

// CloseTrack implements web.Tracks.
func (f *Fake) CloseTrack(_ context.Context, by access.Actor, number, authority, reason string) error {
	if strings.Contains(reason, "too short") {
		return fault.Invalid("reason", "The reason is too short.", "Say why.")
	}
	return f.set(by, number, authority, "closed")
}

// Rate implements web.Decisions.
func (f *Fake) Rate(_ context.Context, by access.Actor, number string, level policy.Level, reason string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.view(number)
	if v == nil {
		return fault.NotFound("no such incident")
	}
	v.Rating = app.RatingView{Level: level, DecidedBy: f.word(by.Name), Reasons: []policy.Reason{{Text: f.word(reason), Clause: "MA 6.5.1"}}}
	f.fact(v, by, "Rating decided")
	return nil
}

// DecidePostIncidentReport implements web.Decisions.
func (f *Fake) DecidePostIncidentReport(_ context.Context, by access.Actor, number string, _ bool, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.view(number)
	if v == nil {
		return fault.NotFound("no such incident")
	}
	f.fact(v, by, "Post-incident report decided")
	return nil
}

// Discharge implements web.Decisions.
func (f *Fake) Discharge(_ context.Context, by access.Actor, number, duty, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.view(number)
	if v == nil {
		return fault.NotFound("no such incident")
	}
	now := f.now()
	for i := range v.Duties {
		if v.Duties[i].ID == duty {
			v.Duties[i].Status, v.Duties[i].Discharged = "discharged", &now
			f.fact(v, by, "Duty discharged")
			return nil
		}
	}
	return fault.NotFound("no such duty")
}

// Link implements web.Links.
func (f *Fake) Link(_ context.Context, token string) (app.LinkView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if token == "expired" {
		return app.LinkView{}, fault.Gone("The link has run out.")
	}
	l, ok := f.links[token]
	if !ok {
		return app.LinkView{}, fault.NotFound("no such link")
	}
	v, t, err := f.track(l.number, l.authority)
	if err != nil {
		return app.LinkView{}, err
	}
	return app.LinkView{Incident: l.number, EntityName: v.EntityName, AuthorityID: t.Authority, AuthorityName: t.Name, Status: t.Status, ExpiresAt: v.OpenedAt.Add(72 * time.Hour)}, nil
}

// AcknowledgeByLink implements web.Links.
func (f *Fake) AcknowledgeByLink(ctx context.Context, token string) (app.LinkView, error) {
	v, err := f.Link(ctx, token)
	if err != nil {
		return v, err
	}
	return v, f.set(access.Actor{Name: v.AuthorityName}, v.Incident, v.AuthorityID, "acknowledged")
}

// Seed files n incidents of changing kind and age, through the same door as the pages.
func (f *Fake) Seed(n int) {
	by := f.people[0].Actor
	yes := true
	words := []string{"Laptop stolen from a parked car outside the field office in Fresno; disk encryption not confirmed.",
		"Phishing mail led two clerks to enter their passwords; mailbox rules were found that forward to an outside address.",
		"Public appointment system down since 06:10; the load balancer shows a flood of half-open connections.",
		"Paper files with 40 applications left in a conference room that was open to visitors."}
	ratings := []string{"", "high", "medium", "low"}
	for i := range n {
		e := f.entities[i%len(f.entities)]
		liability := int64(1000 * (i + 1))
		_, _ = f.File(context.Background(), by, incident.Filing{Entity: e.ID, Kind: incident.Initial, Description: words[i%len(words)],
			Categories: []string{"equipment"}, CrimeSuspected: &yes, DiscoveredAt: f.now().Add(-2 * time.Hour).Format(time.RFC3339),
			Devices:             []incident.Device{{MakeModel: "Latitude 7450", Serial: "7HX2K33", IP: []string{"10.20.30.40"}, Encrypted: &yes}},
			PersonalInformation: &incident.PersonalInformation{Involved: "yes", Types: []string{"ssn"}, Residents: map[string]int64{"CA": 612, "MA": 3}},
			Impact:              &incident.Impact{AssetRating: ratings[i%4], LiabilityUSD: &liability}, ActionsTaken: "Password reset; device reported to local police.",
			Reporter: &incident.Contact{Name: by.Name, Email: "ca-dmv-iso@demo.test", Phones: []string{"(916) 555-0142"}}}, app.FileOptions{})
		v := f.views[len(f.views)-1]
		if i%5 == 1 {
			late := f.now().Add(-50 * time.Hour)
			v.Duties[1].Due, v.Duties[1].Status = &late, "overdue"
		}
		if i%3 == 2 {
			_ = f.Ask(context.Background(), f.people[2].Actor, v.Incident, "ca-ois", "Was the disk encrypted, and who had the key?")
		}
	}
}

// Numbers lists the incidents' numbers, oldest first.
func (f *Fake) Numbers() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []string
	for _, v := range f.views {
		list = append(list, v.Incident)
	}
	return list
}

// Tokens lists the acknowledgement links that were mailed.
func (f *Fake) Tokens() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []string
	for t := range f.links {
		list = append(list, t)
	}
	return list
}
