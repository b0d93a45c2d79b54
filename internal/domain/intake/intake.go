// Package intake holds what is on its way to be a filing and is no part of the record yet: drafts of reports.
package intake

import "time"

// DraftLife is how long a draft is kept after it was last saved: past every clock that a first report can start, and no
// longer than an unfiled account of an incident should lie about.
const DraftLife = 30 * 24 * time.Hour

// MaxDrafts bounds the drafts that one person may have.
const MaxDrafts = 20

// Draft is a report that someone began and has not filed. It belongs to its writer alone.
type Draft struct {
	Key      string // the form's own key: with it the report is filed exactly once
	Person   string // directory id of the writer
	Entity   string
	Kind     string // of filing: initial, supplement, written
	Incident string // number, for a further filing
	Form     string // the fields as typed, url-encoded; checked only when they are filed
	// Revision counts the saves. Who saves names the one they last saw; another in between is a second tab or device.
	Revision int64
	SavedAt  time.Time
}

// Same says whether two drafts are about the same report to be: several of them are different attempts at it.
func (d Draft) Same(o Draft) bool {
	return d.Person == o.Person && d.Entity == o.Entity && d.Kind == o.Kind && d.Incident == o.Incident
}
