package web

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/policy"
)

type homeBody struct {
	Duties  []app.DutyView // owed, soonest first
	More    int            // owed beyond those shown
	Recent  []app.IncidentRow
	Waiting []trackGroup // for an authority: what waits for its answer
	MayFile bool
}

// trackGroup is one authority's incidents in one state.
type trackGroup struct {
	Authority, State string
	Rows             []app.IncidentRow
	Next, Previous   string
}

// shownDuties bounds the list on the home page.
const shownDuties = 50

// home is "what is owed": the reader's duties first, then what changed.
func home(s *site, w http.ResponseWriter, r *request) error {
	duties, err := s.Records.Duties(r.Context(), r.by())
	if err != nil {
		return err
	}
	recent, err := s.Records.Incidents(r.Context(), r.by(), app.ListQuery{Limit: 8})
	if err != nil {
		return err
	}
	entities, err := s.Filings.Entities(r.Context(), r.by())
	if err != nil {
		return err
	}
	b := homeBody{Recent: recent.Incidents, MayFile: len(fileable(entities)) > 0}
	b.Duties, _ = openDuties(duties)
	names := map[string]string{}
	for _, e := range entities {
		names[e.ID] = e.Name
	}
	for i, d := range b.Duties {
		if name := names[d.Entity]; name != "" {
			b.Duties[i].Entity = name
		}
	}
	if len(b.Duties) > shownDuties {
		b.More, b.Duties = len(b.Duties)-shownDuties, b.Duties[:shownDuties]
	}
	for _, authority := range r.by().Authorities {
		list, err := s.Records.Incidents(r.Context(), r.by(), app.ListQuery{Authority: authority, TrackState: "waiting", Limit: 5})
		if err != nil {
			return err
		}
		b.Waiting = append(b.Waiting, trackGroup{Authority: authority, Rows: list.Incidents, Next: list.Next})
	}
	if len(entities) > 0 {
		r.readIn(s, entities[0].Pack)
	}
	return s.render(w, r, http.StatusOK, "home", page{Title: "What is owed", Wide: true, Body: b})
}

type emergencyBody struct{ Contacts []policy.Contact }

// emergency shows whom to call at this hour. It asks the packs only, so that it answers when the database does not.
func emergency(s *site, w http.ResponseWriter, r *request) error {
	return s.render(w, r, http.StatusOK, "emergency", page{Title: "Emergency contacts", Body: emergencyBody{s.Contacts.Emergency()}})
}
