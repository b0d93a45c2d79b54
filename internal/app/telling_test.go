package app_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit"
)

// ransom files an incident at the registry that is rated by what is stated.
func ransom(t *testing.T, h *testkit.Harness, liability int64) string {
	t.Helper()
	a, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "Zwetschge is encrypted", Categories: []string{"malware"},
		Impact: &incident.Impact{LiabilityUSD: &liability}, Management: &incident.Management{Location: "Chelsea"}}, app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return a.Incident
}

// brought lists who got a mail whose subject says something, and empties the mailbox.
func brought(h *testkit.Harness, words string) (to []string) {
	h.Deliver()
	for _, m := range h.Post.Taken() {
		if strings.Contains(m.Subject, words) {
			to = append(to, strings.TrimSuffix(m.To.Email, ".example"))
		}
	}
	h.Post.Mails = nil
	slices.Sort(to)
	return to
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// At High the first version goes at once to the four whom the policy names, and again when a material item changed; the statements of the
// team fill it and complete the items. MA 6.5.3, MA 6.5.3.5, MA 6.5.1, MA 6.3.1.1.2
func TestManagementReportAtHigh(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		number := ransom(t, h, 2_000_000)
		coordinator, lead := h.As("ma-coordinator"), h.As("ma-lead")
		v, err := h.Management(ctx, coordinator, number)
		check(t, err)
		if len(v.Items) != 15 || v.KnownItems() != 5 || !v.MayIssue || len(v.Readers) != 4 || len(v.Duties) != 1 || v.Duties[0].Due == nil {
			t.Fatalf("%d items, %d known, %+v", len(v.Items), v.KnownItems(), v)
		}
		if v.Duties[0].Status != "overdue" { // what is owed at once is overdue from its first instant
			t.Errorf("the duty is %s", v.Duties[0].Status)
		}
		brought(h, "")
		for who, kind := range map[string]fault.Kind{"ma-risk-chair": fault.KindForbidden, "ma-analyst": fault.KindForbidden, "ca-coordinator": fault.KindNotFound, "ma-soc-duty": fault.KindNotFound} {
			if err := h.IssueManagementReport(ctx, h.As(who), number, 0, ""); fault.KindOf(err) != kind {
				t.Errorf("%s issues: %v", who, err)
			}
		}
		check(t, h.AwaitItem(ctx, lead, number, "affected_systems", "", "iso", h.Clock.Now().Add(time.Hour).Format(time.RFC3339)))
		if got := brought(h, "an item is asked of you"); !slices.Equal(got, []string{"caroline.teixeira@rmv.ma"}) {
			t.Errorf("asked: %v", got)
		}
		if err := h.IssueManagementReport(ctx, coordinator, number, v.Seen, ""); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("issued from what was seen before: %v", err)
		}
		check(t, h.IssueManagementReport(ctx, coordinator, number, 0, ""))
		four := []string{"anneliese.duarte@state.ma", "bertrand.lowell@state.ma", "malik.thornton@rmv.ma", "olufemi.carver@state.ma", "theodore.barros@state.ma"}
		if got := brought(h, "report to management, version 1, high"); !slices.Equal(got, four) {
			t.Errorf("version 1 went to %v", got)
		}
		if v, err = h.Management(ctx, coordinator, number); err != nil || v.Duties[0].Status != "discharged" || v.News || len(v.Versions) != 1 || len(v.Versions[0].Sent) != 5 {
			t.Errorf("%+v, %v", v, err)
		}

		for item, value := range map[string]string{"affected_systems": "registry host 4", "user_groups": "clerks", "recovery_expectation": "two days", "stakeholders": "the vendor",
			"measures": "taken off the network", "evidence": "disk image", "pending_actions": "none"} {
			check(t, h.State(ctx, lead, number, app.ItemStatement{Item: item, Value: value}))
		}
		check(t, h.State(ctx, lead, number, app.ItemStatement{Item: "discovered_by", Value: "D. Iscoverer", Contact: "617 555 0100"}))
		check(t, h.State(ctx, lead, number, app.ItemStatement{Item: "reported_to_management_at", At: h.Clock.Now().Format(time.RFC3339)}))
		check(t, h.State(ctx, lead, number, app.ItemStatement{Item: "location", Value: "Chelsea and Boston"}))
		check(t, h.State(ctx, lead, number, app.ItemStatement{Item: "root_cause", Value: "a stolen password"}))
		if err := h.State(ctx, h.As("ma-risk-chair"), number, app.ItemStatement{Item: "location", Value: "x"}); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("stated by a reader: %v", err)
		}
		now, err := h.Management(ctx, lead, number)
		check(t, err)
		if now.KnownItems() != 14 || len(now.Duties) != 2 || now.Duties[1].Status != "owed" || !now.News { // the time of detection was never filed
			t.Errorf("%d known, %+v", now.KnownItems(), now.Duties)
		}
		at := slices.IndexFunc(now.Assessment, func(x app.AssessedView) bool { return x.ID == "location" })
		if hist := now.Assessment[at].Statements; len(hist) != 2 || hist[0].Value != "Chelsea and Boston" || hist[1].Source != "Filing 1" {
			t.Errorf("the history of the location: %+v", hist)
		}
		check(t, h.IssueManagementReport(ctx, coordinator, number, now.Seen, ""))
		if got := brought(h, "report to management, version 2"); !slices.Equal(got, four) {
			t.Errorf("version 2 went to %v", got)
		}

		first, err := h.IssuedReport(ctx, h.As("ma-risk-chair"), number, 1)
		check(t, err)
		second, err := h.IssuedReport(ctx, h.As("ma-risk-chair"), number, 2)
		check(t, err)
		if value := func(r app.IssuedReport) string {
			return r.Items[slices.IndexFunc(r.Items, func(x app.BriefItem) bool { return x.ID == "location" })].Value
		}; value(first) != "Chelsea" || value(second) != "Chelsea and Boston" || len(second.Changed()) < 8 || len(first.Changed()) != 0 {
			t.Errorf("%+v", second)
		}
		if _, err := h.IssuedReport(ctx, coordinator, number, 3); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a third: %v", err)
		}
		var pdf bytes.Buffer
		if err := h.PrintReport(ctx, coordinator, number, 2, &pdf); err != nil || !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF-1.7")) {
			t.Errorf("%v, %.20q", err, pdf.Bytes())
		}
		h.Sequence()
		h.Sound()
	})
}

