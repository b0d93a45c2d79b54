package webtest

import (
	"context"
	"slices"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// Owed implements web.Desk: the coordinator owes the ratings, the entity all else.
func (f *Fake) Owed(ctx context.Context, by access.Actor, limit int) (out app.OwedList, err error) {
	duties, err := f.Duties(ctx, by)
	if err != nil {
		return out, err
	}
	acts := map[string]string{policy.DischargeWritten: app.ActWritten, policy.DischargeRated: app.ActRate}
	for i, d := range duties {
		v := app.OwedView{DutyView: d, EntityName: d.Entity, Act: acts[d.Discharge]}
		if i%3 == 2 {
			v.Act = app.ActState
		}
		if d.Discharge == policy.DischargeWritten {
			out.Mine = append(out.Mine, v)
		} else {
			out.Others = append(out.Others, v)
		}
	}
	out.MoreMine, out.MoreOthers = len(out.Mine) > limit, len(out.Others) > limit
	out.Mine, out.Others = out.Mine[:min(limit, len(out.Mine))], out.Others[:min(limit, len(out.Others))]
	return out, nil
}

// Changes implements web.Desk: all incidents are new until the reader marks them.
func (f *Fake) Changes(_ context.Context, by access.Actor) (app.ChangeList, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.up(); err != nil {
		return app.ChangeList{}, err
	}
	since, marked := f.seen[by.Person]
	out := app.ChangeList{Since: since, Never: !marked, Through: f.now()}
	for _, v := range slices.Backward(f.views) {
		if v.ReceivedAt.After(since) {
			out.Changes = append(out.Changes, app.ChangeView{IncidentRow: f.row(v), What: v.Ledger[:1], More: 2})
		}
	}
	return out, nil
}

// MarkSeen implements web.Desk.
func (f *Fake) MarkSeen(_ context.Context, by access.Actor, through time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if through.After(f.now()) {
		return fault.Invalid("through", "this instant lies ahead", "load the page again")
	}
	f.seen[by.Person] = through
	return f.up()
}

// Picture implements web.Desk, for coordinators.
func (f *Fake) Picture(_ context.Context, by access.Actor, zone *time.Location) (v app.PictureView, found bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.ContainsFunc(by.Roles, func(r directory.Assignment) bool { return r.Role == directory.IRCoordinator }) {
		return v, false, nil
	}
	n := int64(len(f.views))
	v = app.PictureView{At: f.now(), Open: n, Overdue: n, OverdueAt: f.counts(n), Unanswered: f.counts(n),
		ByLevel: []app.LevelCount{{Level: policy.High}, {Level: policy.Medium, Count: n, Provisional: n / 2}, {Level: policy.Low}, {Level: policy.Unrated, Count: n}}}
	for i := range 12 {
		v.Months.Starts = append(v.Months.Starts, f.now().In(zone).AddDate(0, i-11, 0))
		v.Months.Total = append(v.Months.Total, n*int64(i))
	}
	if n > 0 {
		v.Months.Entities = []app.Series{{ID: "ca-demo-dmv", Name: f.word("Department of Motor Vehicles"), Counts: v.Months.Total, Sum: n}}
		v.Months.Categories = []app.Series{{ID: "equipment", Counts: v.Months.Total, Sum: n}, {Counts: v.Months.Total, Sum: n}}
	}
	v.Weeks = v.Months
	return v, true, f.up()
}

func (f *Fake) counts(n int64) []app.NamedCount {
	if n == 0 {
		return nil
	}
	return []app.NamedCount{{ID: "ca-ois", Name: f.word("Office of Information Security"), Count: n}}
}

// Categories implements web.Lists.
func (f *Fake) Categories(context.Context, access.Actor) ([]policy.Term, error) {
	return []policy.Term{{ID: "equipment", Label: f.word("Lost or stolen equipment")}, {ID: "malware", Label: f.word("Malware")}}, f.up()
}

// SavedViews implements web.Lists.
func (f *Fake) SavedViews(_ context.Context, by access.Actor) ([]incident.SavedView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := slices.Clone(f.saved[by.Person])
	for i := range out {
		out[i].Name = f.word(out[i].Name)
	}
	return out, f.up()
}

// SaveView implements web.Lists.
func (f *Fake) SaveView(_ context.Context, by access.Actor, v incident.SavedView) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if v.Name == "" {
		return fault.Invalid("name", "The view needs a name.", "Give it one that you will know again.")
	}
	f.saved[by.Person] = append(slices.DeleteFunc(f.saved[by.Person], func(o incident.SavedView) bool { return o.Name == v.Name }), v)
	return f.up()
}

// DropView implements web.Lists.
func (f *Fake) DropView(_ context.Context, by access.Actor, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saved[by.Person] = slices.DeleteFunc(f.saved[by.Person], func(o incident.SavedView) bool { return o.Name == name })
	return f.up()
}
