package review

import (
	"net/http"
	"strconv"

	"tocsin/internal/app"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

// reportsBody is the page of who gets the statistics by mail.
type reportsBody struct {
	V app.PlansView
	page.ActForms
}

func reportsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showReports(s, w, r, http.StatusOK, page.ActForms{})
}

func showReports(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.App.ReportPlans(r.Context(), r.By())
	if err != nil {
		return err
	}
	done := map[string]string{"added": "It is sent from now on.", "dropped": "It is sent no more."}[r.URL.Query().Get("done")]
	return s.Render(w, r, status, "reports", page.Page{Title: "Statistics by mail", Problems: f.F.Problems, Done: done,
		Crumbs: page.Crumbs("Home", "/", "Statistics", "/statistics"), Body: reportsBody{V: v, ActForms: f}})
}

var cadenceWords = map[string]string{calendar.Weekly: "Every week, about the week before",
	calendar.Monthly: "Every month, about the month before", calendar.Quarterly: "Every quarter, about the quarter before"}

// Every offers how often.
func (b reportsBody) Every() page.Control {
	return b.Select("plan", "", "every", "How often", "", calendar.Monthly,
		page.OptionsOf(calendar.Cadences, func(e string) string { return cadenceWords[e] }))
}

// Day is on which day.
func (b reportsBody) Day() page.Control {
	c := b.Control("plan", "", "day", "On which day",
		"Of the week, 1 is Monday; of the month, or of the quarter's first month, 1 to 28. Where offices are closed, on the next business day.",
		"1")
	c.Mode = "numeric"
	return c
}

// Hour is the full hour of the day.
func (b reportsBody) Hour() page.Control {
	var options []page.Option
	for h := range 24 {
		options = append(options, page.Option{Value: strconv.Itoa(h), Label: strconv.Itoa(h) + ":00"})
	}
	return b.Select("plan", "", "hour", "At which hour", "", "8", options)
}

// To offers the reader, and the roles of the entities that they coordinate.
func (b reportsBody) To() page.Control {
	options := []page.Option{{Value: "", Label: "To me"}}
	for _, role := range directory.Roles {
		if role != directory.AuthorityOfficer && role != directory.Administrator {
			options = append(options, page.Option{Value: string(role), Label: "Whoever is " + page.RoleName(role)})
		}
	}
	return b.Select("plan", "", "role", "To whom", "Each gets the numbers over what they themselves may see.", "", options)
}

// At offers where the role is held.
func (b reportsBody) At() page.Control {
	var options []page.Option
	for _, e := range b.V.Places {
		options = append(options, page.Option{Value: e.ID, Label: e.Name})
	}
	return b.Select("plan", "", "entity", "At which agency the role is held", "", "", options)
}

// When says in words when a plan falls due.
func (reportsBody) When(p app.PlanView) string {
	days := []string{"", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	hour := ", " + strconv.Itoa(p.Hour) + ":00 (" + p.Zone + ")"
	switch {
	case p.Every == calendar.Weekly && p.Day < len(days):
		return "Every " + days[p.Day] + hour
	case p.Every == calendar.Monthly:
		return "Every month on day " + strconv.Itoa(p.Day) + hour
	}
	return "Every quarter on day " + strconv.Itoa(p.Day) + " of its first month" + hour
}

func addReport(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return page.Perform(w, r, page.Act{Name: "plan", To: "/statistics/reports", Done: "added", Run: func(string) error {
		day, errDay := strconv.Atoi(r.Text("day"))
		hour, errHour := strconv.Atoi(r.Text("hour"))
		if errDay != nil || errHour != nil {
			return fault.Invalid("day", "The day is a number.", "Write 1 for Monday, or for the first of the month.")
		}
		return s.App.AddReportPlan(r.Context(), r.By(), app.PlanRequest{Role: r.Form.Get("role"), Entity: r.Form.Get("entity"),
			Cadence: calendar.Cadence{Every: r.Form.Get("every"), Day: day, Hour: hour}})
	}, Show: func(status int, f page.ActForms) error { return showReports(s, w, r, status, f) }})
}

func dropReport(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if err := s.App.DropReportPlan(r.Context(), r.By(), r.Form.Get("id")); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/statistics/reports?done=dropped", http.StatusSeeOther)
	return nil
}