// The statements complete the items: the duty that chases them is fulfilled when nothing is missing any more; analysts keep them. MA 6.5.3, MA 6.3.1.3.3
func TestStatementsDischargeTheChase(t *testing.T) {
	h := testkit.Start(t)
	number := ransom(t, h, 100_000)
	_, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Kind: incident.Supplement, Incident: number, Description: "More", DiscoveredAt: h.Clock.Now().Add(-time.Hour).Format(time.RFC3339)}, app.FileOptions{})
	check(t, err)
	owed := func() string {
		v, err := h.Incident(ctx, h.As("ma-coordinator"), number)
		check(t, err)
		i := slices.IndexFunc(v.Duties, func(d app.DutyView) bool { return d.Rule == "ma-complete-items" })
		return v.Duties[i].Status
	}
	if owed() != "owed" {
		t.Fatalf("the chase is %s", owed())
	}
	check(t, h.State(ctx, h.As("ma-analyst"), number, app.ItemStatement{Item: "discovered_by", Value: "D. Iscoverer", Contact: "d@rmv.ma.example"}))
	if owed() != "discharged" {
		t.Errorf("the chase is %s", owed())
	}
}

// What somebody is asked for stands on their list with its time and may be stated by them, whatever else they may do; nobody else outside the
// team states it. MA 6.5.2.3
func TestAskedFor(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		number := ransom(t, h, 2_000_000)
		lead, asked := h.As("ma-lead"), h.As("ma-rmv-head")
		stated := app.ItemStatement{Item: "location", Value: "Chelsea"}
		if err := h.State(ctx, asked, number, stated); fault.KindOf(err) != fault.KindForbidden {
			t.Fatalf("stated without being asked: %v", err)
		}
		check(t, h.AwaitItem(ctx, lead, number, "location", "ma-rmv-head", "", h.Clock.Now().Add(4*time.Hour).Format(time.RFC3339)))
		mine := func() (acts []string) {
			owed, err := h.Owed(ctx, asked, 20)
			check(t, err)
			for _, d := range owed.Mine {
				if d.Discharge == policy.DischargeItem {
					acts = append(acts, d.What+" "+d.Act+" "+d.Due.Sub(h.Clock.Now()).Round(time.Minute).String())
				}
			}
			return acts
		}
		if got := mine(); !slices.Equal(got, []string{"State for the report: Location item 4h0m0s"}) {
			t.Errorf("owed: %q", got)
		}
		work, err := h.MyWork(ctx, asked, app.WorkQuery{Mine: true, Limit: 20})
		check(t, err)
		if !slices.ContainsFunc(work.Items, func(i app.WorkItem) bool { return i.Href == "/incidents/"+number+"/management" }) {
			t.Errorf("their work does not say where it is stated: %+v", work.Items)
		}
		v, err := h.Management(ctx, asked, number)
		check(t, err)
		for _, it := range v.Assessment {
			if it.Yours != (it.ID == "location") {
				t.Errorf("%s is asked of them: %v", it.ID, it.Yours)
			}
		}
		brought(h, "")
		h.Tick(5 * time.Hour)
		late := slices.ContainsFunc(h.Post.Taken(), func(m notify.Mail) bool {
			return strings.HasPrefix(m.To.Email, "malik.thornton@") && strings.Contains(m.Text, "State for the report: Location")
		})
		if !late {
			for _, m := range h.Post.Taken() {
				t.Log(m.To.Email, m.Subject)
			}
			t.Error("who was asked is not chased")
		}
		if err := h.State(ctx, h.As("ma-risk-chair"), number, stated); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("stated by somebody who was not asked: %v", err)
		}
		check(t, h.State(ctx, asked, number, stated))
		if got := mine(); len(got) != 0 {
			t.Errorf("stated, and still owed: %q", got)
		}
		if err := h.State(ctx, asked, number, stated); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("stated again: %v", err)
		}
		h.Sequence()
		h.Sound()
	})
}

