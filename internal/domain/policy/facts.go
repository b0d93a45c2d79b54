package policy

import (
	"reflect"
	"slices"
	"time"
)

// factsDoc is what `pack explain` and the cases are asked with: a filing as the API takes it, with what the record adds.
// Null means not stated, as in a filing.
type factsDoc struct {
	Pos
	Entity      text       `yaml:"entity"`
	Kind        text       `yaml:"kind"`
	Incident    text       `yaml:"incident"`
	Reporter    *personDoc `yaml:"reporter"`
	ISO         *personDoc `yaml:"iso"`
	Alternate   *personDoc `yaml:"alternate_contact"`
	Description text       `yaml:"description"`
	Occurred    instant    `yaml:"occurred_at"`
	Discovered  instant    `yaml:"discovered_at"`
	Actions     text       `yaml:"actions_taken"`
	Categories  []text     `yaml:"categories"`
	Crime       *bool      `yaml:"crime_suspected"`
	Terrorism   *bool      `yaml:"terrorism_suspected"`
	Devices     []struct {
		MakeModel text   `yaml:"make_model"`
		Serial    text   `yaml:"serial"`
		AssetID   text   `yaml:"asset_id"`
		IP        []text `yaml:"ip"`
		Hostname  text   `yaml:"hostname"`
		OS        text   `yaml:"os"`
		Location  text   `yaml:"location"`
		Encrypted *bool  `yaml:"encrypted"`
	} `yaml:"devices"`
	Personal struct {
		Involved  text             `yaml:"involved"`
		Types     []text           `yaml:"types"`
		Residents map[string]int64 `yaml:"residents"`
	} `yaml:"personal_information"`
	Impact struct {
		Safety         *bool  `yaml:"human_safety"`
		Asset          text   `yaml:"asset_rating"`
		Liability      *int64 `yaml:"liability_usd"`
		Class          text   `yaml:"information_class"`
		Functional     text   `yaml:"functional"`
		Information    []text `yaml:"information"`
		Recoverability text   `yaml:"recoverability"`
	} `yaml:"impact"`
	Outage     *int64 `yaml:"outage_minutes"`
	Media      *bool  `yaml:"media_coverage"`
	Management struct {
		Location     text       `yaml:"location"`
		Systems      []text     `yaml:"affected_systems"`
		Users        []text     `yaml:"user_groups"`
		Recovery     text       `yaml:"recovery_expectation"`
		Stakeholders []text     `yaml:"stakeholders_to_notify"`
		Measures     text       `yaml:"measures"`
		Evidence     text       `yaml:"evidence_collected"`
		Pending      text       `yaml:"pending_actions"`
		Discoverer   *personDoc `yaml:"discovered_by"`
		Reported     instant    `yaml:"reported_to_management_at"`
	} `yaml:"management"`

	Record recordDoc `yaml:"record"`
}

type personDoc struct {
	Name    text   `yaml:"name"`
	Email   text   `yaml:"email"`
	Phones  []text `yaml:"phones"`
	Address text   `yaml:"address"`
}

// recordDoc is what a filing does not carry: what has happened to the incident, and what persons decided.
type recordDoc struct {
	Events      map[string]instant `yaml:"events" doc:"Instants by event name."`
	AfterHours  bool               `yaml:"telephoned_after_hours" doc:"The call was taken by the after-hours desk."`
	Level       text               `yaml:"level" doc:"A person's decision on the rating."`
	Held        text               `yaml:"held" doc:"The level in force so far."`
	At          instant            `yaml:"at" doc:"The instant of the assessment."`
	PostReport  *bool              `yaml:"post_incident_report" doc:"The coordinator's decision on a post-incident report."`
	NoDirectory bool               `yaml:"no_directory" doc:"The directory does not know the entity's name and address."`
}

// Facts reads what is known about an incident from YAML or JSON: the keys of a filing, and under record the events and
// decisions that are not part of one. What the pack's vocabulary does not know is refused with its place.
func (p *Pack) Facts(file string, src []byte) (Inputs, error) {
	r := &report{}
	var f factsDoc
	(&decoder{report: r, file: file, nulls: true}).decode(src, &f)
	p.checkFacts(r, &f)
	if err := r.err(); err != nil {
		return Inputs{}, err
	}
	return f.inputs(), nil
}

