package containment

import (
	"encoding/json"
	"fmt"
	"time"

	"tocsin/internal/domain/incident/part"
)

// maxNetworks bounds the networks of one asset.
const maxNetworks = 20

// AssetText is what the text of an asset holds: what may name people, or show an attacker the way.
type AssetText struct {
	Name     string   `json:"name"`
	Kind     string   `json:"kind,omitempty"` // "server", "workstation": in words
	Networks []string `json:"networks,omitempty"`
}

// Encode writes the text.
func (t AssetText) Encode() string {
	b, err := json.Marshal(t)
	if err != nil {
		panic("names cannot be written: " + err.Error())
	}
	return string(b)
}

// ReadAssetText reads it; one that was disposed of is empty.
func ReadAssetText(b []byte) (t AssetText) {
	_ = json.Unmarshal(b, &t)
	return t
}

// Check says what is wrong with a text, each fault under the field that it is in; at is what stands before the field's name.
func (t AssetText) Check(at string) error {
	c := part.Checker{}
	c.Require(at+"name", t.Name != "", "an asset has a name", "write the name by which its people know it")
	c.Line(at+"name", t.Name)
	c.Line(at+"kind", t.Kind)
	if len(t.Networks) > maxNetworks {
		c.Add(at+"networks", fmt.Sprintf("more than %d networks", maxNetworks), "put it on the list as several assets")
	} else {
		c.Lines(at+"networks", t.Networks)
	}
	return c.Faults.Err()
}

// CheckInstant reads a time in the form of RFC 3339 that is not in the future; an empty one is now. It answers microseconds UTC.
func CheckInstant(field, s string, now time.Time) (int64, error) {
	if s == "" {
		return now.UnixMicro(), nil
	}
	c := part.Checker{Now: now}
	m := c.Moment(field, s)
	if m == nil {
		return 0, c.Faults.Err()
	}
	return m.At, nil
}