// Where a restriction keeps an office from the report, whoever issues it says why, and page, answer and paper name the office. MA 6.5.1, MA 6.5.4
func TestReportKeptFromAnOffice(t *testing.T) {
	h := testkit.Start(t)
	number := ransom(t, h, 2_000_000)
	coordinator := h.As("ma-coordinator")
	check(t, h.Restrict(ctx, coordinator, number, []string{"ma-ciso", "ma-rmv-iso"}, "Somebody inside did it."))
	if err := h.IssueManagementReport(ctx, coordinator, number, 0, ""); fault.KindOf(err) != fault.KindInvalid || !strings.Contains(err.Error(), "keeps somebody") {
		t.Fatalf("issued without a word: %v", err)
	}
	check(t, h.IssueManagementReport(ctx, coordinator, number, 0, "The chair hears of it in person."))
	r, err := h.IssuedReport(ctx, coordinator, number, 1)
	check(t, err)
	if len(r.Kept) == 0 || r.KeptWhy != "The chair hears of it in person." || !slices.Equal(r.Readers, []string{"Chief Information Security Officer, Commonwealth of Massachusetts (demonstration)"}) {
		t.Errorf("%+v", r.ManagementReport)
	}
	v, err := h.Management(ctx, coordinator, number)
	check(t, err)
	if got := v.Versions[0]; !slices.Equal(got.Kept, r.Kept) || got.KeptWhy != r.KeptWhy {
		t.Errorf("%+v, want %v", got, r.Kept)
	}
	var pdf bytes.Buffer
	check(t, h.PrintReport(ctx, coordinator, number, 1, &pdf))
}

