package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"tocsin/internal/domain/incident"
)

// words fill descriptions; their spread is that of prose, so that search has common and less common ones.
var words = strings.Fields(`the a of to in and was on by from for with that it an at been this not which were their after
account accounts address administrator afternoon alert antivirus attachment audit backup badge benefits browser building bureau cabinet
camera claims clerk client cloud computer connection contractor copied counter courier credential customers database delivered
department desk device directory disk division document door download drive driver email employee encrypted entered envelope equipment
error event exported external facility fax field file files firewall folder forms forwarded found garage health hearing help hospital
incident information inspector installed internal investigator invoice laptop letter library license link locked log login lost
machine mailbox mailed malware manager meeting message missing mistakenly mobile monitor morning network night notice notified office
officer opened outage packet page paper parcel parking password patch patient payment payroll permission person phishing phone photograph
pickup pin police policy portal post printer program public ransom received recipient record records registry released remote removed
repair replaced report request resident restored returned reviewed router sample scan screen security sent server service session shared
shipment site social software spreadsheet staff station stolen storage student subject supervisor suspicious system tablet tape tax
technician telephone terminal ticket token traffic training transfer unauthorized unknown update upload user vehicle vendor verified
video virus visitor voicemail volunteer wallet warehouse weekend window wireless worker workstation wrong`)

// rareWord stands in one description of rareEvery, and in no other.
const (
	rareWord  = "quicksilver"
	rareEvery = 4000
)

// prose makes n words that look like a description.
func prose(r *rand.Rand, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		at := int(float64(len(words)) * r.Float64() * r.Float64())
		b.WriteString(words[at])
		if r.IntN(12) == 0 {
			fmt.Fprintf(&b, " %d", 1000+r.IntN(90000))
		}
	}
	return b.String() + "."
}

// filing is the i-th of a reproducible series: what an officer who knows a good deal would send.
func filing(i int) (person string, f incident.Filing) {
	r := rand.New(rand.NewPCG(uint64(i), 2026))
	person = filers[i%len(filers)]
	entity := strings.TrimSuffix(person[:2]+"-demo"+person[2:], "-iso")
	yes := true
	discovered := time.Now().Add(-time.Duration(2+r.IntN(48)) * time.Hour)
	liability := int64(r.IntN(2_000_000))
	f = incident.Filing{Entity: entity, Description: prose(r, 60), ActionsTaken: prose(r, 20),
		OccurredAt: discovered.Add(-time.Hour).Format(time.RFC3339), DiscoveredAt: discovered.Format(time.RFC3339),
		Reporter: &incident.Contact{Name: "Pat Reporter", Email: "pat@agency.example", Phones: []string{"+1 555 555 0100"},
			Address: "1 Example Street"},
		ISO: &incident.Contact{Name: "Iso Officer", Email: "iso@agency.example", Phones: []string{"+1 555 555 0101"}},
		Devices: []incident.Device{{MakeModel: "Example Laptop 14", Serial: fmt.Sprintf("SN%08d", i), AssetID: fmt.Sprintf("A%06d", i),
			IP: []string{fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)}, Hostname: fmt.Sprintf("ws-%06d", i),
			OS: "Example OS 12", Location: "garage"}},
		CrimeSuspected: &yes, Categories: []string{"equipment"},
		PersonalInformation: &incident.PersonalInformation{Involved: "unknown"}}
	if person[:2] == "ma" {
		f.Categories = []string{[]string{"malware", "intrusion", "disclosure"}[r.IntN(3)]}
		f.Impact = &incident.Impact{AssetRating: []string{"low", "medium", "high"}[r.IntN(3)], LiabilityUSD: &liability}
	}
	if i%rareEvery == rareEvery/2 {
		f.Description += " The label read " + rareWord + "."
	}
	return person, f
}

// pool is filings ready to be sent, so that making them costs nothing while the clock runs.
type pool struct {
	keys   []string
	bodies [][]byte
}

func newPool(p *place, n int) (*pool, error) {
	out := &pool{}
	for i := range n {
		person, f := filing(i)
		body, err := json.Marshal(f)
		if err != nil {
			return nil, err
		}
		out.keys, out.bodies = append(out.keys, p.keys[person]), append(out.bodies, body)
	}
	return out, nil
}

// request is a filing of the pool under a name of its own.
func (p *pool) request(i int, name string) []byte {
	i %= len(p.bodies)
	return request("POST", "/api/v1/filings", p.keys[i], name, p.bodies[i])
}
