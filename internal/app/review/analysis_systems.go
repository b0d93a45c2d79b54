package review

import (
	"fmt"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/response/containment"
	"tocsin/internal/domain/incident"
)

// SystemView is one system of the inventory: an asset on the list of those that may be affected, with its states and their times. MA 6.8.1
type SystemView struct {
	Asset      string                 `json:"asset"`
	Name       string                 `json:"name" doc:"Empty once its text was lawfully disposed."`
	Kind       string                 `json:"kind,omitempty"`
	EntityName string                 `json:"entity_name"`
	Rating     string                 `json:"rating,omitempty"`
	OwnerName  string                 `json:"owner_name,omitempty"`
	State      string                 `json:"state"`
	StateWords string                 `json:"state_words"`
	AddedAt    time.Time              `json:"added_at"`
	OffAt      *time.Time             `json:"off_at" doc:"When it was off the last network."`
	Steps      []containment.StepView `json:"steps"`
	Access     string                 `json:"access,omitempty" doc:"Who has access again, as stated before its return. MA 6.8.2"`
	AccessBy   string                 `json:"access_by,omitempty"`
	Later      bool                   `json:"later" doc:"Put on the list after the section was last written."`
}

// assetStates are the states of an asset in words.
var assetStates = map[string]string{incident.AssetSuspected: "Suspected", incident.AssetIsolated: "Isolated", incident.AssetCleaned: "Cleaned", incident.AssetRestored: "Restored",
	incident.AssetVerified: "Verified", incident.AssetReturned: "Returned to service", incident.AssetCleared: "Cleared: not affected", incident.AssetWrittenOff: "Written off"}

// AssetStateName is a state of an affected asset in words.
func AssetStateName(state string) string { return assetStates[state] }

// systems lists the affected assets for the inventory.
func (d drafting) systems() []SystemView {
	var since time.Time
	if last, ok := d.st.Review.Section(incident.SectionInventory); ok {
		since = last.At
	}
	w := containment.AssetWriter{Kernel: d.a.Kernel, S: d.s, St: d.st, Texts: d.texts}
	out := []SystemView{}
	for _, x := range d.st.Containment.Assets {
		a := w.Asset(x)
		v := SystemView{Asset: a.ID, Name: a.Name, Kind: a.Kind, EntityName: a.EntityName, Rating: a.Rating, OwnerName: a.OwnerName, State: a.State, StateWords: assetStates[a.State],
			AddedAt: a.AddedAt, OffAt: a.OffAt, Steps: a.Steps, Later: !since.IsZero() && a.AddedAt.After(since)}
		for _, r := range a.Return {
			if r.About == incident.ReturnAccess && r.Stated != nil {
				v.Access, v.AccessBy = r.Stated.Text, r.Stated.By
			}
		}
		out = append(out, v)
	}
	return out
}

// title names a system with what is known of it.
func (v SystemView) title() string {
	name := v.Name
	if name == "" {
		name = "Asset " + v.Asset
	}
	var more []string
	if v.Kind != "" {
		more = append(more, v.Kind)
	}
	if v.Rating != "" {
		more = append(more, "rated "+v.Rating)
	}
	if v.OwnerName != "" {
		more = append(more, "owner "+v.OwnerName)
	}
	if len(more) > 0 {
		name += " (" + strings.Join(more, ", ") + ")"
	}
	return name
}

// history is what became of a system, a line for each state.
func (v SystemView) history(zone *time.Location) []string {
	out := []string{"Suspected " + act.FormatTime(v.AddedAt, zone)}
	for _, s := range v.Steps {
		line := fmt.Sprintf("%s %s", assetStates[s.To], act.FormatTime(s.At, zone))
		if s.Why != "" {
			line += ": " + s.Why
		}
		out = append(out, line)
	}
	return out
}

// inventory lists the affected assets with their states, and every device and system that only a filing named. MA 6.8.1
func (d drafting) inventory(l *lines) {
	zone := d.s.Pack.Calendar().Zone()
	seen := map[string]bool{}
	for _, s := range d.systems() {
		seen[strings.ToLower(s.Name)] = true
		l.say("- %s. %s.", s.title(), strings.Join(s.history(zone), "; "))
	}
	for _, words := range d.named(seen) {
		l.say("- %s: named in a filing, not on the list of affected assets.", words)
	}
}

// named lists the devices and systems that filings name, but for those whose name was seen.
func (d drafting) named(seen map[string]bool) (out []string) {
	add := func(name, words string) {
		if words == "" || seen[strings.ToLower(words)] || name != "" && seen[strings.ToLower(name)] {
			return
		}
		seen[strings.ToLower(words)] = true
		out = append(out, words)
	}
	for _, f := range d.filings {
		if f.Content == nil {
			continue
		}
		for _, dev := range f.Content.Devices {
			var parts []string
			for _, p := range []string{dev.Hostname, dev.MakeModel, dev.Serial, dev.AssetID, strings.Join(dev.IP, " "), dev.OS, dev.Location} {
				if p != "" {
					parts = append(parts, p)
				}
			}
			add(dev.Hostname, strings.Join(parts, ", "))
		}
		if f.Content.Management != nil {
			for _, system := range f.Content.Management.AffectedSystems {
				add("", system)
			}
		}
	}
	return out
}

// access says who was found to need access to each system before it returned, and what was done towards recovery. MA 6.8.2
func (d drafting) access(l *lines) {
	for _, s := range d.systems() {
		if s.Access != "" {
			l.say("- %s: %s (%s)", s.title(), s.Access, s.AccessBy)
		}
	}
}
