package webtest

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

// The response of every incident of the fake is the same one, as far as the incident may be seen.

// Response implements web.Responding.
func (f *Fake) Response(ctx context.Context, by access.Actor, number string) (app.ResponseView, error) {
	v, err := f.Incident(ctx, by, number)
	if err != nil {
		return app.ResponseView{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at := time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC)
	out := app.ResponseView{Incident: v.Incident, MayWork: true, MayLead: true, Tasks: append([]app.TaskView{}, f.tasks...),
		People:    []app.PersonView{{ID: "ca-dmv-iso", Name: "Dana Reyes", Title: f.word("Information Security Officer")}},
		Playbooks: []app.PlaybookView{{Suits: true, Playbook: policy.Playbook{ID: "play", Title: f.word("Malware"), Purpose: f.word("Take it out")}}}}
	if f.begun != "" {
		out.StartedAt, out.StartedBy, out.Begun, out.Lead, out.LeadName, out.LeadSince = &at, "Dana Reyes", f.begun, "ca-dmv-iso", f.word("Dana Reyes"), &at
		out.Play = f.play
	}
	return out, nil
}

// StartResponse implements web.Responding.
func (f *Fake) StartResponse(_ context.Context, _ access.Actor, _, _, begun string, playbooks []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begun = begun
	if len(playbooks) > 0 {
		f.tasks = append(f.tasks, app.TaskView{ID: "t1", Title: f.word("Cut it off"), Guide: f.word("Pull the cable"), Aim: "containment", RoleName: "Technical support", Status: "open"},
			app.TaskView{ID: "t2", Title: "Clean it", Aim: "eradication", RoleName: "Technical support", Status: "open", Waits: []string{"t1"}})
	}
	return nil
}

// HandOver implements web.Responding.
func (f *Fake) HandOver(_ context.Context, _ access.Actor, _, _, play string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.play = play
	return nil
}

// FollowPlaybook implements web.Responding.
func (f *Fake) FollowPlaybook(context.Context, access.Actor, string, string) error { return nil }

// AddTask implements web.Tasks.
func (f *Fake) AddTask(_ context.Context, _ access.Actor, _, what, aim, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tasks = append(f.tasks, app.TaskView{ID: "t9", Title: what, Aim: aim, Status: "open", Optional: true})
	return nil
}

// TakeTask implements web.Tasks.
func (f *Fake) TakeTask(_ context.Context, _ access.Actor, _, task, person string) error {
	return f.task(task, func(t *app.TaskView) error { t.Person, t.PersonNow = person, person; return nil })
}

// FinishTask implements web.Tasks.
func (f *Fake) FinishTask(_ context.Context, _ access.Actor, _, task, note string) error {
	return f.task(task, func(t *app.TaskView) error {
		if len(t.Waits) > 0 {
			return fault.Conflict("first do %s", t.Waits[0])
		}
		at := time.Now()
		t.Status, t.Note, t.EndedAt = "done", note, &at
		return nil
	})
}

// SkipTask implements web.Tasks.
func (f *Fake) SkipTask(_ context.Context, _ access.Actor, _, task, reason string) error {
	return f.task(task, func(t *app.TaskView) error {
		if reason == "" && !t.Optional {
			return fault.Invalid("reason", "leaving it out needs a reason", "say why")
		}
		at := time.Now()
		t.Status, t.Note, t.EndedAt = "skipped", reason, &at
		return nil
	})
}

// ReopenTask implements web.Tasks.
func (f *Fake) ReopenTask(_ context.Context, _ access.Actor, _, task, reason string) error {
	return f.task(task, func(t *app.TaskView) error { t.Status, t.Note, t.EndedAt = "open", reason, nil; return nil })
}

func (f *Fake) task(id string, change func(*app.TaskView) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.tasks {
		if f.tasks[i].ID == id {
			return change(&f.tasks[i])
		}
	}
	return fault.NotFound("no such task")
}
