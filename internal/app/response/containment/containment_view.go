package containment

import (
	"context"
	"slices"
	"time"

	"tocsin/internal/app/act"
	appwords "tocsin/internal/app/act/words"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
)

// ContainmentView is the affected assets of an incident, and what this reader can do about them.
type ContainmentView struct {
	Incident    string           `json:"incident"`
	Assets      []AssetView      `json:"assets"`
	Counts      []StateCount     `json:"counts"`
	OnNetwork   int              `json:"on_network" doc:"How many are still on a network without anybody having accepted it."`
	Out         int              `json:"out" doc:"How many are neither returned, nor cleared, nor written off."`
	Tools       []ToolView       `json:"tools" doc:"What the operator lets the response team tell to contain assets."`
	Choices     []AssetChoice    `json:"-"` // assets of the directory that are not on the list
	People      []act.PersonView `json:"-"` // who can have asked, done or own something
	Accepters   []act.PersonView `json:"-"` // who may accept that an asset stays on a network
	CutOff      string           `json:"-"` // the clause that asks for taking assets off the networks; empty where the policy rests on another text
	Marking     string           `json:"marking" enum:"none,confidential,restricted"`
	Restricted  bool             `json:"-"`
	Closed      bool             `json:"-"`
	MayWork     bool             `json:"-"`
	MayValidate bool             `json:"-"`
	MayCall     bool             `json:"-"`
}

// StateCount is how many assets are in a state.
type StateCount struct {
	State string `json:"state"`
	Count int64  `json:"count"`
}

// AssetChoice is an asset of the directory to choose.
type AssetChoice struct{ ID, Name, Rating, OwnerName string }

// ToolView is a containment tool that can be told to act.
type ToolView struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Actions  []string `json:"actions"`
	Targets  []string `json:"targets"`
	Isolates bool     `json:"isolates" doc:"Its success counts as an isolation."`
	Minutes  int64    `json:"answer_within_minutes"`
}

// AssetView is one affected asset.
type AssetView struct {
	ID         string         `json:"id"`
	Directory  string         `json:"directory,omitempty"`
	Name       string         `json:"name" doc:"Empty once its text was lawfully disposed."`
	Kind       string         `json:"kind,omitempty"`
	Entity     string         `json:"entity"`
	EntityName string         `json:"entity_name"`
	Rating     string         `json:"rating,omitempty"`
	Owner      string         `json:"owner,omitempty"`
	OwnerName  string         `json:"owner_name,omitempty"`
	Networks   []NetworkView  `json:"networks"`
	State      string         `json:"state"`
	Since      time.Time      `json:"since"`
	AddedAt    time.Time      `json:"added_at"`
	AddedBy    string         `json:"added_by"`
	Asked      *StatementView `json:"asked,omitempty" doc:"The request to take it off the networks."`
	Infeasible *StatementView `json:"infeasible,omitempty" doc:"Why it cannot be taken off, and who accepted that."`
	OffAt      *time.Time     `json:"off_at" doc:"When it was off the last network."`
	ToOff      *int64         `json:"seconds_to_off" doc:"From the request to off the last network; from when it was put on the list where nobody asked."`
	OnFor      *int64         `json:"seconds_on_network" doc:"How long it has been on a network since the request, where it still is."`
	StandsOut  bool           `json:"stands_out" doc:"Still on a network, and nobody has accepted that."`
	Return     []ReturnView   `json:"return"`
	Next       []NextView     `json:"next"`
	Steps      []StepView     `json:"steps"`
	Calls      []CallView     `json:"calls"`
}

// NetworkView is one network of an asset. The one without a name stands for all of them.
type NetworkView struct {
	Number int64      `json:"number"`
	Name   string     `json:"name"`
	OffAt  *time.Time `json:"off_at"`
	How    string     `json:"how,omitempty"`
	By     string     `json:"by,omitempty"`
	Done   string     `json:"done,omitempty"`
}

// StatementView is who stated something, and when.
type StatementView struct {
	At       time.Time `json:"at"`
	By       string    `json:"by" doc:"Whose statement it is."`
	Recorded string    `json:"recorded_by"`
	Text     string    `json:"text,omitempty"`
}

// ReturnView is one of the things that a return to service needs.
type ReturnView struct {
	About  string         `json:"about"`
	Clause string         `json:"clause,omitempty"`
	Stated *StatementView `json:"stated,omitempty"`
}

// returnClauses ask for what is stated before a return to service.
var returnClauses = map[string]string{incident.ReturnSource: "MA 6.7.3", incident.ReturnAccess: "MA 6.8.2", incident.ReturnValidated: "MA 6.3.1.1.3"}

// NextView is a state that can follow.
type NextView struct {
	To      string `json:"to"`
	Explain bool   `json:"explain" doc:"The step leaves the usual order and needs a reason."`
}

// StepView is one step that was made.
type StepView struct {
	To         string    `json:"to"`
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Recorded   string    `json:"recorded_by"`
	RecordedAt time.Time `json:"recorded_at"`
	Done       string    `json:"done,omitempty"`
	Why        string    `json:"why,omitempty"`
}

