package incidents

import (
	"net/http"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/filing"
	"tocsin/internal/web/page"
)

type homeBody struct {
	Owed    app.OwedList
	Waiting []trackGroup // for an authority: what waits for its answer, oldest first
	Changes app.ChangeList
	Picture *page.Picture // for the central office
	MayFile bool
	Reads   bool // sees incidents of an entity, and not only what is sent to an authority
}

// trackGroup is one authority's incidents in one state.
type trackGroup struct {
	Authority, State string
	Rows             []app.IncidentRow
	Next, Previous   string
}

const (
	shownOwed    = 8 // duties in each of the two lists
	shownWaiting = 8 // of each authority
)

// home is "what is owed": what waits for the reader's answer, what they owe, what is owed around them, what others did
// since they last looked, and for the central office how things stand.
func home(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	entities, err := s.App.Entities(r.Context(), r.By())
	if err != nil {
		return err
	}
	if len(entities) > 0 {
		r.ReadIn(s, entities[0].Pack)
	}
	b := homeBody{MayFile: len(filing.Fileable(entities)) > 0, Reads: len(r.By().Authorities) == 0}
	if b.Owed, err = s.App.Owed(r.Context(), r.By(), shownOwed); err != nil {
		return err
	}
	if b.Changes, err = s.App.Changes(r.Context(), r.By()); err != nil {
		return err
	}
	for _, authority := range r.By().Authorities {
		list, err := s.App.Incidents(r.Context(), r.By(), app.ListQuery{Authority: authority, TrackState: "waiting", Order: incident.Oldest,
			Limit: shownWaiting})
		if err != nil {
			return err
		}
		b.Waiting = append(b.Waiting, trackGroup{Authority: authority, Rows: list.Incidents, Next: list.Next})
		b.Owed.Mine = withoutAnswers(b.Owed.Mine)
	}
	if v, found, err := s.App.Picture(r.Context(), r.By(), r.Zone); err != nil {
		return err
	} else if found {
		b.Picture = s.Draw(v, r.URL.Query().Get("period") == "weeks")
	}
	return s.Render(w, r, http.StatusOK, "home", page.Page{Title: "What is owed", Wide: true, Done: page.DoneWords[r.URL.Query().Get("done")],
		Body: b})
}

// withoutAnswers leaves out the duties that stand above already, as what waits for an authority's answer.
func withoutAnswers(all []app.OwedView) []app.OwedView {
	var rest []app.OwedView
	for _, d := range all {
		if d.Act != app.ActAcknowledge {
			rest = append(rest, d)
		}
	}
	return rest
}

// markSeen moves the reader's mark to the instant at which the page that they looked at was made.
func markSeen(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	through, err := time.Parse(time.RFC3339Nano, r.Form.Get("through"))
	if err != nil {
		return fault.Invalid("", "The form is damaged.", "Load the page again and press the button there.")
	}
	if err := s.App.MarkSeen(r.Context(), r.By(), through); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/?done=seen#changed", http.StatusSeeOther)
	return nil
}

type emergencyBody struct{ Contacts []policy.Contact }

// emergency shows whom to call at this hour. It asks the packs only, so that it answers when the database does not.
func emergency(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return s.Render(w, r, http.StatusOK, "emergency", page.Page{Title: "Emergency contacts", Body: emergencyBody{s.App.Emergency()}})
}
