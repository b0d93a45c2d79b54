package containment

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// AssetEntry describes one asset: one of the directory by its id, or a new one by name.
type AssetEntry struct {
	Directory string   `json:"directory,omitempty" maxLength:"128" doc:"Id of an asset of the directory; name, rating and owner are then the directory's."`
	Name      string   `json:"name,omitempty" maxLength:"1000"`
	Kind      string   `json:"kind,omitempty" maxLength:"1000" doc:"In words: server, workstation, account …"`
	Networks  []string `json:"networks,omitempty" maxItems:"20" doc:"The networks that it is on; left out, it is taken off all at once."`
	Rating    string   `json:"rating,omitempty" enum:"critical,high,medium,low" doc:"Left out where nobody knows it."`
	Owner     string   `json:"owner,omitempty" maxLength:"128" doc:"Person id of the information owner."`
}

// AssetStep is one step of an asset: asked or infeasible, or the state that it enters.
type AssetStep struct {
	Step       string  `json:"step" required:"true" enum:"asked,infeasible,suspected,isolated,cleaned,restored,verified,returned,cleared,written_off"`
	At         string  `json:"at,omitempty" maxLength:"64" doc:"When it was, RFC 3339; now by default."`
	Person     string  `json:"person,omitempty" maxLength:"128" doc:"Person id of who asked for it or did it; whoever holds the key by default."`
	Outside    bool    `json:"outside,omitempty" doc:"Somebody did it who is not in the directory; say in done who."`
	Done       string  `json:"done,omitempty" maxLength:"20000" doc:"What was done; of a verification, which changes were verified and how. Needed for every state."`
	Reason     string  `json:"reason,omitempty" maxLength:"20000" doc:"Why the step leaves the usual order, or why the asset cannot be taken off; see explain of next."`
	How        string  `json:"how,omitempty" enum:"removed,quarantined" doc:"For isolated: how it came off the network."`
	Networks   []int64 `json:"networks,omitempty" maxItems:"20" doc:"For isolated: which networks, counted from 1; all that are left by default."`
	Source     string  `json:"source,omitempty" maxLength:"20000" doc:"For restored: the trusted copy that it came from."`
	AcceptedBy string  `json:"accepted_by,omitempty" maxLength:"128" doc:"For infeasible: person id of the coordinator, CISO or security officer who accepts it."`
}

// Steps that are no states.
const (
	StepAsked      = "asked"
	StepInfeasible = "infeasible"
)

// maxAssetsAtOnce bounds what one request puts on the list.
const maxAssetsAtOnce = 200

// AddAssets puts assets on the list of those that may be affected, and tells their owners. What is on the list already, by name or
// in the directory, is left out. MA 6.8.1
func (a *Room) AddAssets(ctx context.Context, by access.Actor, number string, entries []AssetEntry) error {
	st, err := a.Readable(ctx, by, number)
	if err != nil {
		return err
	}
	s, err := a.SettingFor(ctx, st.Entity)
	if err != nil {
		return err
	}
	if len(entries) == 0 || len(entries) > maxAssetsAtOnce {
		return fault.Invalid("assets", fmt.Sprintf("%d assets are named", len(entries)), fmt.Sprintf("name one to %d at a time", maxAssetsAtOnce))
	}
	names, err := a.assetNames(ctx, st)
	if err != nil {
		return err
	}
	prose, fresh := map[string]string{}, []incident.NewAsset{}
	var faults fault.List
	for i, e := range entries {
		n, text, err := newAsset(e, s, fmt.Sprintf("assets[%d].", i))
		switch {
		case err != nil:
			faults = append(faults, fault.All(err)...)
		case n.Directory == "" && names[strings.ToLower(text.Name)]:
		default:
			names[strings.ToLower(text.Name)] = true
			prose[strconv.Itoa(len(fresh))] = text.Encode()
			fresh = append(fresh, n)
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), prose, func(refs map[string]string) incident.Command {
		for i := range fresh {
			fresh[i].Texts = map[string]string{incident.TextAsset: refs[strconv.Itoa(i)]}
		}
		return incident.AffectAssets{Assets: fresh}
	})
}