// CallView is one command to a tool with what came of it.
type CallView struct {
	ID         string     `json:"id"`
	Tool       string     `json:"tool"`
	ToolName   string     `json:"tool_name"`
	Action     string     `json:"action"`
	Kind       string     `json:"target_kind"`
	Target     string     `json:"target"`
	At         time.Time  `json:"at"`
	By         string     `json:"by"`
	Delivery   string     `json:"delivery" doc:"What became of the call itself: owed, delivered, escalated or withdrawn."`
	AnswerBy   time.Time  `json:"answer_by"`
	Open       bool       `json:"open" doc:"A final answer is still awaited."`
	Status     int64      `json:"status" doc:"Of OpenC2; 0 while there is no answer."`
	Words      string     `json:"status_words,omitempty"`
	Answer     string     `json:"answer,omitempty"`
	AnsweredAt *time.Time `json:"answered_at"`
	AnsweredBy string     `json:"answered_by,omitempty"`
	ByHand     bool       `json:"by_hand"`
	Ended      string     `json:"ended,omitempty" doc:"unanswered or overtaken, where it ended without a final answer."`
}

// Containment answers the affected assets of an incident.
func (a *Room) Containment(ctx context.Context, by access.Actor, number string) (ContainmentView, error) {
	h, err := a.OpenHistory(ctx, by, number, "assets")
	if err != nil {
		return ContainmentView{}, err
	}
	st, o := h.St, act.ObjectOf(h.St)
	s, err := a.SettingFor(ctx, st.Entity)
	if err != nil {
		return ContainmentView{}, err
	}
	texts, err := a.Record.Texts(ctx, containmentTexts(st.Containment))
	if err != nil {
		return ContainmentView{}, err
	}
	v := ContainmentView{Incident: st.Number, Assets: []AssetView{}, Counts: []StateCount{}, Tools: []ToolView{}, CutOff: s.Pack.Cited("MA 6.6.3.2"), Marking: st.Marking(), Restricted: st.Restriction.On, Closed: st.Status == incident.StatusClosed,
		MayWork: access.Allow(by, access.Work, o), MayValidate: access.Allow(by, access.Rate, o), MayCall: access.Allow(by, access.Contain, o)}
	w := AssetWriter{Kernel: a.Kernel, S: s, St: st, Texts: texts}
	counts := map[string]int64{}
	for _, x := range st.Containment.Assets {
		av := w.Asset(x)
		v.Assets = append(v.Assets, av)
		counts[x.State]++
		if av.StandsOut {
			v.OnNetwork++
		}
	}
	for _, state := range incident.AssetStates {
		v.Counts = append(v.Counts, StateCount{state, counts[state]})
	}
	v.Out = len(st.AssetsOut())
	w.choices(&v)
	return v, nil
}

func containmentTexts(x incident.Containment) (out []string) {
	add := func(digests ...string) {
		for _, d := range digests {
			if d != "" {
				out = append(out, d)
			}
		}
	}
	for _, a := range x.Assets {
		add(a.Text, a.Asked.Text, a.Infeasible.Text)
		for _, off := range a.Off {
			add(off.Done)
		}
		for _, s := range a.Return {
			add(s.Text)
		}
		for _, s := range a.Steps {
			add(s.Done, s.Why)
		}
	}
	for _, c := range x.Calls {
		add(c.Text, c.Answer)
	}
	return out
}

// AssetWriter writes assets as a reader sees them.
type AssetWriter struct {
	*act.Kernel
	S     act.Setting
	St    incident.State
	Texts map[string][]byte
}

func (w AssetWriter) name(person string) string { return act.ActorName("person:"+person, w.S.Dir) }

// who names whose act something was: the person where one is known, else whoever recorded it.
func (w AssetWriter) who(person, recorder string) string {
	if person != "" {
		return w.name(person)
	}
	return act.ActorName(recorder, w.S.Dir)
}

func (w AssetWriter) stated(s incident.Stated) *StatementView {
	if s.At.IsZero() {
		return nil
	}
	return &StatementView{At: s.At, By: w.who(s.Person, s.By), Recorded: act.ActorName(s.By, w.S.Dir), Text: string(w.Texts[s.Text])}
}

