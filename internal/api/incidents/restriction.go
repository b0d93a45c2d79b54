package incidents

import (
	"time"

	"tocsin/internal/api/serve"
	"tocsin/internal/domain/access"
)

// restrictionRoutes are the acts about who may know. What a page asks a new proof for, a key must have been made for: access.Named.
func restrictionRoutes() []serve.Route {
	return []serve.Route{
		serve.Ask(serve.OneIncident+"/restriction", "restriction", access.Read, "Who may know of the incident", restriction),
		serve.Do(serve.OneIncident+"/restrict", "restrict", access.Restrict, "Restrict the incident to named members",
			func(c serve.Call, at serve.IncidentPath, v restricting) error {
				return c.App.Restrict(c, c.By, at.Number, v.Members, v.Reason)
			}),
		serve.Do(serve.OneIncident+"/release", "release", access.Restrict, "End the restriction",
			func(c serve.Call, at serve.IncidentPath, v serve.ReasonInput) error {
				return c.App.Release(c, c.By, at.Number, v.Reason)
			}),
		serve.Do(serve.OneIncident+"/members", "add-member", access.Restrict, "Name one more member",
			func(c serve.Call, at serve.IncidentPath, v member) error {
				return c.App.AddMember(c, c.By, at.Number, v.Member)
			}),
		serve.Do(serve.OneIncident+"/members/{id}/remove", "remove-member", access.Restrict, "End a membership",
			func(c serve.Call, at serve.NumberedPath, _ serve.Nothing) error {
				return c.App.RemoveMember(c, c.By, at.Number, at.ID)
			}),
		serve.Do(serve.OneIncident+"/break-glass", "break-glass", access.Break, "Open a restricted incident for a day, with an alarm and a review",
			func(c serve.Call, at serve.IncidentPath, v serve.ReasonInput) error {
				return c.App.BreakGlass(c, c.By, at.Number, v.Reason)
			}),
		serve.Ask("/api/v1/reviews", "reviews", access.Review, "Who opened restricted incidents by breaking the glass", reviews),
		serve.Do(serve.OneIncident+"/reviews/{id}", "review", access.Review, "Record a finding on one such opening",
			func(c serve.Call, at serve.NumberedPath, v finding) error {
				return c.App.ReviewGlass(c, c.By, at.Number, at.ID, v.Finding)
			}),
	}
}

type (
	restricting struct {
		Members []string `json:"members,omitempty" maxItems:"200" doc:"Ids or e-mail addresses of the directory; whoever holds the key is a member without being named."`
		Reason  string   `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	member struct {
		Member string `json:"member" required:"true" maxLength:"320" doc:"Id or e-mail address of the directory."`
	}
	finding struct {
		Finding string `json:"finding" required:"true" maxLength:"20000" doc:"What the review found."`
	}
)

// Restriction is who may know of an incident. Since, By and Reason are missing where it is not restricted.
type Restriction struct {
	Restricted bool       `json:"restricted"`
	Since      *time.Time `json:"since,omitempty"`
	By         string     `json:"by,omitempty"`
	Reason     string     `json:"reason,omitempty"`
	Members    []Member   `json:"members"`
	Breakings  []Breaking `json:"breakings"`
}

// Member is a named member; Until is set where the membership came of breaking the glass.
type Member struct {
	Person string     `json:"person"`
	Name   string     `json:"name"`
	Since  time.Time  `json:"since"`
	By     string     `json:"by"`
	Until  *time.Time `json:"until,omitempty"`
}

// Breaking is one opening of a restricted incident by somebody outside it. Incident and Entity are set in the list of reviews.
type Breaking struct {
	ID         string     `json:"id"`
	Incident   string     `json:"incident,omitempty"`
	Entity     string     `json:"entity,omitempty"`
	Person     string     `json:"person"`
	Reason     string     `json:"reason"`
	At         time.Time  `json:"at"`
	Until      time.Time  `json:"until"`
	Holds      bool       `json:"holds"`
	Reviewer   string     `json:"reviewer,omitempty"`
	Finding    string     `json:"finding,omitempty"`
	ReviewedAt *time.Time `json:"reviewed_at,omitempty"`
	MayReview  bool       `json:"may_review"`
}

// BreakingList is what waits for review and what was reviewed, newest first.
type BreakingList struct {
	Breakings []Breaking `json:"breakings"`
}

func restriction(c serve.Call, at serve.IncidentPath) (Restriction, error) {
	v, err := c.App.Incident(c, c.By, at.Number)
	if err != nil || v.Restriction == nil {
		return Restriction{}, err
	}
	x := v.Restriction
	out := Restriction{Restricted: true, Since: &x.Since, By: x.By, Reason: x.Reason}
	for _, m := range x.Members {
		out.Members = append(out.Members, Member{Person: m.Person, Name: m.Name, Since: m.Since, By: m.By, Until: m.Until})
	}
	for _, b := range x.Breakings {
		out.Breakings = append(out.Breakings, Breaking(b))
	}
	return out, nil
}

func reviews(c serve.Call, _ serve.Nothing) (out BreakingList, err error) {
	all, err := c.App.Breakings(c, c.By)
	for _, b := range all {
		out.Breakings = append(out.Breakings, Breaking(b))
	}
	return out, err
}