// newAsset turns what somebody wrote into what is decided on, with the text beside it.
func newAsset(e AssetEntry, s act.Setting, at string) (incident.NewAsset, incident.AssetText, error) {
	t := describedAs(e)
	if e.Directory != "" {
		known, ok := s.Dir.Asset(e.Directory)
		if !ok {
			return incident.NewAsset{}, t, fault.Invalid(at+"directory", "the directory has no such asset", "choose one from the list, or describe a new one")
		}
		t.Name = known.Name
	}
	return incident.NewAsset{Directory: e.Directory, Rating: e.Rating, Owner: e.Owner, Networks: int64(len(t.Networks))}, t, t.Check(at)
}

func describedAs(e AssetEntry) incident.AssetText {
	t := incident.AssetText{Name: strings.TrimSpace(e.Name), Kind: strings.TrimSpace(e.Kind)}
	for _, n := range e.Networks {
		if n = strings.TrimSpace(n); n != "" && !slices.Contains(t.Networks, n) {
			t.Networks = append(t.Networks, n)
		}
	}
	return t
}

// assetNames are the names on an incident's list, in lower case.
func (a *Room) assetNames(ctx context.Context, st incident.State) (map[string]bool, error) {
	var digests []string
	for _, x := range st.Containment.Assets {
		digests = append(digests, x.Text)
	}
	texts, err := a.Record.Texts(ctx, digests)
	out := map[string]bool{}
	for _, t := range texts {
		out[strings.ToLower(incident.ReadAssetText(t).Name)] = true
	}
	return out, err
}

// DescribeAsset corrects what is known of an asset.
func (a *Room) DescribeAsset(ctx context.Context, by access.Actor, number, asset string, e AssetEntry) error {
	t := describedAs(e)
	if err := t.Check(""); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), map[string]string{incident.TextAsset: t.Encode()}, func(refs map[string]string) incident.Command {
		return incident.DescribeAsset{Asset: asset, Rating: e.Rating, Owner: e.Owner, Networks: int64(len(t.Networks)), Texts: refs}
	})
}

// StepAsset records one step of an asset: that it was asked to be taken off, cannot be, or what was done to it. MA 6.6.3.2
func (a *Room) StepAsset(ctx context.Context, by access.Actor, number, asset string, x AssetStep) error {
	at, err := incident.CheckInstant("at", x.At, a.Now())
	if err != nil {
		return err
	}
	if x.Person == "" && !x.Outside {
		x.Person = by.Person
	}
	isState := slices.Contains(incident.AssetStates, x.Step)
	if isState {
		if err := incident.CheckProse("done", x.Done, "say what was done, by whom, and what it showed"); err != nil {
			return err
		}
	}
	prose := map[string]string{}
	for name, f := range map[string]struct{ field, text string }{incident.TextDone: {"done", x.Done}, incident.TextReason: {"reason", x.Reason}, incident.TextSource: {"source", x.Source}} {
		f.text = strings.TrimSpace(f.text)
		if err := act.CheckOptionalText(f.field, f.text); err != nil {
			return err
		}
		if f.text != "" {
			prose[name] = f.text
		}
	}
	if x.Step == StepAsked && prose[incident.TextDone] != "" {
		prose = map[string]string{incident.TextNote: prose[incident.TextDone]}
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), prose, func(refs map[string]string) incident.Command {
		switch x.Step {
		case StepAsked:
			return incident.AskIsolation{Asset: asset, At: at, Person: x.Person, Texts: refs}
		case StepInfeasible:
			return incident.AcceptNetwork{Asset: asset, AcceptedBy: x.AcceptedBy, Texts: refs}
		case incident.AssetIsolated:
			return incident.TakeOff{Asset: asset, How: x.How, Networks: x.Networks, At: at, Person: x.Person, Texts: refs}
		}
		return incident.MoveAsset{Asset: asset, To: x.Step, At: at, Person: x.Person, Texts: refs}
	})
}