// At Medium the report goes to the CISO and the head of the agency only; when it rises to High the others get it too. MA 6.5.1
func TestManagementReportAtMedium(t *testing.T) {
	h := testkit.Start(t)
	number := ransom(t, h, 100_000)
	check(t, h.IssueManagementReport(ctx, h.As("ma-coordinator"), number, 0, ""))
	if got := brought(h, "report to management"); !slices.Equal(got, []string{"bertrand.lowell@state.ma", "malik.thornton@rmv.ma"}) {
		t.Errorf("at Medium it went to %v", got)
	}
	check(t, h.Rate(ctx, h.As("ma-coordinator"), number, "high", "It spreads."))
	v, err := h.Management(ctx, h.As("ma-coordinator"), number)
	check(t, err)
	if !slices.ContainsFunc(v.Duties, func(d app.DutyView) bool { return d.Rule == "ma-management-report" && d.Status != "discharged" }) {
		t.Errorf("raised, and nothing is owed: %+v", v.Duties)
	}
	check(t, h.IssueManagementReport(ctx, h.As("ma-coordinator"), number, 0, "Kept from nobody."))
	if got := brought(h, "report to management, version 2"); len(got) != 5 {
		t.Errorf("at High it went to %v", got)
	}
	if v, err = h.Management(ctx, h.As("ma-coordinator"), number); err != nil || v.Versions[0].KeptWhy+v.Versions[1].KeptWhy != "" {
		t.Errorf("a reason where nobody is kept from it: %+v, %v", v.Versions, err)
	}
}

// Of a confidential incident a mail to a person says number, kind and link; a restricted one is for members only; the document says
// whose it is. MA 6.5.4
func TestMailsOfAConfidentialReport(t *testing.T) {
	h := testkit.Start(t)
	number := ransom(t, h, 2_000_000)
	brought(h, "")
	if err := h.Mark(ctx, h.As("ma-lead"), number, "confidential", "x"); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("marked by a lead: %v", err)
	}
	check(t, h.Mark(ctx, h.As("ma-ciso"), number, "confidential", "The press is asking."))
	check(t, h.State(ctx, h.As("ma-lead"), number, app.ItemStatement{Item: "measures", Value: "Mirabelle is cut off"}))
	check(t, h.IssueManagementReport(ctx, h.As("ma-coordinator"), number, 0, ""))
	h.Deliver()
	seen := 0
	for _, m := range h.Post.Taken() {
		if !strings.Contains(m.Subject, "report to management") {
			continue
		}
		seen++
		for _, word := range []string{"Zwetschge", "Mirabelle", "Chelsea", "high", "Registry"} {
			if strings.Contains(m.Text+m.HTML+m.Subject, word) {
				t.Errorf("%s stands in the mail to %s: %s", word, m.To.Email, m.Text)
			}
		}
		if !strings.Contains(m.Text, "/incidents/"+number+"/management/1") || !strings.Contains(m.Text, number) {
			t.Errorf("no link, no number: %s", m.Text)
		}
	}
	if seen != 5 {
		t.Errorf("%d got the report", seen)
	}
	brought(h, "")
	v, err := h.IssuedReport(ctx, h.As("ma-ciso"), number, 1)
	if err != nil || v.Marking != "confidential" || v.Paper().Marking != "CONFIDENTIAL (TLP:AMBER+STRICT)" {
		t.Errorf("%+v, %v", v, err)
	}

	check(t, h.Restrict(ctx, h.As("ma-coordinator"), number, []string{"ma-lead"}, "An insider."))
	m, err := h.Management(ctx, h.As("ma-lead"), number)
	if err != nil || len(m.Readers) != 4 || !m.Untold() || slices.ContainsFunc(m.Readers, func(r app.ReportReader) bool { return !r.Outside }) {
		t.Errorf("who is kept from the report does not show: %+v, %v", m.Readers, err)
	}
	check(t, h.State(ctx, h.As("ma-lead"), number, app.ItemStatement{Item: "measures", Value: "More is cut off"}))
	check(t, h.IssueManagementReport(ctx, h.As("ma-coordinator"), number, 0, "They hear of it in person."))
	if got := brought(h, "report to management"); !slices.Equal(got, []string{"fiona.cabral@state.ma", "katrin.medeiros@state.ma"}) {
		t.Errorf("restricted, it went to %v", got)
	}
	for _, act := range []error{h.IssueManagementReport(ctx, h.As("ma-ciso"), number, 0, ""), h.Mark(ctx, h.As("ma-ciso"), number, "none", "x"), h.DraftUpdate(ctx, h.As("ma-legal"), number, "public", "x")} {
		if fault.KindOf(act) != fault.KindNotFound {
			t.Errorf("outside: %v", act)
		}
	}
	if v.Owner == nil || !strings.HasSuffix(v.Owner.Name, ": Bertrand Lowell") || v.Owner.Clause != "MA 6.5.4" || !strings.Contains(fmt.Sprint(v.Paper().Blocks), v.Owner.Line()) {
		t.Errorf("the owner of the document: %+v", v.Owner)
	}
	if v, err = h.IssuedReport(ctx, h.As("ma-lead"), number, 1); err != nil || v.Paper().Marking != "RESTRICTED (TLP:RED)" {
		t.Errorf("an earlier version is handled as it was: %q, %v", v.Paper().Marking, err)
	}
}

