package web

import (
	"net/http"
	"strconv"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
)

// problemsIn turns a refusal of one of several forms of a page into what is said, each leading to the field of that form.
func problemsIn(act string, err error) []problem {
	problems := problemsOf(err)
	for i := range problems {
		if problems[i].ID != "" {
			problems[i].ID = strings.Replace(problems[i].ID, "f-", fieldID(act)+"-", 1)
		}
	}
	return problems
}

// addAssets puts one asset on the list, or many: chosen from the directory and pasted, one on each line.
func addAssets(s *site, w http.ResponseWriter, r *request) error {
	number, act := r.PathValue("number"), "one"
	entries := []app.AssetEntry{{Name: r.text("name"), Kind: r.text("kind"), Networks: lines(r.form.Get("networks")), Rating: r.form.Get("rating"), Owner: r.form.Get("owner")}}
	if r.form.Has("several") {
		act, entries = "several", nil
		for _, id := range r.form["directory"] {
			entries = append(entries, app.AssetEntry{Directory: id})
		}
		for _, line := range lines(r.form.Get("lines")) {
			entries = append(entries, pastedAsset(line))
		}
	}
	err := s.Containing.AddAssets(r.Context(), r.by(), number, entries)
	if refused(err) {
		v, lost := s.Containing.Containment(r.Context(), r.by(), number)
		if lost != nil {
			return lost
		}
		return s.showAssets(w, r, statusOf(err), assetBody{V: v, Failed: act, F: formView{typed: r.form, problems: addProblems(act, err, len(r.form["directory"]))}})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, incidentAddress(number)+"/assets?done=added", http.StatusSeeOther)
	return nil
}

// addProblems says of a refused list in which line a fault is: the application counts entries.
func addProblems(act string, err error, chosen int) (out []problem) {
	for _, e := range fault.All(err) {
		field := e.Field
		i, rest, ok := rowIndex(field, "assets")
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
		out = append(out, problem{ID: fieldID(act + "-" + field), Text: text})
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
func (s *site) actOnAsset(w http.ResponseWriter, r *request, act, done string, extra map[string][]zoneChoice, err error) error {
	if refused(err) {
		b, lost := s.assetBody(r)
		if lost != nil {
			return lost
		}
		b.Failed, b.F = act, formView{typed: r.form, problems: problemsIn(act, err), extra: extra}
		return s.showAsset(w, r, statusOf(err), b)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, incidentAddress(r.PathValue("number"))+"/assets/"+r.PathValue("id")+"?done="+done, http.StatusSeeOther)
	return nil
}

func stepAsset(s *site, w http.ResponseWriter, r *request) error {
	x := app.AssetStep{Step: r.form.Get("step"), Person: r.form.Get("person"), How: r.form.Get("how"), Done: r.text("done"), Reason: r.text("reason"), Source: r.text("source"),
		AcceptedBy: r.form.Get("accepted_by")}
	if x.Person == "outside" {
		x.Person, x.Outside = "", true
	}
	for _, v := range r.form["network"] {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			x.Networks = append(x.Networks, n)
		}
	}
	d := newDecoder(r.form)
	x.At = d.when("at")
	err := d.faults.Err()
	if err == nil {
		err = s.Containing.StepAsset(r.Context(), r.by(), r.PathValue("number"), r.PathValue("id"), x)
	}
	return s.actOnAsset(w, r, x.Step, "step", d.extra, err)
}

func stateForReturn(s *site, w http.ResponseWriter, r *request) error {
	about := r.form.Get("about")
	statement, err := r.required("statement", "The statement")
	if err == nil {
		err = s.Containing.StateForReturn(r.Context(), r.by(), r.PathValue("number"), r.PathValue("id"), about, statement)
	}
	return s.actOnAsset(w, r, about, "stated", nil, err)
}

func describeAsset(s *site, w http.ResponseWriter, r *request) error {
	e := app.AssetEntry{Name: r.text("name"), Kind: r.text("kind"), Networks: lines(r.form.Get("networks")), Rating: r.form.Get("rating"), Owner: r.form.Get("owner")}
	return s.actOnAsset(w, r, "describe", "described", nil, s.Containing.DescribeAsset(r.Context(), r.by(), r.PathValue("number"), r.PathValue("id"), e))
}

func orderTool(s *site, w http.ResponseWriter, r *request) error {
	o := app.ToolOrder{Tool: r.form.Get("tool"), Action: r.form.Get("action"), Kind: r.form.Get("target_kind"), Target: r.text("target")}
	return s.actOnAsset(w, r, "order", "ordered", nil, s.Tooling.OrderTool(r.Context(), r.by(), r.PathValue("number"), r.PathValue("id"), o))
}

func toolResult(s *site, w http.ResponseWriter, r *request) error {
	command := r.form.Get("command")
	status, err := strconv.Atoi(r.form.Get("status"))
	if err != nil {
		err = fault.Invalid("status", "What became of it is missing.", "Choose one.")
	} else {
		err = s.Tooling.RecordResult(r.Context(), r.by(), r.PathValue("number"), command, status, r.text("status_text"))
	}
	return s.actOnAsset(w, r, "result-"+command, "result", nil, err)
}
