package team

import (
	"context"
	"errors"
	"slices"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/team"
)

// SweepTeams tells the coordinators what time alone brings about: roles that absences leave without anybody, retainers that end. A second
// sweep changes nothing. MA 6.3.1, MA 6.3.2.1
func (a *Room) SweepTeams(ctx context.Context) error {
	now := a.Now()
	planned, err := a.Teams.Planned(ctx, now.UnixMicro())
	if err != nil {
		return err
	}
	// The day differs by place: a day too early is asked for, and each team decides by the day that it is where it works.
	day := calendar.DateOf(now.Add(24 * time.Hour).UTC())
	concerned, err := a.Teams.EndingRetainers(ctx, day.AddDays(team.EndsSoon).String(), day.String())
	if err != nil || len(planned) == 0 && len(concerned) == 0 {
		return err
	}
	roster, err := a.Teams.Roster(ctx, now.UnixMicro())
	if err != nil {
		return err
	}
	for _, s := range roster.Seats {
		if slices.ContainsFunc(planned, func(p team.Planned) bool { return p.Person == s.Person || p.Person == s.Deputy }) {
			concerned = append(concerned, s.Entity)
		}
	}
	slices.Sort(concerned)
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, entity := range slices.Compact(concerned) {
		if _, ok := dir.Entity(entity); !ok {
			continue // taken out of the directory since
		}
		s, err := a.SettingFor(ctx, entity)
		if err == nil {
			today := calendar.DateOf(s.Now.In(s.Pack.Calendar().Zone()))
			err = a.Staff(ctx, s, access.System("team"), entity, team.RunClock{Today: today, Roster: roster, Planned: planned}, nil)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}
