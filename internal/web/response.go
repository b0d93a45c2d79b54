package web

import (
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

// responseBody is the page of the response: who leads, what was begun, what is to be done.
type responseBody struct {
	V       app.ResponseView
	Groups  []taskGroup
	Done    int
	F       formView
	Failed  string // the act that was refused
	Subject string // and the task it was about
	Me      string // the reader's id in the directory
	Move    string // the task that the form for moving one stands on
}

// taskGroup is the tasks for one aim.
type taskGroup struct {
	Aim   policy.Aim
	Tasks []app.TaskView
}

// aimWords are the aims as headings.
var aimWords = map[policy.Aim]string{policy.AimAnalysis: "Find out", policy.AimEvidence: "Keep evidence", policy.AimContainment: "Contain",
	policy.AimEradication: "Take it out", policy.AimRecovery: "Recover", policy.AimCommunication: "Tell people", policy.AimReview: "Learn from it"}

// Title is the group's heading.
func (g taskGroup) Title() string { return aimWords[g.Aim] }

// Open counts what is still to be done.
func (g taskGroup) Open() (n int) {
	for _, t := range g.Tasks {
		if t.Status == "open" {
			n++
		}
	}
	return n
}

// Opened says whether the form of an act on a task stands open.
func (b responseBody) Opened(act, task string) bool { return b.Failed == act && b.Subject == task }

// Control is one field of an act's form; only the form that was refused shows what was typed.
func (b responseBody) Control(act, task, name, label, hint string) control {
	c := control{Name: name, Label: label, Hint: hint, Rows: 3, ID: fieldID(act + "-" + task + "-" + name)}
	if b.Opened(act, task) {
		c.Value = b.F.typed.Get(name)
		for _, p := range b.F.problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// Person chooses among those who can lead or take a task.
func (b responseBody) Person(act, task, name, label, chosen string) control {
	c := b.Control(act, task, name, label, "")
	if c.Value == "" {
		c.Value = chosen
	}
	if act == "take" {
		c.Options = append(c.Options, option{Value: "", Label: "Nobody in particular", Chosen: c.Value == ""})
	}
	for _, p := range b.V.People {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		c.Options = append(c.Options, option{Value: p.ID, Label: label, Chosen: p.ID == c.Value})
	}
	return c
}

// Procedures offers those that are not followed yet.
func (b responseBody) Procedures(act string) control {
	c := b.Control(act, "", "playbook", "Procedures to follow", "Their steps come onto the list. You can add others later.")
	for _, p := range b.V.Playbooks {
		if !p.Following {
			c.Options = append(c.Options, option{Value: p.ID, Label: p.Title, Hint: p.Purpose,
				Chosen: p.Suits && !b.Opened(act, "") || slices.Contains(b.F.typed["playbook"], p.ID)})
		}
	}
	return c
}

// Aims and Roles offer what an added task is for and who does it.
func (b responseBody) Aims() control {
	c := b.Control("add", "", "aim", "What it is for", "")
	for _, a := range policy.Aims {
		c.Options = append(c.Options, option{Value: string(a), Label: aimWords[a], Chosen: string(a) == c.Value})
	}
	return c
}

// Roles offers who does an added task.
func (b responseBody) Roles() control {
	c := b.Control("add", "", "role", "Who does it", "")
	if c.Value == "" {
		c.Value = string(directory.IRAnalyst)
	}
	for _, role := range directory.Roles {
		if role != directory.AuthorityOfficer && role != directory.Administrator && role != directory.Auditor {
			c.Options = append(c.Options, option{Value: string(role), Label: app.RoleName(string(role)), Chosen: string(role) == c.Value})
		}
	}
	return c
}

func responsePage(s *site, w http.ResponseWriter, r *request) error {
	v, err := s.Responding.Response(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.showResponse(w, r, http.StatusOK, responseBody{V: v, Move: r.URL.Query().Get("move")})
}

func (s *site) showResponse(w http.ResponseWriter, r *request, status int, b responseBody) error {
	b.Me = r.by().Person
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
	return s.render(w, r, status, "response", page{Title: "Response to " + b.V.Incident, Problems: b.F.problems, Done: respondedWords[r.URL.Query().Get("done")],
		Crumbs: []crumb{{"Home", "/"}, {"Incidents", "/incidents"}, {b.V.Incident, incidentAddress(b.V.Incident)}}, Body: b})
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

// respond runs one act of the response and comes back to its page. A refusal shows the page again with what was typed.
func (s *site) respond(w http.ResponseWriter, r *request, act, task, done string, do func(number string) error) error {
	number := r.PathValue("number")
	err := do(number)
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict {
		v, lost := s.Responding.Response(r.Context(), r.by(), number)
		if lost != nil {
			return lost
		}
		problems := problemsOf(err)
		for i := range problems {
			if problems[i].ID != "" {
				problems[i].ID = strings.Replace(problems[i].ID, "f-", fieldID(act+"-"+task)+"-", 1)
			}
		}
		status := map[fault.Kind]int{fault.KindInvalid: http.StatusUnprocessableEntity, fault.KindConflict: http.StatusConflict}[kind]
		return s.showResponse(w, r, status, responseBody{V: v, Failed: act, Subject: task, F: formView{typed: r.form, problems: problems}})
	}
	if err != nil {
		return err
	}
	to := incidentAddress(number) + "/response?done=" + done
	if task != "" {
		to += "#" + fieldID("task-"+task)
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func startResponse(s *site, w http.ResponseWriter, r *request) error {
	return s.respond(w, r, "start", "", "started", func(number string) error {
		begun, err := r.required("begun", "What was begun")
		if err != nil {
			return err
		}
		return s.Responding.StartResponse(r.Context(), r.by(), number, r.form.Get("lead"), begun, r.form["playbook"])
	})
}

func handOver(s *site, w http.ResponseWriter, r *request) error {
	return s.respond(w, r, "handover", "", "handed", func(number string) error {
		play, err := r.required("state_of_play", "The state of play")
		if err != nil {
			return err
		}
		return s.Responding.HandOver(r.Context(), r.by(), number, r.form.Get("lead"), play)
	})
}

func followPlaybook(s *site, w http.ResponseWriter, r *request) error {
	return s.respond(w, r, "follow", "", "followed", func(number string) error {
		if len(r.form["playbook"]) == 0 {
			return fault.Invalid("playbook", "No procedure is chosen.", "Choose at least one.")
		}
		for _, id := range r.form["playbook"] {
			if err := s.Responding.FollowPlaybook(r.Context(), r.by(), number, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func addTask(s *site, w http.ResponseWriter, r *request) error {
	return s.respond(w, r, "add", "", "added", func(number string) error {
		what, err := r.required("what", "What is to be done")
		if err != nil {
			return err
		}
		return s.Tasks.AddTask(r.Context(), r.by(), number, what, r.form.Get("aim"), r.form.Get("role"))
	})
}

func takeTask(s *site, w http.ResponseWriter, r *request) error {
	task := r.form.Get("task")
	return s.respond(w, r, "take", task, "taken", func(number string) error {
		return s.Tasks.TakeTask(r.Context(), r.by(), number, task, r.form.Get("person"))
	})
}

func finishTask(s *site, w http.ResponseWriter, r *request) error {
	task := r.form.Get("task")
	return s.respond(w, r, "done", task, "done", func(number string) error {
		return s.Tasks.FinishTask(r.Context(), r.by(), number, task, r.text("note"))
	})
}

func skipTask(s *site, w http.ResponseWriter, r *request) error {
	task := r.form.Get("task")
	return s.respond(w, r, "skip", task, "skipped", func(number string) error {
		return s.Tasks.SkipTask(r.Context(), r.by(), number, task, r.text("reason"))
	})
}

func reopenTask(s *site, w http.ResponseWriter, r *request) error {
	task := r.form.Get("task")
	return s.respond(w, r, "reopen", task, "reopened", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Tasks.ReopenTask(r.Context(), r.by(), number, task, reason)
	})
}
