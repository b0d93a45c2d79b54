package web

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
	faults fault.List
	extra  map[string][]zoneChoice
}

func newDecoder(form url.Values, besides ...string) *decoder {
	d := &decoder{form: form, read: map[string]bool{}, extra: map[string][]zoneChoice{}}
	for _, name := range besides {
		d.read[name] = true
	}
	return d
}

// err returns what was wrong, or a refusal of the whole form where it has a field that was not read.
func (d *decoder) err() error {
	for name := range d.form {
		if !d.read[name] {
			return fault.Invalid("", "The form has a field that this page does not know.", "")
		}
	}
	return d.faults.Err()
}

func (d *decoder) text(name string) string {
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
	for _, v := range strings.FieldsFunc(d.text(name), func(c rune) bool { return c == ',' || c == '\n' || c == ';' }) {
		if v = strings.TrimSpace(v); v != "" {
			all = append(all, v)
		}
	}
	return all
}

// yesNo reads a choice of yes, no and not known; nil is not known.
func (d *decoder) yesNo(name string) *bool {
	yes := true
	switch v := d.text(name); v {
	case "yes":
		return &yes
	case "no":
		yes = false
		return &yes
	case "":
	default:
		d.faults = append(d.faults, fault.Invalid(name, "This is neither yes nor no.", "Choose one."))
	}
	return nil
}

// whole reads a whole number as people write one: with commas, with a dollar sign.
func (d *decoder) whole(name string) *int64 {
	v := strings.NewReplacer(",", "", "$", "", " ", "", "_", "").Replace(d.text(name))
	if v == "" {
		return nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		d.faults = append(d.faults, fault.Invalid(name, "This is not a whole number.", "Write digits only, like 250000."))
		return nil
	}
	return &n
}

// when reads a local date and time with its zone as RFC 3339 with the offset that held there.
func (d *decoder) when(name string) string {
	v, zone := d.text(name), d.text(name+".zone")
	if v == "" {
		return ""
	}
	at, choices, err := localTime(name, v, zone)
	if err != nil {
		d.faults = append(d.faults, err)
		d.extra[name] = choices
	}
	return at
}

func (d *decoder) contact(prefix string) *incident.Contact {
	c := incident.Contact{Name: d.text(prefix + ".name"), Email: d.text(prefix + ".email"),
		Phones: d.split(prefix + ".phones"), Address: d.text(prefix + ".address")}
	if c.Name == "" && c.Email == "" && len(c.Phones) == 0 && c.Address == "" {
		return nil
	}
	return &c
}

// filing reads the whole report form.
func (d *decoder) filing() incident.Filing {
	f := incident.Filing{
		Entity: d.text("entity"), Kind: d.text("kind"), Incident: d.text("incident"),
		Reporter: d.contact("reporter"), ISO: d.contact("iso"), AlternateContact: d.contact("alternate_contact"),
		Description: d.text("description"), OccurredAt: d.when("occurred_at"), DiscoveredAt: d.when("discovered_at"),
		ActionsTaken: d.text("actions_taken"), Categories: d.list("categories"),
		CrimeSuspected: d.yesNo("crime_suspected"), TerrorismSuspected: d.yesNo("terrorism_suspected"),
		PersonalInformation: d.personalInformation(), Impact: d.impact(),
		OutageMinutes: d.whole("outage_minutes"), MediaCoverage: d.yesNo("media_coverage"), Management: d.management(),
	}
	for i := range rowsOf(d.form, "devices") {
		f.Devices = append(f.Devices, d.device(fmt.Sprintf("devices[%d]", i)))
	}
	return f
}

func (d *decoder) device(at string) incident.Device {
	return incident.Device{MakeModel: d.text(at + ".make_model"), Serial: d.text(at + ".serial"), AssetID: d.text(at + ".asset_id"),
		IP: d.split(at + ".ip"), Hostname: d.text(at + ".hostname"), OS: d.text(at + ".os"), Location: d.text(at + ".location"),
		Encrypted: d.yesNo(at + ".encrypted")}
}

