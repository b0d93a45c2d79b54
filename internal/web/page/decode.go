package page

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// decoder reads a form into what it stands for. It remembers which fields were read: what is left over at the end is a
// field that no one asked for, and refuses the form.
type decoder struct {
	form   url.Values
	read   map[string]bool
	Faults fault.List
	Extra  map[string][]ZoneChoice
}

// NewDecoder reads the fields of a form.
func NewDecoder(form url.Values, besides ...string) *decoder {
	d := &decoder{form: form, read: map[string]bool{}, Extra: map[string][]ZoneChoice{}}
	for _, name := range besides {
		d.read[name] = true
	}
	return d
}

// Err returns what was wrong, or a refusal of the whole form where it has a field that was not read.
func (d *decoder) Err() error {
	for name := range d.form {
		if !d.read[name] {
			return fault.Invalid("", "The form has a field that this page does not know.", "")
		}
	}
	return d.Faults.Err()
}

func (d *decoder) Text(name string) string {
	d.read[name] = true
	return strings.TrimSpace(d.form.Get(name))
}

// list reads all values chosen under one name.
func (d *decoder) list(name string) []string {
	d.read[name] = true
	var all []string
	for _, v := range d.form[name] {
		if v != "" && !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

// split reads several values from one field: one a line, or parted by commas.
func (d *decoder) split(name string) []string {
	var all []string
	for _, v := range strings.FieldsFunc(d.Text(name), func(c rune) bool { return c == ',' || c == '\n' || c == ';' }) {
		if v = strings.TrimSpace(v); v != "" {
			all = append(all, v)
		}
	}
	return all
}

// YesNo reads a choice of yes, no and not known; nil is not known.
func (d *decoder) YesNo(name string) *bool {
	yes := true
	switch v := d.Text(name); v {
	case "yes":
		return &yes
	case "no":
		yes = false
		return &yes
	case "":
	default:
		d.Faults = append(d.Faults, fault.Invalid(name, "This is neither yes nor no.", "Choose one."))
	}
	return nil
}

// whole reads a whole number as people write one: with commas, with a dollar sign.
func (d *decoder) whole(name string) *int64 {
	v := strings.NewReplacer(",", "", "$", "", " ", "", "_", "").Replace(d.Text(name))
	if v == "" {
		return nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		d.Faults = append(d.Faults, fault.Invalid(name, "This is not a whole number.", "Write digits only, like 250000."))
		return nil
	}
	return &n
}

// When reads a local date and time with its zone as RFC 3339 with the offset that held there.
func (d *decoder) When(name string) string {
	v, zone := d.Text(name), d.Text(name+".zone")
	if v == "" {
		return ""
	}
	at, choices, err := LocalTime(name, v, zone)
	if err != nil {
		d.Faults = append(d.Faults, err)
		d.Extra[name] = choices
	}
	return at
}

func (d *decoder) contact(prefix string) *incident.Contact {
	c := incident.Contact{Name: d.Text(prefix + ".name"), Email: d.Text(prefix + ".email"),
		Phones: d.split(prefix + ".phones"), Address: d.Text(prefix + ".address")}
	if c.Name == "" && c.Email == "" && len(c.Phones) == 0 && c.Address == "" {
		return nil
	}
	return &c
}

// Filing reads the whole report form.
func (d *decoder) Filing() incident.Filing {
	f := incident.Filing{
		Entity: d.Text("entity"), Kind: d.Text("kind"), Incident: d.Text("incident"),
		Reporter: d.contact("reporter"), ISO: d.contact("iso"), AlternateContact: d.contact("alternate_contact"),
		Description: d.Text("description"), OccurredAt: d.When("occurred_at"), DiscoveredAt: d.When("discovered_at"),
		ActionsTaken: d.Text("actions_taken"), Categories: d.list("categories"),
		CrimeSuspected: d.YesNo("crime_suspected"), TerrorismSuspected: d.YesNo("terrorism_suspected"),
		PersonalInformation: d.personalInformation(), Impact: d.impact(),
		OutageMinutes: d.whole("outage_minutes"), MediaCoverage: d.YesNo("media_coverage"), Management: d.management(),
	}
	for i := range RowsOf(d.form, "devices") {
		f.Devices = append(f.Devices, d.device(fmt.Sprintf("devices[%d]", i)))
	}
	return f
}

func (d *decoder) device(at string) incident.Device {
	return incident.Device{MakeModel: d.Text(at + ".make_model"), Serial: d.Text(at + ".serial"), AssetID: d.Text(at + ".asset_id"),
		IP: d.split(at + ".ip"), Hostname: d.Text(at + ".hostname"), OS: d.Text(at + ".os"), Location: d.Text(at + ".location"),
		Encrypted: d.YesNo(at + ".encrypted")}
}

func (d *decoder) personalInformation() *incident.PersonalInformation {
	const at = "personal_information"
	p := incident.PersonalInformation{Involved: d.Text(at + ".involved"), Types: d.list(at + ".types")}
	for i := range RowsOf(d.form, at+".residents") {
		row := fmt.Sprintf(at+".residents[%d]", i)
		state, count := strings.ToUpper(d.Text(row+".state")), d.whole(row+".count")
		switch {
		case state == "" && count == nil:
			continue
		case state == "":
			d.Faults = append(d.Faults, fault.Invalid(row+".state", "The state of these residents is missing.", "Write its two letters, like CA."))
		case count == nil && d.Text(row+".count") == "":
			d.Faults = append(d.Faults, fault.Invalid(row+".count", "The number of residents is missing.",
				"Write your best estimate, or clear the state."))
		case count == nil:
		default:
			if _, twice := p.Residents[state]; twice {
				d.Faults = append(d.Faults, fault.Invalid(row+".state", "This state stands here twice.", "Add the numbers up in one row."))
			}
			if p.Residents == nil {
				p.Residents = map[string]int64{}
			}
			p.Residents[state] = *count
		}
	}
	if p.Involved == "" && len(p.Types) == 0 && len(p.Residents) == 0 {
		return nil
	}
	return &p
}

func (d *decoder) impact() *incident.Impact {
	m := incident.Impact{HumanSafety: d.YesNo("impact.human_safety"), AssetRating: d.Text("impact.asset_rating"),
		LiabilityUSD: d.whole("impact.liability_usd"), InformationClass: d.Text("impact.information_class"),
		Functional: d.Text("impact.functional"), Information: d.list("impact.information"), Recoverability: d.Text("impact.recoverability")}
	if m.HumanSafety == nil && m.LiabilityUSD == nil && len(m.Information) == 0 &&
		m.AssetRating+m.InformationClass+m.Functional+m.Recoverability == "" {
		return nil
	}
	return &m
}

func (d *decoder) management() *incident.Management {
	const at = "management."
	m := incident.Management{Location: d.Text(at + "location"), AffectedSystems: d.split(at + "affected_systems"),
		UserGroups: d.split(at + "user_groups"), RecoveryExpectation: d.Text(at + "recovery_expectation"),
		StakeholdersToNotify: d.split(at + "stakeholders_to_notify"), Measures: d.Text(at + "measures"),
		EvidenceCollected: d.Text(at + "evidence_collected"), PendingActions: d.Text(at + "pending_actions"),
		DiscoveredBy: d.contact(at + "discovered_by"), ReportedToManagementAt: d.When(at + "reported_to_management_at")}
	words := m.Location + m.RecoveryExpectation + m.Measures + m.EvidenceCollected + m.PendingActions + m.ReportedToManagementAt
	if words == "" && m.DiscoveredBy == nil && len(m.AffectedSystems)+len(m.UserGroups)+len(m.StakeholdersToNotify) == 0 {
		return nil
	}
	return &m
}

// RowsOf counts the rows of a repeated block in a form: one more than the highest index that holds anything, and after
// compact no empty row stands between.
func RowsOf(form url.Values, block string) []struct{} {
	highest := -1
	for name, values := range form {
		if i, _, ok := RowIndex(name, block); ok && strings.TrimSpace(strings.Join(values, "")) != "" {
			highest = max(highest, i)
		}
	}
	return make([]struct{}, highest+1)
}

// RowIndex parts "devices[3].serial" into 3 and ".serial".
func RowIndex(name, block string) (int, string, bool) {
	rest, ok := strings.CutPrefix(name, block+"[")
	if !ok {
		return 0, "", false
	}
	digits, field, ok := strings.Cut(rest, "]")
	i, err := strconv.Atoi(digits)
	if !ok || err != nil || i < 0 || i >= MaxRows || digits != strconv.Itoa(i) {
		return 0, "", false
	}
	return i, field, true
}

// MaxRows bounds the rows that a form may repeat; more devices than this go through the API.
const MaxRows = 500

// Compact moves the filled rows of a block together, so that row numbers on the page are those of the filing. drop is a
// row to leave out, or -1.
func Compact(form url.Values, block string, drop int) {
	rows := map[int]map[string][]string{}
	for name, values := range form {
		i, field, ok := RowIndex(name, block)
		if !ok {
			continue
		}
		delete(form, name)
		if i == drop || strings.TrimSpace(strings.Join(values, "")) == "" {
			continue
		}
		if rows[i] == nil {
			rows[i] = map[string][]string{}
		}
		rows[i][field] = values
	}
	order := make([]int, 0, len(rows))
	for i := range rows {
		order = append(order, i)
	}
	slices.Sort(order)
	for to, from := range order {
		for field, values := range rows[from] {
			form[fmt.Sprintf("%s[%d]%s", block, to, field)] = values
		}
	}
}
