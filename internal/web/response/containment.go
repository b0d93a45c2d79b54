package response

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/web/page"
)

// assetStatus are the states of an asset in words, and the tint of their tag.
var assetStatus = map[string][2]string{
	incident.AssetSuspected: {"Suspected", "warn"}, incident.AssetIsolated: {"Isolated", "info"}, incident.AssetCleaned: {"Cleaned", "info"},
	incident.AssetRestored: {"Restored", "info"}, incident.AssetVerified: {"Verified", "info"},
	incident.AssetReturned: {"Returned to service", "good"},
	incident.AssetCleared:  {"Cleared: not affected", "good"}, incident.AssetWrittenOff: {"Written off", "quiet"},
}

// readAsset is a page of affected assets: the list, or one of them.
type assetBody struct {
	page.ActForms
	V    app.ContainmentView
	A    app.AssetView // on the page of one
	Bars page.Bars
	Me   string // the reader's id in the directory
}

// Status is a state in words.
func (b assetBody) Status(state string) string { return page.WordsIn(assetStatus)(state) }

// Tint is the look of a state's tag.
func (b assetBody) Tint(state string) string { return assetStatus[state][1] }

// Sorted are the assets, those that stand out first, then those of which something remains to be done.
func (b assetBody) Sorted() []app.AssetView {
	all := slices.Clone(b.V.Assets)
	rank := func(a app.AssetView) int {
		switch {
		case a.StandsOut:
			return 0
		case !b.Over(a):
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(x, y app.AssetView) int { return rank(x) - rank(y) })
	return all
}

// Over says whether nothing of an asset remains to be done.
func (b assetBody) Over(a app.AssetView) bool {
	return slices.Contains([]string{incident.AssetReturned, incident.AssetCleared, incident.AssetWrittenOff}, a.State)
}

// Works says whether the reader may record something here.
func (b assetBody) Works() bool { return b.V.MayWork && !b.V.Closed }

// Opened says whether the form of an act stands open.
func (b assetBody) Opened(act string) bool { return b.Failed == act }

// Control is one field of an act's form, which begins with what is known now.
func (b assetBody) Control(act, name, label, hint string, given ...string) page.Control {
	return b.Field(act, b.Opened(act), name, label, hint, given...)
}

// When asks for the time of an act.
func (b assetBody) When(act, label string) page.Control {
	return b.Timed(b.Control(act, "at", label, "Leave the date empty for now."), b.Opened(act))
}

// Person chooses who did something; the reader is chosen first.
func (b assetBody) Person(act, label string) page.Control {
	return b.Control(act, "person", label, "", b.Me).
		Offering(page.PeopleOptions(b.V.People, page.Option{Value: "outside", Label: "Somebody else, named below"}))
}

// Owner chooses the information owner.
func (b assetBody) Owner(act, chosen string) page.Control {
	return b.Control(act, "owner", "Information owner", "", chosen).
		Offering(page.PeopleOptions(b.V.People, page.Option{Label: "Not known: whoever holds the office"}))
}

// Accepter chooses who accepts that an asset stays on a network.
func (b assetBody) Accepter() page.Control {
	return b.Control(app.StepInfeasible, "accepted_by", "Accepted by", "", b.Me).
		Offering(page.PeopleOptions(b.V.Accepters, page.Option{Label: "Choose a name"}))
}

// Rating chooses an asset's risk rating.
func (b assetBody) Rating(act, chosen string) page.Control {
	return b.Control(act, "rating", "Risk rating", "", chosen).
		Offering(page.OptionsOf([]string{"critical", "high", "medium", "low"}, page.Sentence, page.Option{Label: "Not known yet"}))
}

// NetworkLines are the names of the asset's networks, one on each line.
func (b assetBody) NetworkLines() string {
	var names []string
	for _, n := range b.A.Networks {
		if n.Name != "" {
			names = append(names, n.Name)
		}
	}
	return strings.Join(names, "\n")
}

// How chooses how the asset came off.
func (b assetBody) How() page.Control {
	return b.Control(incident.AssetIsolated, "how", "How", "").Offering([]page.Option{{Value: incident.OffRemoved,
		Label: "Removed: disconnected"},
		{Value: incident.OffQuarantined, Label: "Quarantined: it reaches nothing but what examines it"}})
}

// Networks chooses which networks it came off, where it is still on several.
func (b assetBody) Networks() page.Control {
	var options []page.Option
	for _, n := range b.A.Networks {
		if n.OffAt == nil && n.Name != "" {
			options = append(options, page.Option{Value: strconv.FormatInt(n.Number, 10), Label: n.Name})
		}
	}
	return b.checks(incident.AssetIsolated, "network", "Off which networks", "All of them, if none is chosen.", options)
}

// Chosen offers the assets of the directory that are not on the list.
func (b assetBody) Chosen() page.Control {
	var options []page.Option
	for _, x := range b.V.Choices {
		options = append(options, page.Option{Value: x.ID, Label: x.Name, Hint: page.Sentence(x.Rating) + "; " + x.OwnerName})
	}
	return b.checks("several", "directory", "From the directory", "", options)
}

// Pick chooses among the words of one field of the tools that can be told: which, what, on what.
func (b assetBody) Pick(name, label string) page.Control {
	c := b.Control("order", name, label, "")
	add := func(value, words string) {
		if !slices.ContainsFunc(c.Options, func(o page.Option) bool { return o.Value == value }) {
			c.Options = append(c.Options, page.Option{Value: value, Label: words, Chosen: value == c.Value})
		}
	}
	for _, t := range b.V.Tools {
		switch name {
		case "tool":
			add(t.ID, t.Name)
		case "action":
			for _, v := range t.Actions {
				add(v, actionWords[v])
			}
		default:
			for _, v := range t.Targets {
				add(v, targetWords[v])
			}
		}
	}
	return c
}

// Results chooses what became of a command, by a person's finding.
func (b assetBody) Results(command string) page.Control {
	return b.Control("result-"+command, "status", "What became of it", "").
		Offering([]page.Option{{Value: "200", Label: "It was done"}, {Value: "500", Label: "It failed"}, {Value: "102", Label: "It still runs"}})
}

// the words of OpenC2 for people.
var (
	actionWords = map[string]string{"contain": "Contain it", "deny": "Block its traffic", "allow": "Allow its traffic again"}
	targetWords = map[string]string{"device": "Machine, by its name", "ipv4_net": "IPv4 address or network",
		"ipv6_net": "IPv6 address or network",
		"mac_addr": "Hardware address", "domain_name": "Domain name"}
)

// ActionWords says what a tool was told to do.
func (b assetBody) ActionWords(action string) string { return actionWords[action] }

// StepTitle names a step that can follow, as the summary of its form.
func (b assetBody) StepTitle(to string) string {
	words := map[string]string{incident.AssetSuspected: "Back to suspected", incident.AssetCleaned: "It was cleaned",
		incident.AssetRestored: "It was restored",
		incident.AssetVerified: "Its changes are verified", incident.AssetCleared: "It was not affected",
		incident.AssetWrittenOff: "It is written off"}
	return words[to]
}

// DoneLabel asks what a step did.
func (b assetBody) DoneLabel(to string) string {
	words := map[string]string{incident.AssetSuspected: "What is the case now", incident.AssetVerified: "Which changes were verified, and how",
		incident.AssetCleared:    "How that was found",
		incident.AssetWrittenOff: "What becomes of it"}
	if w := words[to]; w != "" {
		return w
	}
	return "What was done, and what it showed"
}

// ItemTitle names what is stated before a return to service; Hint says what belongs into it.
func (b assetBody) ItemTitle(about string) string {
	return map[string]string{incident.ReturnSource: "Source of the trusted restore", incident.ReturnChanges: "Changes verified",
		incident.ReturnAccess:    "Access limited to those who need it",
		incident.ReturnValidated: "Validated by the coordinator"}[about]
}

// ItemHint says what belongs into a statement.
func (b assetBody) ItemHint(about string) string {
	return map[string]string{incident.ReturnSource: "Which copy, of when, and why it is trusted. Where nothing was restored, say what it " +
		"was rebuilt from.",
		incident.ReturnChanges:   "Which changes were made, and how each was checked.",
		incident.ReturnAccess:    "Who has access now, and who lost it.",
		incident.ReturnValidated: "What you looked at, and what you found."}[about]
}

// MayState says whether the reader may make a statement: validating is the coordinator's.
func (b assetBody) MayState(about string) bool {
	return !b.V.Closed && (b.V.MayWork && about != incident.ReturnValidated || b.V.MayValidate && about == incident.ReturnValidated)
}

// Missing names what is not stated yet for the return.
func (b assetBody) Missing() (out []string) {
	for _, r := range b.A.Return {
		if r.Stated == nil {
			out = append(out, b.ItemTitle(r.About))
		}
	}
	return out
}

// Offers says whether a state can follow.
func (b assetBody) Offers(to string) bool {
	return slices.ContainsFunc(b.A.Next, func(n app.NextView) bool { return n.To == to })
}

// Explains says whether a step that can follow needs a reason.
func (b assetBody) Explains(to string) bool {
	return slices.ContainsFunc(b.A.Next, func(n app.NextView) bool { return n.To == to && n.Explain })
}

func assetsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showAssets(s, w, r, http.StatusOK, page.ActForms{})
}