// The marking goes wherever the incident goes: into lists, on papers, into files, and into the message that an authority is owed, which alone
// holds content; a message to a person of that authority holds none. MA 6.5.4
func TestMarkingGoesAlong(t *testing.T) {
	h := testkit.Start(t)
	yes := true
	a, err := h.File(ctx, h.As("ca-dmv-iso"), incident.Filing{Entity: "ca-demo-dmv", Description: "Zwetschge", CrimeSuspected: &yes}, app.FileOptions{})
	check(t, err)
	shown := func(who string) (out []string) {
		list, err := h.Incidents(ctx, h.As(who), app.ListQuery{})
		check(t, err)
		for _, r := range list.Incidents {
			out = append(out, r.Marking)
		}
		one, err := h.MarkingOf(ctx, h.As(who), a.Incident)
		if fault.KindOf(err) != fault.KindNotFound {
			check(t, err)
			out = append(out, one)
		}
		return out
	}
	// What is owed, and what is to do, says it as well, in every list that it stands in.
	listed := func(who string) (out []string) {
		owed, err := h.Owed(ctx, h.As(who), 50)
		check(t, err)
		for _, d := range append(owed.Mine, owed.Others...) {
			out = append(out, d.Marking)
		}
		work, err := h.MyWork(ctx, h.As(who), app.WorkQuery{})
		check(t, err)
		for _, w := range work.Items {
			out = append(out, w.Marking)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	if got := shown("ca-dmv-iso"); !slices.Equal(got, []string{"none", "none"}) {
		t.Errorf("%v", got)
	}
	if got := listed("ca-dmv-iso"); !slices.Equal(got, []string{"none"}) {
		t.Errorf("lists: %v", got)
	}
	check(t, h.Mark(ctx, h.As("ca-ciso"), a.Incident, "confidential", "The press is asking."))
	if got := shown("ca-dmv-iso"); !slices.Equal(got, []string{"confidential", "confidential"}) {
		t.Errorf("%v", got)
	}
	if got := listed("ca-dmv-iso"); !slices.Equal(got, []string{"confidential"}) {
		t.Errorf("lists: %v", got)
	}
	if got := shown("ma-coordinator"); len(got) != 0 {
		t.Errorf("outside: %v", got)
	}
	check(t, h.Assign(ctx, h.As("ca-cciu-investigator"), a.Incident, "ca-chp-cciu", "ca-cciu-sergeant", "Zwetschge: call them."))
	h.Deliver()
	office, person := 0, 0
	for _, m := range h.Post.Taken() {
		all := m.Subject + m.Text + m.HTML
		content, marked := strings.Contains(all, "Zwetschge"), strings.Contains(m.Text, "CONFIDENTIAL (TLP:AMBER+STRICT)")
		switch {
		case content && marked:
			office++
		case content:
			t.Errorf("content without its marking goes to %s: %s", m.To.Email, m.Text)
		case strings.Contains(m.Subject, "handed to you"):
			person++
		}
	}
	if office == 0 || person == 0 {
		t.Errorf("%d to offices, %d to persons", office, person)
	}
	check(t, h.Restrict(ctx, h.As("ca-coordinator"), a.Incident, []string{"ca-dmv-iso"}, "An insider."))
	if got := shown("ca-dmv-iso"); !slices.Equal(got, []string{"restricted", "restricted"}) {
		t.Errorf("%v", got)
	}
	if got := listed("ca-dmv-iso"); !slices.Equal(got, []string{"restricted"}) {
		t.Errorf("lists: %v", got)
	}
	h.Sequence()
	h.Sound()
}

// Status updates: inside at once, outside only when Communications and Legal agree; each communication stands in the log, an analyst's too.
// MA 6.3.1.2.2, MA 6.3.1.3.4, MA 6.3.2.4, MA 6.6.1.4
func TestUpdatesAndCommunications(t *testing.T) {
	h := testkit.Start(t)
	number := ransom(t, h, 2_000_000)
	lead, press, legal, head := h.As("ma-lead"), h.As("ma-communications"), h.As("ma-legal"), h.As("ma-rmv-head")
	brought(h, "")
	check(t, h.DraftUpdate(ctx, lead, number, "management", "Quetsche is being restored."))
	check(t, h.ActOnUpdate(ctx, lead, number, app.UpdateAct{Update: "u1", Act: "send"}))
	if got := brought(h, "status update"); !slices.Equal(got, []string{"anneliese.duarte@state.ma", "bertrand.lowell@state.ma", "malik.thornton@rmv.ma"}) {
		t.Errorf("the update went to %v", got)
	}
	check(t, h.DraftUpdate(ctx, press, number, "public", "The registry is closed today."))
	if got := brought(h, "update to approve"); !slices.Equal(got, []string{"jerome.pacheco@state.ma"}) {
		t.Errorf("asked: %v", got)
	}
	send := app.UpdateAct{Update: "u2", Act: "send", Via: "website"}
	if err := h.ActOnUpdate(ctx, press, number, send); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("sent without approval: %v", err)
	}
	check(t, h.ActOnUpdate(ctx, legal, number, app.UpdateAct{Update: "u2", Act: "return", Reason: "Say until when."}))
	check(t, h.ReviseUpdate(ctx, press, number, "u2", "The registry is closed until Thursday."))
	check(t, h.ActOnUpdate(ctx, legal, number, app.UpdateAct{Update: "u2", Act: "approve"}))
	check(t, h.ActOnUpdate(ctx, press, number, app.UpdateAct{Update: "u2", Act: "approve"}))
	if err := h.ActOnUpdate(ctx, lead, number, app.UpdateAct{Update: "u2", Act: "approve"}); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("approved by a lead: %v", err)
	}
	check(t, h.ActOnUpdate(ctx, press, number, send))
	check(t, h.DraftUpdate(ctx, h.As("ma-analyst"), number, "responders", "Not for the head yet."))

	v, err := h.Updates(ctx, head, number)
	check(t, err)
	if len(v.Updates) != 2 || len(v.Audiences) != 0 || v.Updates[0].Text != "The registry is closed until Thursday." || v.Updates[0].Approvals[1].By != "Jerome Pacheco" || v.Updates[1].Sent[0].Status != "delivered" {
		t.Errorf("the head sees %+v", v.Updates)
	}
	all, err := h.Updates(ctx, lead, number)
	check(t, err)
	if len(all.Updates) != 3 || len(all.Audiences) != 6 || !strings.Contains(all.Audiences[0].Template, number) {
		t.Errorf("the lead sees %+v", all)
	}
	officer, err := h.Updates(ctx, h.As("ma-soc-duty"), number)
	if err != nil || len(officer.Updates) != 0 {
		t.Errorf("the authority sees %+v, %v", officer.Updates, err)
	}

	check(t, h.LogCommunication(ctx, h.As("ma-analyst"), number, app.CommunicationLog{Channel: "telephone", Who: "K. Medeiros", Whom: "the vendor", Summary: "They send somebody.", At: h.Clock.Now().Format(time.RFC3339)}))
	log, err := h.Communications(ctx, head, number)
	check(t, err)
	for _, want := range []func(app.CommunicationView) bool{
		func(c app.CommunicationView) bool {
			return c.Kind == "logged" && c.Whom == "the vendor" && c.Summary == "They send somebody."
		},
		func(c app.CommunicationView) bool { return c.Kind == "update" && c.Channel == "website" },
		func(c app.CommunicationView) bool { return c.Kind == "status_update" && c.Status == "delivered" },
		func(c app.CommunicationView) bool { return c.Kind == "role_notice" },
	} {
		if !slices.ContainsFunc(log.Entries, want) {
			t.Errorf("something is not in the log: %+v", log.Entries)
		}
	}
	if log.MayLog {
		t.Error("a reader may log")
	}
	if _, err := h.Communications(ctx, h.As("ma-soc-duty"), number); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("the authority reads the log: %v", err)
	}
	h.Sequence()
	h.Sound()
}

