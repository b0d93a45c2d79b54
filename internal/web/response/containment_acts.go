package response

import (
	"net/http"
	"strconv"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

// addAssets puts one asset on the list, or many: chosen from the directory and pasted, one on each line.
func addAssets(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	name := "one"
	entries := []app.AssetEntry{{Name: r.Text("name"), Kind: r.Text("kind"), Networks: lines(r.Form.Get("networks")),
		Rating: r.Form.Get("rating"), Owner: r.Form.Get("owner")}}
	if r.Form.Has("several") {
		name, entries = "several", nil
		for _, id := range r.Form["directory"] {
			entries = append(entries, app.AssetEntry{Directory: id})
		}
		for _, line := range lines(r.Form.Get("lines")) {
			entries = append(entries, pastedAsset(line))
		}
	}
	return page.Perform(w, r, page.Act{Name: name, To: page.IncidentAddress(r.PathValue("number")) + "/assets", Done: "added",
		Run: func(number string) error {
			return inLines(s.App.AddAssets(r.Context(), r.By(), number, entries), name, len(r.Form["directory"]))
		}, Form: name, Show: func(status int, f page.ActForms) error { return showAssets(s, w, r, status, f) }})
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

func stepAsset(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	x := app.AssetStep{Step: r.Form.Get("step"), Person: r.Form.Get("person"), How: r.Form.Get("how"), Done: r.Text("done"),
		Reason: r.Text("reason"), Source: r.Text("source"),
		AcceptedBy: r.Form.Get("accepted_by")}
	if x.Person == "outside" {
		x.Person, x.Outside = "", true
	}
	for _, v := range r.Form["network"] {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			x.Networks = append(x.Networks, n)
		}
	}
	return onAsset(s, w, r, page.Act{Name: x.Step, Done: "step", Run: func(number string) error {
		d := page.NewDecoder(r.Form)
		x.At = d.When("at")
		if err := d.Faults.Err(); err != nil {
			r.Choices = d.Extra
			return err
		}
		return s.App.StepAsset(r.Context(), r.By(), number, r.PathValue("id"), x)
	}})
}

func stateForReturn(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	about := r.Form.Get("about")
	return onAsset(s, w, r, page.Act{Name: about, Done: "stated", Needs: []string{"statement", "The statement"},
		Run: func(number string) error {
			return s.App.StateForReturn(r.Context(), r.By(), number, r.PathValue("id"), about, r.Text("statement"))
		}})
}

func describeAsset(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	e := app.AssetEntry{Name: r.Text("name"), Kind: r.Text("kind"), Networks: lines(r.Form.Get("networks")), Rating: r.Form.Get("rating"),
		Owner: r.Form.Get("owner")}
	return onAsset(s, w, r, page.Act{Name: "describe", Done: "described", Run: func(number string) error {
		return s.App.DescribeAsset(r.Context(), r.By(), number, r.PathValue("id"), e)
	}})
}

func orderTool(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	o := app.ToolOrder{Tool: r.Form.Get("tool"), Action: r.Form.Get("action"), Kind: r.Form.Get("target_kind"), Target: r.Text("target")}
	return onAsset(s, w, r, page.Act{Name: "order", Done: "ordered", Run: func(number string) error {
		return s.App.OrderTool(r.Context(), r.By(), number, r.PathValue("id"), o)
	}})
}

func toolResult(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	command := r.Form.Get("command")
	return onAsset(s, w, r, page.Act{Name: "result-" + command, Done: "result", Run: func(number string) error {
		status, err := strconv.Atoi(r.Form.Get("status"))
		if err != nil {
			return fault.Invalid("status", "What became of it is missing.", "Choose one.")
		}
		return s.App.RecordResult(r.Context(), r.By(), number, command, status, r.Text("status_text"))
	}})
}

// inLines says of a refused list in which line a fault is: the application counts entries, of which the first were chosen.
func inLines(err error, form string, chosen int) error {
	if fault.KindOf(err) != fault.KindInvalid {
		return err
	}
	var out fault.List
	for _, e := range fault.All(err) {
		i, rest, ok := page.RowIndex(e.Field, "assets")
		switch {
		case !ok && form == "several" && chosen == 0 && e.Field == "assets":
			e = fault.Invalid("lines", "Nothing is chosen and nothing is pasted.", "Choose assets, or paste their names.")
		case !ok && form == "several":
			e = fault.Invalid("lines", e.Detail, e.Remedy)
		case ok && form == "several" && i >= chosen:
			e = fault.Invalid("lines", "Line "+strconv.Itoa(i-chosen+1)+": "+e.Detail, e.Remedy)
		case ok && form == "several":
			e = fault.Invalid("directory", e.Detail, e.Remedy)
		case ok:
			e = fault.Invalid(strings.TrimPrefix(rest, "."), e.Detail, e.Remedy)
		}
		out = append(out, e)
	}
	return out.Err()
}

// onAsset performs an act on an asset and comes back to its page.
func onAsset(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act) error {
	a.Form, a.To = a.Name, page.IncidentAddress(r.PathValue("number"))+"/assets/"+r.PathValue("id")
	a.Show = func(status int, f page.ActForms) error { return showAsset(s, w, r, status, f) }
	return page.Perform(w, r, a)
}
