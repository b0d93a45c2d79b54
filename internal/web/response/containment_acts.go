package response

import (
	"net/http"
	"strconv"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/page"
)

// problemsIn turns a refusal of one of several forms of a page into what is said, each leading to the field of that form.
func problemsIn(act string, err error) []page.Problem {
	problems := page.ProblemsOf(err)
	for i := range problems {
		if problems[i].ID != "" {
			problems[i].ID = strings.Replace(problems[i].ID, "f-", page.FieldID(act)+"-", 1)
		}
	}
	return problems
}

// addAssets puts one asset on the list, or many: chosen from the directory and pasted, one on each line.
func addAssets(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	number, act := r.PathValue("number"), "one"
	entries := []app.AssetEntry{{Name: r.Text("name"), Kind: r.Text("kind"), Networks: lines(r.Form.Get("networks")), Rating: r.Form.Get("rating"), Owner: r.Form.Get("owner")}}
	if r.Form.Has("several") {
		act, entries = "several", nil
		for _, id := range r.Form["directory"] {
			entries = append(entries, app.AssetEntry{Directory: id})
		}
		for _, line := range lines(r.Form.Get("lines")) {
			entries = append(entries, pastedAsset(line))
		}
	}
	err := s.Containing.AddAssets(r.Context(), r.By(), number, entries)
	if page.Refused(err) {
		v, lost := s.Containing.Containment(r.Context(), r.By(), number)
		if lost != nil {
			return lost
		}
		return showAssets(s, w, r, page.StatusOf(err), assetBody{V: v, Failed: act, F: page.FormView{Values: r.Form, Problems: addProblems(act, err, len(r.Form["directory"]))}})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, page.IncidentAddress(number)+"/assets?done=added", http.StatusSeeOther)
	return nil
}

// addProblems says of a refused list in which line a fault is: the application counts entries.
func addProblems(act string, err error, chosen int) (out []page.Problem) {
	for _, e := range fault.All(err) {
		field := e.Field
		i, rest, ok := page.RowIndex(field, "assets")
		text := strings.TrimSpace(e.Detail + " " + e.Remedy)
		switch {
		case !ok && act == "several":
			field, text = "lines", "Nothing is chosen and nothing is pasted. Choose assets, or paste their names."
			if chosen > 0 || e.Field != "assets" {
				text = strings.TrimSpace(e.Detail + " " + e.Remedy)
			}
		case ok && act == "several" && i >= chosen:
			field, text = "lines", "Line "+strconv.Itoa(i-chosen+1)+": "+text
		case ok && act == "several":
			field = "directory"
		case ok:
			field = strings.TrimPrefix(rest, ".")
		}
		out = append(out, page.Problem{ID: page.FieldID(act + "-" + field), Text: text})
	}
	return out
}

// pastedAsset reads a pasted line: the name, and behind semicolons or tabs its kind, its networks parted by commas, and its rating.
func pastedAsset(line string) (e app.AssetEntry) {
	for i, cell := range strings.Split(strings.ReplaceAll(line, "\t", ";"), ";") {
		cell = strings.TrimSpace(cell)
		switch i {
		case 0:
			e.Name = cell
		case 1:
			e.Kind = cell
		case 2:
			e.Networks = lines(strings.ReplaceAll(cell, ",", "\n"))
		case 3:
			e.Rating = strings.ToLower(cell)
		}
	}
	return e
}

// lines are the lines of a field that hold something.
func lines(text string) (out []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// actOnAsset runs one act on an asset and comes back to its page. A refusal shows the page again with what was typed.
func actOnAsset(s *page.Site, w http.ResponseWriter, r *page.Request, act, done string, extra map[string][]page.ZoneChoice, err error) error {
	if page.Refused(err) {
		b, lost := newAssetBody(s, r)
		if lost != nil {
			return lost
		}
		b.Failed, b.F = act, page.FormView{Values: r.Form, Problems: problemsIn(act, err), Extra: extra}
		return showAsset(s, w, r, page.StatusOf(err), b)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, page.IncidentAddress(r.PathValue("number"))+"/assets/"+r.PathValue("id")+"?done="+done, http.StatusSeeOther)
	return nil
}

func stepAsset(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	x := app.AssetStep{Step: r.Form.Get("step"), Person: r.Form.Get("person"), How: r.Form.Get("how"), Done: r.Text("done"), Reason: r.Text("reason"), Source: r.Text("source"),
		AcceptedBy: r.Form.Get("accepted_by")}
	if x.Person == "outside" {
		x.Person, x.Outside = "", true
	}
	for _, v := range r.Form["network"] {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			x.Networks = append(x.Networks, n)
		}
	}
	d := page.NewDecoder(r.Form)
	x.At = d.When("at")
	err := d.Faults.Err()
	if err == nil {
		err = s.Containing.StepAsset(r.Context(), r.By(), r.PathValue("number"), r.PathValue("id"), x)
	}
	return actOnAsset(s, w, r, x.Step, "step", d.Extra, err)
}

func stateForReturn(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	about := r.Form.Get("about")
	statement, err := webincidents.Required(r, "statement", "The statement")
	if err == nil {
		err = s.Containing.StateForReturn(r.Context(), r.By(), r.PathValue("number"), r.PathValue("id"), about, statement)
	}
	return actOnAsset(s, w, r, about, "stated", nil, err)
}

func describeAsset(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	e := app.AssetEntry{Name: r.Text("name"), Kind: r.Text("kind"), Networks: lines(r.Form.Get("networks")), Rating: r.Form.Get("rating"), Owner: r.Form.Get("owner")}
	return actOnAsset(s, w, r, "describe", "described", nil, s.Containing.DescribeAsset(r.Context(), r.By(), r.PathValue("number"), r.PathValue("id"), e))
}

func orderTool(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	o := app.ToolOrder{Tool: r.Form.Get("tool"), Action: r.Form.Get("action"), Kind: r.Form.Get("target_kind"), Target: r.Text("target")}
	return actOnAsset(s, w, r, "order", "ordered", nil, s.Tooling.OrderTool(r.Context(), r.By(), r.PathValue("number"), r.PathValue("id"), o))
}

func toolResult(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	command := r.Form.Get("command")
	status, err := strconv.Atoi(r.Form.Get("status"))
	if err != nil {
		err = fault.Invalid("status", "What became of it is missing.", "Choose one.")
	} else {
		err = s.Tooling.RecordResult(r.Context(), r.By(), r.PathValue("number"), command, status, r.Text("status_text"))
	}
	return actOnAsset(s, w, r, "result-"+command, "result", nil, err)
}