func (d *decoder) personalInformation() *incident.PersonalInformation {
	const at = "personal_information"
	p := incident.PersonalInformation{Involved: d.text(at + ".involved"), Types: d.list(at + ".types")}
	for i := range rowsOf(d.form, at+".residents") {
		row := fmt.Sprintf(at+".residents[%d]", i)
		state, count := strings.ToUpper(d.text(row+".state")), d.whole(row+".count")
		switch {
		case state == "" && count == nil:
			continue
		case state == "":
			d.faults = append(d.faults, fault.Invalid(row+".state", "The state of these residents is missing.", "Write its two letters, like CA."))
		case count == nil && d.text(row+".count") == "":
			d.faults = append(d.faults, fault.Invalid(row+".count", "The number of residents is missing.", "Write your best estimate, or clear the state."))
		case count == nil:
		default:
			if _, twice := p.Residents[state]; twice {
				d.faults = append(d.faults, fault.Invalid(row+".state", "This state stands here twice.", "Add the numbers up in one row."))
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
	m := incident.Impact{HumanSafety: d.yesNo("impact.human_safety"), AssetRating: d.text("impact.asset_rating"),
		LiabilityUSD: d.whole("impact.liability_usd"), InformationClass: d.text("impact.information_class"),
		Functional: d.text("impact.functional"), Information: d.list("impact.information"), Recoverability: d.text("impact.recoverability")}
	if m.HumanSafety == nil && m.LiabilityUSD == nil && len(m.Information) == 0 &&
		m.AssetRating+m.InformationClass+m.Functional+m.Recoverability == "" {
		return nil
	}
	return &m
}

func (d *decoder) management() *incident.Management {
	const at = "management."
	m := incident.Management{Location: d.text(at + "location"), AffectedSystems: d.split(at + "affected_systems"),
		UserGroups: d.split(at + "user_groups"), RecoveryExpectation: d.text(at + "recovery_expectation"),
		StakeholdersToNotify: d.split(at + "stakeholders_to_notify"), Measures: d.text(at + "measures"),
		EvidenceCollected: d.text(at + "evidence_collected"), PendingActions: d.text(at + "pending_actions"),
		DiscoveredBy: d.contact(at + "discovered_by"), ReportedToManagementAt: d.when(at + "reported_to_management_at")}
	words := m.Location + m.RecoveryExpectation + m.Measures + m.EvidenceCollected + m.PendingActions + m.ReportedToManagementAt
	if words == "" && m.DiscoveredBy == nil && len(m.AffectedSystems)+len(m.UserGroups)+len(m.StakeholdersToNotify) == 0 {
		return nil
	}
	return &m
}

// rowsOf counts the rows of a repeated block in a form: one more than the highest index that holds anything, and after
// compact no empty row stands between.
func rowsOf(form url.Values, block string) []struct{} {
	highest := -1
	for name, values := range form {
		if i, _, ok := rowIndex(name, block); ok && strings.TrimSpace(strings.Join(values, "")) != "" {
			highest = max(highest, i)
		}
	}
	return make([]struct{}, highest+1)
}

// rowIndex parts "devices[3].serial" into 3 and ".serial".
func rowIndex(name, block string) (int, string, bool) {
	rest, ok := strings.CutPrefix(name, block+"[")
	if !ok {
		return 0, "", false
	}
	digits, field, ok := strings.Cut(rest, "]")
	i, err := strconv.Atoi(digits)
	if !ok || err != nil || i < 0 || i >= maxRows || digits != strconv.Itoa(i) {
		return 0, "", false
	}
	return i, field, true
}

// maxRows bounds the rows that a form may repeat; more devices than this go through the API.
const maxRows = 500

// compact moves the filled rows of a block together, so that row numbers on the page are those of the filing. drop is a
// row to leave out, or -1.
func compact(form url.Values, block string, drop int) {
	rows := map[int]map[string][]string{}
	for name, values := range form {
		i, field, ok := rowIndex(name, block)
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
