package response

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

// responseBody is the page of the response: who leads, what was begun, what is to be done.
type responseBody struct {
	page.ActForms
	V      app.ResponseView
	Groups []taskGroup
	Done   int
	Me     string // the reader's id in the directory
	Move   string // the task that the form for moving one stands on
}

// taskGroup is the tasks for one aim.
type taskGroup struct {
	Aim   policy.Aim
	Tasks []app.TaskView
}

// AimWords are the aims as headings.
var AimWords = map[policy.Aim]string{policy.AimAnalysis: "Find out", policy.AimEvidence: "Keep evidence", policy.AimContainment: "Contain",
	policy.AimEradication: "Take it out", policy.AimRecovery: "Recover", policy.AimCommunication: "Tell people",
	policy.AimReview: "Learn from it"}

// Title is the group's heading.
func (g taskGroup) Title() string { return AimWords[g.Aim] }

// Open counts what is still to be done.
func (g taskGroup) Open() (n int) {
	for _, t := range g.Tasks {
		if t.Status == "open" {
			n++
		}
	}
	return n
}

// Person chooses among those who can lead or take a task.
func (b responseBody) Person(act, task, name, label, chosen string) page.Control {
	var first []page.Option
	if act == "take" {
		first = []page.Option{{Value: "", Label: "Nobody in particular"}}
	}
	return b.Select(act, task, name, label, "", chosen, page.PeopleOptions(b.V.People, first...))
}

// Procedures offers those that are not followed yet.
func (b responseBody) Procedures(act string) page.Control {
	var options []page.Option
	for _, p := range b.V.Playbooks {
		if !p.Following {
			options = append(options, page.Option{Value: p.ID, Label: p.Title, Hint: p.Purpose, Chosen: p.Suits})
		}
	}
	return b.Checks(act, "", "playbook", "Procedures to follow", "Their steps come onto the list. You can add others later.", options)
}

// Aims offers what an added task is for.
func (b responseBody) Aims() page.Control {
	return b.Select("add", "", "aim", "What it is for", "", "", page.OptionsOf(policy.Aims, func(a policy.Aim) string { return AimWords[a] }))
}

// Roles offers who does an added task.
func (b responseBody) Roles() page.Control {
	return b.Select("add", "", "role", "Who does it", "", string(directory.IRAnalyst), page.RoleOptions())
}

func responsePage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showResponse(s, w, r, http.StatusOK, page.ActForms{})
}

func showResponse(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.App.Response(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	b := responseBody{ActForms: f, V: v, Me: r.By().Person, Move: r.URL.Query().Get("move")}
	if b.Failed == "order" {
		b.Move = b.Subject
	}
	for _, aim := range policy.Aims {
		g := taskGroup{Aim: aim}
		for _, t := range b.V.Tasks {
			if t.Aim == string(aim) {
				g.Tasks = append(g.Tasks, t)
			}
		}
		if len(g.Tasks) > 0 {
			b.Groups = append(b.Groups, g)
		}
		b.Done += len(g.Tasks) - g.Open()
	}
	return s.Render(w, r, status, "response", page.Page{Title: "Response to " + b.V.Incident, Problems: b.F.Problems,
		Done:   respondedWords[r.URL.Query().Get("done")],
		Crumbs: page.IncidentCrumbs(b.V.Incident), Body: b})
}

// respondedWords are what the page says after an act.
var respondedWords = map[string]string{
	"started":    "The response has started. What was owed for its start is fulfilled.",
	"handed":     "Offered. Until it is accepted, whoever leads goes on; taken over by yourself, the lead is yours.",
	"followed":   "The steps are on the list.",
	"added":      "The task is on the list.",
	"taken":      "Recorded who does it.",
	"done":       "Done, and recorded with your name.",
	"skipped":    "Left out, and recorded with your name.",
	"reopened":   "Open again.",
	"answered":   "Your answer is recorded.",
	"engaged":    "Called in, and told.",
	"continuity": "Your decision is recorded with your reason.",
	"imported":   "The steps of the procedure are on the list, with where they come from.",
	"ordered":    "The list is in its new order.",
}

func startResponse(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onResponse(s, w, r, page.Act{Name: "start", Done: "started", Needs: []string{"begun", "What was begun"},
		Run: func(number string) error {
			return s.App.StartResponse(r.Context(), r.By(), number, r.Form.Get("lead"), r.Text("begun"), r.Form["playbook"])
		}})
}

func handOver(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onResponse(s, w, r, page.Act{Name: "handover", Done: "handed", Needs: []string{"state_of_play", "The state of play"},
		Run: func(number string) error {
			return s.App.HandOver(r.Context(), r.By(), number, r.Form.Get("lead"), r.Text("state_of_play"))
		}})
}

func followPlaybook(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onResponse(s, w, r, page.Act{Name: "follow", Done: "followed", Run: func(number string) error {
		if len(r.Form["playbook"]) == 0 {
			return fault.Invalid("playbook", "No procedure is chosen.", "Choose at least one.")
		}
		for _, id := range r.Form["playbook"] {
			if err := s.App.FollowPlaybook(r.Context(), r.By(), number, id); err != nil {
				return err
			}
		}
		return nil
	}})
}

func addTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onResponse(s, w, r, page.Act{Name: "add", Done: "added", Needs: []string{"what", "What is to be done"},
		Run: func(number string) error {
			return s.App.AddTask(r.Context(), r.By(), number, r.Text("what"), r.Form.Get("aim"), r.Form.Get("role"))
		}})
}

func takeTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return onResponse(s, w, r, page.Act{Name: "take", Subject: task, Done: "taken", Run: func(number string) error {
		return s.App.TakeTask(r.Context(), r.By(), number, task, r.Form.Get("person"))
	}})
}

func finishTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return onResponse(s, w, r, page.Act{Name: "done", Subject: task, Done: "done", Run: func(number string) error {
		return s.App.FinishTask(r.Context(), r.By(), number, task, r.Text("note"))
	}})
}

func skipTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return onResponse(s, w, r, page.Act{Name: "skip", Subject: task, Done: "skipped", Run: func(number string) error {
		return s.App.SkipTask(r.Context(), r.By(), number, task, r.Text("reason"))
	}})
}

func reopenTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return onResponse(s, w, r, page.Act{Name: "reopen", Subject: task, Done: "reopened", Needs: page.ReasonNeeded,
		Run: func(number string) error {
			return s.App.ReopenTask(r.Context(), r.By(), number, task, r.Text("reason"))
		}})
}

// onResponse performs an act of the response and comes back to its page, and there to the task.
func onResponse(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act) error {
	a.To = page.IncidentAddress(r.PathValue("number")) + "/response"
	if a.Subject != "" {
		a.Part = page.FieldID("task-" + a.Subject)
	}
	a.Show = func(status int, f page.ActForms) error { return showResponse(s, w, r, status, f) }
	return page.Perform(w, r, a)
}