// Asset returns one asset as a reader sees it.
func (w AssetWriter) Asset(a incident.Asset) AssetView {
	t := incident.ReadAssetText(w.Texts[a.Text])
	v := AssetView{ID: a.ID, Directory: a.Directory, Name: t.Name, Kind: t.Kind, Entity: a.Entity, EntityName: a.Entity, Rating: a.Rating, Owner: a.Owner,
		Networks: []NetworkView{}, State: a.State, Since: a.Since, AddedAt: a.AddedAt, AddedBy: act.ActorName(a.AddedBy, w.S.Dir),
		Asked: w.stated(a.Asked), Infeasible: w.stated(a.Infeasible), OffAt: act.TimeOrNil(a.OffAt()), StandsOut: a.StandsOut(),
		Return: []ReturnView{}, Next: []NextView{}, Steps: []StepView{}, Calls: []CallView{}}
	if e, ok := w.S.Dir.Entity(a.Entity); ok {
		v.EntityName = e.Name
	}
	if a.Owner != "" {
		v.OwnerName = w.name(a.Owner)
	}
	w.times(a, &v)
	w.networks(a, t, &v)
	for _, item := range incident.ReturnItems {
		v.Return = append(v.Return, ReturnView{item, w.S.Pack.Cited(returnClauses[item]), w.stated(a.Return[item])})
	}
	for _, to := range a.Next() {
		v.Next = append(v.Next, NextView{to, a.Explain(to)})
	}
	for _, x := range a.Steps {
		v.Steps = append(v.Steps, StepView{To: x.To, At: x.At, By: w.who(x.Person, x.By), Recorded: act.ActorName(x.By, w.S.Dir), RecordedAt: x.RecordedAt,
			Done: string(w.Texts[x.Done]), Why: string(w.Texts[x.Why])})
	}
	for _, c := range w.St.Containment.Calls {
		if c.Asset == a.ID {
			v.Calls = append(v.Calls, w.call(c))
		}
	}
	return v
}

// times says how long an asset was on a network from the request on, or has been. MA 6.6.3.2
func (w AssetWriter) times(a incident.Asset, v *AssetView) {
	from := a.Asked.At
	if from.IsZero() {
		from = a.AddedAt
	}
	seconds := func(until time.Time) *int64 {
		n := max(0, int64(until.Sub(from)/time.Second))
		return &n
	}
	switch off := a.OffAt(); {
	case !off.IsZero():
		v.ToOff = seconds(off)
	case !a.Ended():
		v.OnFor = seconds(w.S.Now)
	}
}

func (w AssetWriter) networks(a incident.Asset, t incident.AssetText, v *AssetView) {
	names := t.Networks
	first := int64(1)
	if a.Networks == 0 {
		first = 0
	}
	for n := first; n <= a.Networks; n++ {
		x := NetworkView{Number: n}
		if n > 0 && int(n) <= len(names) {
			x.Name = names[n-1]
		}
		for _, off := range a.Off {
			if off.Network == n {
				x.OffAt, x.How, x.By, x.Done = act.TimeOrNil(off.At), off.How, w.who(off.Person, off.By), string(w.Texts[off.Done])
				if off.Command != "" {
					x.By = "command " + off.Command
				}
			}
		}
		v.Networks = append(v.Networks, x)
	}
}

func (w AssetWriter) call(c incident.ToolCall) CallView {
	v := CallView{ID: c.Command, Tool: c.Tool, ToolName: w.ToolName(c.Tool), Action: c.Action, Kind: c.Target, Target: string(w.Texts[c.Text]), At: c.At,
		By: act.ActorName(c.By, w.S.Dir), AnswerBy: time.UnixMicro(c.AnswerBy).UTC(), Open: c.Open(), Status: c.Status, Answer: string(w.Texts[c.Answer]), ByHand: c.ByHand, Ended: c.Ended}
	if c.Status != 0 {
		v.Words, v.AnsweredAt, v.AnsweredBy = appwords.StatusWords(c.Status), act.TimeOrNil(c.EndAt), act.ActorName(c.EndBy, w.S.Dir)
	}
	for _, m := range w.St.Messages {
		if m.Kind == incident.KindContainmentCall && m.About == c.Command {
			v.Delivery = m.Status
		}
	}
	return v
}

// choices puts in what the page offers: assets of the directory, people, and tools.
func (w AssetWriter) choices(v *ContainmentView) {
	near := w.S.Dir.Below(w.St.Entity)
	for _, x := range w.S.Dir.Assets() {
		listed := slices.ContainsFunc(w.St.Containment.Assets, func(a incident.Asset) bool { return a.Directory == x.ID })
		if !listed && (slices.Contains(near, x.Entity) || slices.Contains(w.S.Dir.Below(x.Entity), w.St.Entity)) {
			v.Choices = append(v.Choices, AssetChoice{x.ID, x.Name, x.Rating, w.name(x.Owner)})
		}
	}
	v.People = act.Responders(act.ObjectOf(w.St), w.S.Dir)
	may := incident.Accepters(w.S.Dir, w.St.Entity)
	for _, p := range w.S.Dir.People() {
		if slices.Contains(may, p.ID) && (!w.St.Restriction.On || slices.Contains(w.St.Members(), p.ID)) {
			v.Accepters = append(v.Accepters, act.PersonView{ID: p.ID, Name: p.Name, Title: p.Title})
		}
	}
	for _, t := range w.Tools {
		if slices.Contains(w.S.Dir.Below(t.Entity), w.St.Entity) {
			v.Tools = append(v.Tools, ToolView{ID: t.ID, Name: t.Name, Actions: act.NonNil(t.Actions), Targets: act.NonNil(t.Targets), Isolates: t.Isolates, Minutes: int64(t.AnswerWithin / time.Minute)})
		}
	}
}
