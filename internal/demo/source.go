package demo

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"tocsin/internal/domain/incident"
)

// Case is one real incident from public data, as a filing of the demonstration. Key stays the same over loads, so that
// loading twice files once.
type Case struct {
	Key    string
	Filing incident.Filing
}

// Entities that the cases are spread over, in turn.
var (
	caEntities = []string{"ca-demo-dmv", "ca-demo-caltrans", "ca-demo-dhcs", "ca-demo-cdph", "ca-demo-ftb"}
	maEntities = []string{"ma-demo-rmv", "ma-demo-dph", "ma-demo-dta", "ma-demo-dor"}
)

// verisCase is one line of vcdb/incidents.jsonl, as far as it is used.
type verisCase struct {
	ID     string `json:"incident_id"`
	Action map[string]struct {
		Variety []string `json:"variety"`
	} `json:"action"`
	Actor    map[string]json.RawMessage `json:"actor"`
	Timeline struct {
		Incident struct {
			Year int `json:"year"`
		} `json:"incident"`
	} `json:"timeline"`
	Victim struct {
		Country  string `json:"country"`
		Industry string `json:"industry"`
	} `json:"victim"`
}

// VERIS actions as categories of the two packs. What an action does not say is left out.
var (
	verisCA = map[string]string{"hacking": "unauth_access", "malware": "unauth_access", "social": "unauth_access", "misuse": "misuse",
		"physical": "equipment", "error": "state_data", "environmental": "outage"}
	verisMA = map[string]string{"hacking": "intrusion", "malware": "malware", "social": "intrusion", "misuse": "unauthorized_use",
		"physical": "physical_access", "error": "disclosure"}
)

// VERIS reads the public-sector incidents of vcdb/incidents.jsonl under dir: the first for California, the next for
// Massachusetts, and so on in turn. The data gives a year but no time, so no time is stated.
func VERIS(dir string) ([]Case, error) {
	var out []Case
	err := lines(filepath.Join(dir, "vcdb", "incidents.jsonl"), func(line []byte) error {
		var v verisCase
		if err := json.Unmarshal(line, &v); err != nil {
			return err
		}
		if v.Victim.Industry != "Public" {
			return nil
		}
		n := len(out)
		f := incident.Filing{Description: v.words()}
		if n%2 == 0 {
			f.Entity, f.Categories = caEntities[n/2%len(caEntities)], v.categories(verisCA)
		} else {
			f.Entity, f.Categories = maEntities[n/2%len(maEntities)], v.categories(verisMA)
		}
		out = append(out, Case{Key: "vcdb-" + v.ID, Filing: f})
		return nil
	})
	return out, err
}

func (v verisCase) actions() []string {
	var a []string
	for name := range v.Action {
		a = append(a, name)
	}
	slices.Sort(a)
	return a
}

func (v verisCase) categories(names map[string]string) []string {
	var out []string
	for _, a := range v.actions() {
		if c := names[a]; c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

func (v verisCase) words() string {
	var parts []string
	for _, a := range v.actions() {
		parts = append(parts, a+" ("+strings.Join(v.Action[a].Variety, ", ")+")")
	}
	var actors []string
	for name := range v.Actor {
		actors = append(actors, name)
	}
	sort.Strings(actors)
	return fmt.Sprintf("Action: %s. Actor: %s. Victim: public sector, %s, %d. Source: VERIS Community Database, %s.",
		strings.Join(parts, "; "), strings.Join(actors, ", "), v.Victim.Country, v.Timeline.Incident.Year, v.ID)
}

// hhsReport is one line of hhs-breaches/reports.jsonl, as far as it is used.
type hhsReport struct {
	Row         int    `json:"row"`
	State       string `json:"state"`
	Individuals string `json:"individuals_affected"`
	Breach      string `json:"breach_types"`
	Where       string `json:"information_location"`
	Description string `json:"description"`
}

// HHS reads every report of hhs-breaches/reports.jsonl under dir. Reports from Massachusetts are filed there, all others
// in California, each with its individuals as residents of its own state.
func HHS(dir string) ([]Case, error) {
	var out []Case
	err := lines(filepath.Join(dir, "hhs-breaches", "reports.jsonl"), func(line []byte) error {
		var r hhsReport
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		f := incident.Filing{Entity: "ca-demo-dhcs", Description: r.words(), Categories: []string{"state_data"},
			PersonalInformation: &incident.PersonalInformation{Involved: "yes", Types: []string{"medical"}}}
		if strings.Contains(r.Breach, "Hacking") {
			f.Categories = append(f.Categories, "unauth_access")
		}
		if strings.Contains(r.Breach, "Theft") || strings.Contains(r.Breach, "Loss") {
			f.Categories = append(f.Categories, "equipment")
		}
		if r.State == "Massachusetts" {
			f.Entity, f.Categories, f.PersonalInformation.Types = "ma-demo-dph", []string{"disclosure"}, nil
		}
		n := individuals(r.Individuals)
		if code := postal[r.State]; code != "" && n > 0 {
			f.PersonalInformation.Residents = map[string]int64{code: n}
		}
		out = append(out, Case{Key: fmt.Sprintf("hhs-%d", r.Row), Filing: f})
		return nil
	})
	return out, err
}

func (r hhsReport) words() string {
	d := strings.TrimSpace(strings.ReplaceAll(r.Description, "\x00", ""))
	if d == "" {
		d = "No description in the source."
	}
	return fmt.Sprintf("%s\n\nKind: %s. Where the information lay: %s. Source: breach reports of the US Department of Health and Human "+
		"Services, row %d.", d, r.Breach, r.Where, r.Row)
}

// individuals reads a count as the source writes it: "1000", and "1.23*^6" for 1,230,000. What is no number, such as
// `Quantity["", "People"]`, states none.
func individuals(s string) int64 {
	f, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(s), "*^", "e"), 64)
	if err != nil || f < 0 {
		return 0
	}
	return int64(f + 0.5)
}

func lines(path string, each func([]byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if len(line) > 1 {
			if err := each(line); err != nil {
				return fmt.Errorf("%s, line %d: %w", path, n, err)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// postal codes of the states, districts and territories that the data names.
var postal = map[string]string{"Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
	"Connecticut": "CT", "Delaware": "DE", "District of Columbia": "DC", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID",
	"Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME", "Maryland": "MD",
	"Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE",
	"Nevada": "NV", "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC",
	"North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA", "Puerto Rico": "PR", "Rhode Island": "RI",
	"South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA",
	"Washington": "WA", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY"}
