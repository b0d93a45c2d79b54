package incidents

import (
	"slices"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// PhaseView is one phase: whether it was entered, and what keeps the incident from going on to it.
type PhaseView struct {
	ID      string     `json:"id"`
	Title   string     `json:"title"`
	Clause  string     `json:"clause"`
	CSF     []string   `json:"csf"`
	State   string     `json:"state" doc:"before, done, current or ahead; before is preparation, which comes before any incident."`
	Entered *time.Time `json:"entered_at"`
	By      string     `json:"entered_by,omitempty"`
	Why     string     `json:"reason,omitempty"`
	Open    []string   `json:"open" doc:"Ids of required tasks that are settled before this phase is entered."`
}

// StartView says whether the response started in time. MA 6.5.1
type StartView struct {
	At     *time.Time `json:"at"`
	Due    *time.Time `json:"due"`
	LateBy int64      `json:"late_by_seconds"` // how late it started, or how late it is
	Clause string     `json:"clause,omitempty"`
}

// PhaseViewsOf lists the phases of the policy and how far the incident has come.
func PhaseViewsOf(st incident.State, s act.Setting, texts map[string][]byte) (out []PhaseView) {
	phases := s.Pack.Phases()
	now := slices.Index(incident.WorkPhases, st.Lifecycle.Phase)
	for _, p := range phases {
		v := PhaseView{ID: p.ID, Title: p.Title, Clause: p.Clause, CSF: act.NonNil(p.CSF), State: "ahead", Open: []string{}}
		switch i := slices.Index(incident.WorkPhases, p.ID); {
		case i < 0:
			v.State = "before"
		case i == now:
			v.State = "current"
		case i < now:
			v.State = "done"
		default:
			for _, t := range incident.ExitTasks(st, phases, p.ID) {
				v.Open = append(v.Open, t.ID)
			}
		}
		for _, e := range st.Lifecycle.Phases {
			if e.Phase == p.ID {
				at := e.At
				v.Entered, v.By, v.Why = &at, act.ActorName(e.By, s.Dir), string(texts[e.Why])
			}
		}
		out = append(out, v)
	}
	return out
}

// StartViewOf says how the start of the response stands to the earliest time by which it is, or was, owed. MA 6.5.1
func StartViewOf(st incident.State, now time.Time) StartView {
	v := StartView{At: act.TimeOrNil(st.Response.StartedAt)}
	for _, d := range st.Duties {
		if d.OwedDuty.Discharge != dischargeStart || d.Due == 0 {
			continue
		}
		if due := time.UnixMicro(d.Due).UTC(); v.Due == nil || due.Before(*v.Due) {
			v.Due, v.Clause = &due, d.Clause
		}
	}
	if v.Due != nil {
		until := now
		if v.At != nil {
			until = *v.At
		}
		v.LateBy = max(0, int64(until.Sub(*v.Due)/time.Second))
	}
	return v
}

const dischargeStart = policy.DischargeResponse