// tellingStory touches every fact about telling management and others.
func tellingStory(t *testing.T, h *testkit.Harness) {
	t.Helper()
	number := ransom(t, h, 2_000_000)
	lead, press, legal := h.As("ma-lead"), h.As("ma-communications"), h.As("ma-legal")
	check(t, h.Mark(ctx, h.As("ma-ciso"), number, "confidential", "The press is asking."))
	check(t, h.AwaitItem(ctx, lead, number, "measures", "", "iso", h.Clock.Now().Add(time.Hour).Format(time.RFC3339)))
	check(t, h.State(ctx, lead, number, app.ItemStatement{Item: "measures", Value: "Cut off."}))
	check(t, h.IssueManagementReport(ctx, h.As("ma-coordinator"), number, 0, ""))
	check(t, h.DraftUpdate(ctx, press, number, "public", "Closed."))
	check(t, h.ActOnUpdate(ctx, legal, number, app.UpdateAct{Update: "u1", Act: "return", Reason: "Until when?"}))
	check(t, h.ReviseUpdate(ctx, press, number, "u1", "Closed until Thursday."))
	check(t, h.ActOnUpdate(ctx, legal, number, app.UpdateAct{Update: "u1", Act: "approve"}))
	check(t, h.ActOnUpdate(ctx, press, number, app.UpdateAct{Update: "u1", Act: "approve"}))
	check(t, h.ActOnUpdate(ctx, press, number, app.UpdateAct{Update: "u1", Act: "send", Via: "press"}))
	check(t, h.DraftUpdate(ctx, press, number, "public", "Open."))
	check(t, h.ActOnUpdate(ctx, press, number, app.UpdateAct{Update: "u2", Act: "drop"}))
	check(t, h.LogCommunication(ctx, lead, number, app.CommunicationLog{Channel: "telephone", Who: "us", Whom: "them", Summary: "That.", At: h.Clock.Now().Format(time.RFC3339)}))
}
