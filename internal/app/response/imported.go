package response

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// ImportView is a procedure from outside the pack that is followed, and where it comes from.
type ImportView struct {
	Origin string    `json:"origin" doc:"The playbook's own identifier."`
	Name   string    `json:"name"`
	File   string    `json:"file,omitempty" doc:"As whoever brought it named it."`
	Author string    `json:"author,omitempty" doc:"Identifier of who made the playbook."`
	Dated  string    `json:"dated,omitempty" doc:"When this version was made, as the file says."`
	SHA256 string    `json:"sha256" doc:"Of the file."`
	Tasks  int       `json:"tasks"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
}

const longestFileName = 200

// fileName is the name that a file came with as one line that reads as it stands: what turns a line around or hides in it is marked.
func fileName(s string) string {
	r := []rune(fault.Visible(s))
	return string(r[:min(len(r), longestFileName)])
}

// ImportPlaybook reads a CACAO 2.0 playbook and puts its steps on the list of the response, with where they come from and the digest of
// the file. Nothing of it is run: commands for machines are words of the guide. The same file a second time changes nothing. MA 6.6.2.2
func (a *Room) ImportPlaybook(ctx context.Context, by access.Actor, number, file string, data []byte) error {
	allowed := act.RequireAction(by, access.Work, act.OnlyTeam)
	st, err := a.Readable(ctx, by, number)
	if err == nil {
		err = allowed(st, act.Setting{})
	}
	if err != nil {
		return err
	}
	if a.ReadPlaybook == nil {
		return fault.Conflict("this installation reads no playbooks")
	}
	b, err := a.ReadPlaybook(data)
	if err != nil {
		return err
	}
	words := incident.ImportedText{Name: b.Title, File: fileName(file), Author: b.Author, Dated: b.Modified, Steps: []incident.ImportedStep{}}
	prose := map[string]string{}
	c := incident.ImportPlaybook{Origin: b.Origin, SHA256: b.SHA256}
	var faults fault.List
	for i, s := range b.Steps {
		faults = append(faults, fault.All(incident.CheckProse("workflow", s.Title, "a step needs a name"))...)
		faults = append(faults, fault.All(act.CheckOptionalText("workflow", s.Guide))...)
		prose[incident.TextStepTitle+strconv.Itoa(i+1)] = s.Title
		words.Steps = append(words.Steps, incident.ImportedStep{Guide: s.Guide, Clause: s.Clause})
		c.Steps = append(c.Steps, incident.ImportedTask{Step: s.ID, Aim: string(s.Aim), Role: s.Role, Within: s.Within, After: s.After, Optional: s.Optional})
	}
	if len(faults) > 0 {
		return faults[:min(len(faults), 20)].Err()
	}
	told, err := json.Marshal(words)
	if err != nil {
		return err
	}
	prose[incident.TextImported] = string(told)
	return a.Act(ctx, by, number, allowed, prose, func(refs map[string]string) incident.Command {
		c.Texts = refs
		return c
	})
}

// importViews lists the procedures from outside, and gives their tasks the words that came with them.
func (v *ResponseView) importViews(x incident.Response, texts map[string][]byte, s act.Setting) {
	v.Imports = []ImportView{}
	read := map[string]incident.ImportedText{}
	for _, i := range x.Imports {
		var t incident.ImportedText
		_ = json.Unmarshal(texts[i.Text], &t) // nothing is left of one that was disposed
		read[i.Text] = t
		v.Imports = append(v.Imports, ImportView{Origin: i.Origin, Name: t.Name, File: t.File, Author: t.Author, Dated: t.Dated, SHA256: i.SHA256, Tasks: i.Tasks,
			At: i.At, By: act.ActorName(i.By, s.Dir)})
	}
	for i, t := range x.Tasks {
		if steps := read[t.Imported].Steps; t.Imported != "" && t.Place < len(steps) {
			v.Tasks[i].Guide, v.Tasks[i].Clause = steps[t.Place].Guide, steps[t.Place].Clause
		}
	}
}
