package policy

import (
	"slices"
	"strings"
	"time"
)

// Effect is what one version of a pack says differently of an incident than another does.
type Effect struct {
	LevelWas      Level        `json:"level_was"`
	LevelIs       Level        `json:"level_is"`
	ReportableWas Answer       `json:"reportable_was"`
	ReportableIs  Answer       `json:"reportable_is"`
	Told          []string     `json:"told"`           // who would be told only now
	NotTold       []string     `json:"no_longer_told"` // who would not be told any more
	Duties        []DutyEffect `json:"duties"`
	Asked         []string     `json:"missing"`           // items that would be missing only now
	NotAsked      []string     `json:"no_longer_missing"` // items that would not be missing any more
}

// DutyEffect is a duty that would be owed, not be owed any more, or be owed differently.
type DutyEffect struct {
	What string `json:"what"`
	How  string `json:"how"` // added, removed or changed
	Was  string `json:"was,omitempty"`
	Is   string `json:"is,omitempty"`
	// DueWas and DueIs are instants; nil where no time is set or the duty is not owed.
	DueWas *time.Time `json:"due_was,omitempty"`
	DueIs  *time.Time `json:"due_is,omitempty"`
}

// None says that both versions say the same.
func (e Effect) None() bool {
	return e.LevelWas == e.LevelIs && e.ReportableWas == e.ReportableIs && len(e.Told)+len(e.NotTold)+len(e.Duties)+len(e.Asked)+len(e.NotAsked) == 0
}

// Replay asks two versions of a pack what they make of the same facts, as if both were those of the day on: so a rule that begins
// with the new version is seen, and one that has ended anyway is not taken for a difference. Nothing that persons decided
// or that was rated before counts: what differs is what the rules say.
func Replay(in Inputs, on time.Time, was, is *Pack) Effect {
	in.RulesOn, in.Level, in.Held = on, "", ""
	a, b := was.Assess(in), is.Assess(in)
	e := Effect{LevelWas: a.Rating.Level, LevelIs: b.Rating.Level, ReportableWas: a.Reportability.Answer, ReportableIs: b.Reportability.Answer}
	told := func(p *Pack, list []Tell) (out []string) {
		for _, t := range list {
			out = append(out, p.NameOf(t.To))
		}
		return out
	}
	e.Told, e.NotTold = apart(told(was, a.Tell), told(is, b.Tell))
	items := func(list []Item) (out []string) {
		for _, m := range list {
			out = append(out, m.Label)
		}
		return out
	}
	e.Asked, e.NotAsked = apart(items(a.Missing), items(b.Missing))
	e.Duties = duties(was, is, a.Duties, b.Duties)
	return e
}

// apart lists what is in the second alone and what is in the first alone, each once.
func apart(was, is []string) (added, removed []string) {
	for _, s := range is {
		if !slices.Contains(was, s) && !slices.Contains(added, s) {
			added = append(added, s)
		}
	}
	for _, s := range was {
		if !slices.Contains(is, s) && !slices.Contains(removed, s) {
			removed = append(removed, s)
		}
	}
	return added, removed
}

func duties(was, is *Pack, before, after []Duty) (out []DutyEffect) {
	find := func(list []Duty, rule string) *Duty {
		if i := slices.IndexFunc(list, func(d Duty) bool { return d.Rule == rule }); i >= 0 {
			return &list[i]
		}
		return nil
	}
	for i := range after {
		d := &after[i]
		o := find(before, d.Rule)
		if o == nil {
			out = append(out, DutyEffect{What: d.What, How: Added, Is: is.owes(d), DueIs: due(d)})
			continue
		}
		if x, y := was.owes(o), is.owes(d); x != y || !o.Due.Equal(d.Due) {
			out = append(out, DutyEffect{What: d.What, How: Changed, Was: x, Is: y, DueWas: due(o), DueIs: due(d)})
		}
	}
	for i := range before {
		if d := &before[i]; find(after, d.Rule) == nil {
			out = replaced(out, DutyEffect{What: d.What, How: Removed, Was: was.owes(d), DueWas: due(d)})
		}
	}
	return out
}

// replaced adds a duty that is not owed any more. Where another rule asks for the same thing instead, as that of a higher level
// does, the two are one change.
func replaced(list []DutyEffect, gone DutyEffect) []DutyEffect {
	for i := range list {
		if d := &list[i]; d.How == Added && d.What == gone.What {
			d.How, d.Was, d.DueWas = Changed, gone.Was, gone.DueWas
			return list
		}
	}
	return append(list, gone)
}

func due(d *Duty) *time.Time {
	if d.Due.IsZero() {
		return nil
	}
	return &d.Due
}

// owes says in plain words who owes a duty to whom and in what time.
func (p *Pack) owes(d *Duty) string {
	s := "by " + p.NameOf(d.By)
	if d.ToLabel != "" {
		s += " to " + d.ToLabel
	}
	if d.Clock == "" {
		return s + ", no time set"
	}
	if d.Clock == string(atOnce) {
		return s + ", at once from " + eventWords(d.From)
	}
	return s + ", within " + d.Clock + " from " + eventWords(d.From)
}

func eventWords(name string) string {
	if w, ok := map[string]string{"received": "the first filing", "telephoned": "the telephone report", "discovered": "discovery", "occurred": "occurrence",
		"written": "the written report", "rated": "the rating", "pi_determined": "the finding that personal information was acquired"}[name]; ok {
		return w
	}
	return strings.ReplaceAll(name, "_", " ")
}

// NameOf names a recipient in plain words.
func (p *Pack) NameOf(r Recipient) string {
	for _, a := range p.authorities {
		if r.Authority != "" && a.ID == r.Authority {
			return a.Name
		}
	}
	if r.Role == "" {
		return r.Authority
	}
	if r.At == "state" {
		return roleWords(r.Role) + " of the state"
	}
	return roleWords(r.Role) + " of the entity"
}

// roleWords names a role for people.
func roleWords(role string) string {
	words := strings.ReplaceAll(role, "_", " ")
	for _, short := range []string{"iso", "cio", "ciso", "ir", "soc"} {
		parts := strings.Fields(words)
		for i := range parts {
			if parts[i] == short {
				parts[i] = strings.ToUpper(short)
			}
		}
		words = strings.Join(parts, " ")
	}
	return words
}