func (p *Pack) checkFacts(r *report, f *factsDoc) {
	known := func(what string, values []string, list ...text) {
		for _, t := range list {
			if t.S != "" && !slices.Contains(values, t.S) {
				r.add(t.Pos, oneOf(t.S, values), "%s cannot be %q", what, t.S)
			}
		}
	}
	known("categories", ids(p.categories), f.Categories...)
	known("personal_information.types", ids(p.piTypes), f.Personal.Types...)
	known("personal_information.involved", []string{"yes", "no", "unknown"}, f.Personal.Involved)
	known("impact.asset_rating", assetRatings, f.Impact.Asset)
	known("impact.information_class", infoClasses, f.Impact.Class)
	known("impact.functional", variables[vFunctional].values, f.Impact.Functional)
	known("impact.information", variables[vInformation].values, f.Impact.Information...)
	known("impact.recoverability", variables[vRecoverability].values, f.Impact.Recoverability)
	known("record.level", levels, f.Record.Level)
	known("record.held", levels, f.Record.Held)
	for name, at := range f.Record.Events {
		if !slices.Contains(eventNames, name) {
			r.add(at.Pos, oneOf(name, eventNames), "there is no event %q", name)
		}
	}
}

func ids(terms []Term) []string {
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = t.ID
	}
	return out
}

func (f *factsDoc) inputs() Inputs {
	in := Inputs{
		Entity: f.Entity.S, Categories: plain(f.Categories), CrimeSuspected: f.Crime, TerrorismSuspected: f.Terrorism,
		MediaCoverage: f.Media, OutageMinutes: f.Outage, HumanSafety: f.Impact.Safety, AssetRating: f.Impact.Asset.S,
		LiabilityUSD: f.Impact.Liability, InformationClass: f.Impact.Class.S, PersonalInformation: f.Personal.Involved.S,
		PITypes: plain(f.Personal.Types), Residents: f.Personal.Residents, Devices: len(f.Devices),
		FunctionalImpact: f.Impact.Functional.S, InformationImpact: plain(f.Impact.Information), Recoverability: f.Impact.Recoverability.S,
		PostIncidentReport: f.Record.PostReport, Level: Level(f.Record.Level.S), Held: Level(f.Record.Held.S), At: f.Record.At.T,
		Stated: map[string]bool{}, Events: map[string]time.Time{}, TelephonedAfterHours: f.Record.AfterHours,
	}
	for i, d := range f.Devices {
		if d.Encrypted != nil && (i == 0 || in.DevicesEncrypted != nil) {
			all := *d.Encrypted && (i == 0 || *in.DevicesEncrypted)
			in.DevicesEncrypted = &all
		} else {
			in.DevicesEncrypted = nil
		}
	}
	record := f.Record
	for name, at := range record.Events {
		in.Events[name] = at.T
	}
	for name, at := range map[string]instant{"occurred": f.Occurred, "discovered": f.Discovered} {
		if _, told := in.Events[name]; !told && !at.T.IsZero() {
			in.Events[name] = at.T
		}
	}
	f.Record = recordDoc{}
	states(reflect.ValueOf(*f), "", in.Stated)
	f.Record = record
	if !record.NoDirectory {
		in.Stated["entity.name"], in.Stated["entity.address"] = true, true
	}
	return in
}

func plain(list []text) []string {
	if list == nil {
		return nil
	}
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.S
	}
	return out
}

// states notes the paths of all fields that carry a value. Of several devices each must carry it: the serial numbers of
// the affected devices are not given by one of three. CA step 2
func states(v reflect.Value, path string, out map[string]bool) {
	switch {
	case v.IsZero():
	case v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct:
		states(v.Elem(), path, out)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct && v.Type().Elem() != reflect.TypeFor[text]():
		count := map[string]int{}
		for i := range v.Len() {
			one := map[string]bool{}
			states(v.Index(i), path, one)
			for p := range one {
				count[p]++
			}
		}
		for p, n := range count {
			out[p] = n == v.Len()
		}
	case v.Kind() == reflect.Struct && len(fieldsOf(v.Type())) > 0:
		for name, f := range fieldsOf(v.Type()) {
			inner := name
			if path != "" {
				inner = path + "." + name
			}
			states(v.FieldByIndex(f.index), inner, out)
		}
	default:
		out[path] = true
	}
}