// StateForReturn states one of the things that a return to service needs. The results are the coordinator's to validate. MA 6.8.2, MA 6.3.1.1.3
func (a *Room) StateForReturn(ctx context.Context, by access.Actor, number, asset, about, statement string) error {
	if err := incident.CheckProse("statement", statement, "say it in a sentence"); err != nil {
		return err
	}
	allowed := act.RequireAction(by, access.Work, act.OnlyTeam)
	if about == incident.ReturnValidated {
		allowed = act.RequireAction(by, access.Rate, "only the incident response coordinator validates the results")
	}
	return a.Act(ctx, by, number, allowed, map[string]string{incident.TextStatement: statement}, func(refs map[string]string) incident.Command {
		return incident.StateReturn{Asset: asset, What: about, Person: by.Person, Texts: refs}
	})
}

// ToolOrder tells a containment tool to act on an asset.
type ToolOrder struct {
	Tool   string `json:"tool" required:"true" maxLength:"64" doc:"Id of the tool in the operator's configuration."`
	Action string `json:"action" required:"true" enum:"contain,deny,allow" doc:"Action of OpenC2."`
	Kind   string `json:"target_kind" required:"true" enum:"device,ipv4_net,ipv6_net,mac_addr,domain_name" doc:"Kind of target of OpenC2."`
	Target string `json:"target" required:"true" maxLength:"300" doc:"What the tool acts on: a host name, an address …"`
}

const onlyContainers = "only those who lead or carry out the technical response may do this"

// OrderTool tells a containment tool of the operator to act on an asset. MA 6.6.3.2
func (a *Room) OrderTool(ctx context.Context, by access.Actor, number, asset string, o ToolOrder) error {
	target, err := incident.CheckTarget(o.Kind, o.Target)
	if err != nil {
		return err
	}
	tool, _ := a.Tool(o.Tool) // one that is not there serves no entity, and is refused
	return a.Act(ctx, by, number, act.RequireAction(by, access.Contain, onlyContainers), map[string]string{incident.TextTarget: target}, func(refs map[string]string) incident.Command {
		return incident.CallTool{Asset: asset, Tool: tool, Action: o.Action, Target: o.Kind, Texts: refs}
	})
}

// RecordResult records what became of a command to a tool: from the tool itself, by a key for nothing else, or from a person who
// looked. Whoever may neither see the incident nor answer for a tool finds nothing.
func (a *Room) RecordResult(ctx context.Context, by access.Actor, number, command string, status int, words string) error {
	words = strings.TrimSpace(words)
	if err := act.CheckOptionalText("status_text", words); err != nil {
		return err
	}
	stream, st, err := a.answerable(ctx, by, number)
	if err != nil {
		return err
	}
	s, err := a.SettingFor(ctx, st.Entity)
	if err != nil {
		return err
	}
	return a.CommandWith(ctx, stream, s, by, act.OptionalText(incident.TextAnswer, words), func(refs map[string]string) incident.Command {
		k, _ := st.Call(command)
		tool, _ := a.Tool(k.Tool)
		return incident.AnswerCall{Command: command, Status: int64(status), ByHand: by.Via != "api", Isolates: tool.Isolates, Texts: refs}
	})
}

// answerable answers an incident to somebody who may answer for a tool, whether or not they may read it.
func (a *Room) answerable(ctx context.Context, by access.Actor, written string) (stream string, st incident.State, err error) {
	number, err := incident.ParseNumber("incident", written)
	if err != nil {
		return "", st, err
	}
	stream, found, err := a.Index.Find(ctx, number)
	if err == nil && !found {
		err = act.ErrNoIncident
	}
	if err != nil {
		return "", st, err
	}
	if st, err = a.Load(ctx, stream); err != nil {
		return "", st, err
	}
	switch o := act.ObjectOf(st); {
	case access.Allow(by, access.Contain, o):
		return stream, st, nil
	case access.Allow(by, access.Read, o):
		return "", incident.State{}, fault.Forbidden("%s", onlyContainers)
	}
	return "", incident.State{}, act.ErrNoIncident
}