func showAssets(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.App.Containment(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	f.F.Zone = r.Zone.String()
	b := assetBody{ActForms: f, V: v, Me: r.By().Person}
	for _, c := range b.V.Counts {
		b.Bars.Rows = append(b.Bars.Rows, page.Bar{Label: b.Status(c.State), Tint: "plain", Count: c.Count})
	}
	b.Bars.Measure()
	return s.Render(w, r, status, "assets", page.Page{Title: "Affected assets of " + b.V.Incident, Problems: b.F.Problems,
		Done: containedWords[r.URL.Query().Get("done")], Wide: true,
		Crumbs: page.IncidentCrumbs(b.V.Incident), Body: b})
}

func assetPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showAsset(s, w, r, http.StatusOK, page.ActForms{})
}

func showAsset(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.App.Containment(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(v.Assets, func(a app.AssetView) bool { return a.ID == r.PathValue("id") })
	if i < 0 {
		return fault.NotFound("no such asset")
	}
	f.F.Zone = r.Zone.String()
	b := assetBody{ActForms: f, V: v, A: v.Assets[i], Me: r.By().Person}
	return s.Render(w, r, status, "asset", page.Page{Title: b.A.Name + " in " + b.V.Incident, Wide: true, Problems: b.F.Problems,
		Done:   containedWords[r.URL.Query().Get("done")],
		Crumbs: page.IncidentCrumbs(b.V.Incident, page.Crumb{Title: "Assets", Address: page.IncidentAddress(b.V.Incident) + "/assets"}), Body: b})
}

// containedWords are what the page says after an act.
var containedWords = map[string]string{
	"added": "On the list. Owners and technical support are being told.", "step": "Recorded with your name.",
	"stated":    "Recorded with your name.",
	"described": "Described anew.", "ordered": "The tool is being told. What comes of it stands below.",
	"result": "Recorded what became of it.",
}

func (b assetBody) checks(act, name, label, hint string, options []page.Option) page.Control {
	return b.Control(act, name, label, hint).Checks(options, b.Opened(act), b.F.Values[name])
}
