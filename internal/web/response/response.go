package response

import (
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/page"
)

// responseBody is the page of the response: who leads, what was begun, what is to be done.
type responseBody struct {
	V       app.ResponseView
	Groups  []taskGroup
	Done    int
	F       page.FormView
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

// AimWords are the aims as headings.
var AimWords = map[policy.Aim]string{policy.AimAnalysis: "Find out", policy.AimEvidence: "Keep evidence", policy.AimContainment: "Contain",
	policy.AimEradication: "Take it out", policy.AimRecovery: "Recover", policy.AimCommunication: "Tell people", policy.AimReview: "Learn from it"}

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

// Opened says whether the form of an act on a task stands open.
func (b responseBody) Opened(act, task string) bool { return b.Failed == act && b.Subject == task }

// Control is one field of an act's form; only the form that was refused shows what was typed.
func (b responseBody) Control(act, task, name, label, hint string) page.Control {
	c := page.Control{Name: name, Label: label, Hint: hint, Rows: 3, ID: page.FieldID(act + "-" + task + "-" + name)}
	if b.Opened(act, task) {
		c.Value = b.F.Values.Get(name)
		for _, p := range b.F.Problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// Person chooses among those who can lead or take a task.
func (b responseBody) Person(act, task, name, label, chosen string) page.Control {
	c := b.Control(act, task, name, label, "")
	if c.Value == "" {
		c.Value = chosen
	}
	if act == "take" {
		c.Options = append(c.Options, page.Option{Value: "", Label: "Nobody in particular", Chosen: c.Value == ""})
	}
	for _, p := range b.V.People {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		c.Options = append(c.Options, page.Option{Value: p.ID, Label: label, Chosen: p.ID == c.Value})
	}
	return c
}

// Procedures offers those that are not followed yet.
func (b responseBody) Procedures(act string) page.Control {
	c := b.Control(act, "", "playbook", "Procedures to follow", "Their steps come onto the list. You can add others later.")
	for _, p := range b.V.Playbooks {
		if !p.Following {
			c.Options = append(c.Options, page.Option{Value: p.ID, Label: p.Title, Hint: p.Purpose,
				Chosen: p.Suits && !b.Opened(act, "") || slices.Contains(b.F.Values["playbook"], p.ID)})
		}
	}
	return c
}

// Aims and Roles offer what an added task is for and who does it.
func (b responseBody) Aims() page.Control {
	c := b.Control("add", "", "aim", "What it is for", "")
	for _, a := range policy.Aims {
		c.Options = append(c.Options, page.Option{Value: string(a), Label: AimWords[a], Chosen: string(a) == c.Value})
	}
	return c
}

// Roles offers who does an added task.
func (b responseBody) Roles() page.Control {
	c := b.Control("add", "", "role", "Who does it", "")
	if c.Value == "" {
		c.Value = string(directory.IRAnalyst)
	}
	for _, role := range directory.Roles {
		if role != directory.AuthorityOfficer && role != directory.Administrator && role != directory.Auditor {
			c.Options = append(c.Options, page.Option{Value: string(role), Label: app.RoleName(string(role)), Chosen: string(role) == c.Value})
		}
	}
	return c
}

func ResponsePage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.Responding.Response(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return showResponse(s, w, r, http.StatusOK, responseBody{V: v, Move: r.URL.Query().Get("move")})
}

func showResponse(s *page.Site, w http.ResponseWriter, r *page.Request, status int, b responseBody) error {
	b.Me = r.By().Person
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
	return s.Render(w, r, status, "response", page.Page{Title: "Response to " + b.V.Incident, Problems: b.F.Problems, Done: respondedWords[r.URL.Query().Get("done")],
		Crumbs: page.Crumbs("Home", "/", "Incidents", "/incidents", b.V.Incident, page.IncidentAddress(b.V.Incident)), Body: b})
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
func respond(s *page.Site, w http.ResponseWriter, r *page.Request, act, task, done string, do func(number string) error) error {
	number := r.PathValue("number")
	err := do(number)
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict {
		v, lost := s.Responding.Response(r.Context(), r.By(), number)
		if lost != nil {
			return lost
		}
		problems := page.ProblemsOf(err)
		for i := range problems {
			if problems[i].ID != "" {
				problems[i].ID = strings.Replace(problems[i].ID, "f-", page.FieldID(act+"-"+task)+"-", 1)
			}
		}
		status := map[fault.Kind]int{fault.KindInvalid: http.StatusUnprocessableEntity, fault.KindConflict: http.StatusConflict}[kind]
		return showResponse(s, w, r, status, responseBody{V: v, Failed: act, Subject: task, F: page.FormView{Values: r.Form, Problems: problems}})
	}
	if err != nil {
		return err
	}
	to := page.IncidentAddress(number) + "/response?done=" + done
	if task != "" {
		to += "#" + page.FieldID("task-"+task)
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func StartResponse(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return respond(s, w, r, "start", "", "started", func(number string) error {
		begun, err := webincidents.Required(r, "begun", "What was begun")
		if err != nil {
			return err
		}
		return s.Responding.StartResponse(r.Context(), r.By(), number, r.Form.Get("lead"), begun, r.Form["playbook"])
	})
}

func HandOver(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return respond(s, w, r, "handover", "", "handed", func(number string) error {
		play, err := webincidents.Required(r, "state_of_play", "The state of play")
		if err != nil {
			return err
		}
		return s.Responding.HandOver(r.Context(), r.By(), number, r.Form.Get("lead"), play)
	})
}

func FollowPlaybook(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return respond(s, w, r, "follow", "", "followed", func(number string) error {
		if len(r.Form["playbook"]) == 0 {
			return fault.Invalid("playbook", "No procedure is chosen.", "Choose at least one.")
		}
		for _, id := range r.Form["playbook"] {
			if err := s.Responding.FollowPlaybook(r.Context(), r.By(), number, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func AddTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return respond(s, w, r, "add", "", "added", func(number string) error {
		what, err := webincidents.Required(r, "what", "What is to be done")
		if err != nil {
			return err
		}
		return s.Tasks.AddTask(r.Context(), r.By(), number, what, r.Form.Get("aim"), r.Form.Get("role"))
	})
}

func TakeTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return respond(s, w, r, "take", task, "taken", func(number string) error {
		return s.Tasks.TakeTask(r.Context(), r.By(), number, task, r.Form.Get("person"))
	})
}

func FinishTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return respond(s, w, r, "done", task, "done", func(number string) error {
		return s.Tasks.FinishTask(r.Context(), r.By(), number, task, r.Text("note"))
	})
}

func SkipTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return respond(s, w, r, "skip", task, "skipped", func(number string) error {
		return s.Tasks.SkipTask(r.Context(), r.By(), number, task, r.Text("reason"))
	})
}

func ReopenTask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return respond(s, w, r, "reopen", task, "reopened", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Tasks.ReopenTask(r.Context(), r.By(), number, task, reason)
	})
}
