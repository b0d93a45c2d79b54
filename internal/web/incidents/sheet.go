package incidents

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/web/page"
)

type sheetBody struct {
	V       app.IncidentView
	Said    []page.Said
	People  []sheetPerson
	Devices []incident.Device
}

// sheetPerson is somebody to reach, and for what.
type sheetPerson struct {
	For string
	incident.Contact
}

// officerSheet is for the officer in the field: what is known, whom to reach and what was taken, on one printed page where it fits.
func officerSheet(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	r.ReadIn(s, v.PackID)
	b := sheetBody{V: v}
	whole := latestOf(v.Filings)
	b.People, b.Devices = sheetPeople(whole), whole.Devices
	whole.Reporter, whole.ISO, whole.AlternateContact, whole.Devices, whole.Management = nil, nil, nil, nil, nil
	b.Said = s.Frame(r).Said(v.PackID, &whole)
	return s.Render(w, r, http.StatusOK, "sheet", incidentPart(s, v, "Sheet", b))
}

// latestOf is what the filings say together: a later statement takes the place of an earlier one, devices gather.
func latestOf(filings []app.FilingView) (out incident.Filing) {
	for _, v := range filings {
		f := v.Content
		if f == nil {
			continue
		}
		devices := append(out.Devices, f.Devices...)
		last(&out.Description, f.Description)
		last(&out.ActionsTaken, f.ActionsTaken)
		last(&out.OccurredAt, f.OccurredAt)
		last(&out.DiscoveredAt, f.DiscoveredAt)
		lastOf(&out.Reporter, f.Reporter)
		lastOf(&out.ISO, f.ISO)
		lastOf(&out.AlternateContact, f.AlternateContact)
		lastOf(&out.CrimeSuspected, f.CrimeSuspected)
		lastOf(&out.TerrorismSuspected, f.TerrorismSuspected)
		lastOf(&out.MediaCoverage, f.MediaCoverage)
		lastOf(&out.OutageMinutes, f.OutageMinutes)
		lastOf(&out.PersonalInformation, f.PersonalInformation)
		lastOf(&out.Impact, f.Impact)
		if len(f.Categories) > 0 {
			out.Categories = f.Categories
		}
		out.Devices = devices
	}
	return out
}

func last(to *string, from string) {
	if from != "" {
		*to = from
	}
}

func lastOf[T any](to **T, from *T) {
	if from != nil {
		*to = from
	}
}

func sheetPeople(f incident.Filing) (out []sheetPerson) {
	for _, p := range []struct {
		what string
		c    *incident.Contact
	}{{"Reported by", f.Reporter}, {"Information Security Officer", f.ISO}, {"Also to reach", f.AlternateContact}} {
		if p.c != nil {
			out = append(out, sheetPerson{p.what, *p.c})
		}
	}
	return out
}
