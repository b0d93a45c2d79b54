package notify

import (
	"testing"
	"time"
)

func TestOpenC2(t *testing.T) {
	c := Command{ID: "m1", Action: "contain", Kind: "device", Target: "dmv-ws-114", Until: time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC), Incident: "N", Result: "https://tocsin.example.gov/r"}
	for _, test := range []struct {
		change func(*Command)
		want   string
	}{
		{func(*Command) {}, `{"action":"contain","target":{"device":{"hostname":"dmv-ws-114"}},"args":{"response_requested":"complete","x-tocsin":{"incident":"N","result":"https://tocsin.example.gov/r","answer_by":"2026-06-18T17:00:00Z"}},"command_id":"m1"}`},
		{func(c *Command) { c.Action, c.Kind, c.Target = "deny", "ipv4_net", "10.1.2.3/32" }, `{"action":"deny","target":{"ipv4_net":"10.1.2.3/32"},"args":{"response_requested":"complete","x-tocsin":{"incident":"N","result":"https://tocsin.example.gov/r","answer_by":"2026-06-18T17:00:00Z"}},"command_id":"m1"}`},
		{func(c *Command) { c.Incident, c.Result, c.Until = "", "", time.Time{} }, `{"action":"contain","target":{"device":{"hostname":"dmv-ws-114"}},"args":{"response_requested":"complete"},"command_id":"m1"}`},
	} {
		c := c
		test.change(&c)
		got, err := c.Payload()
		if err != nil || string(got) != test.want {
			t.Errorf("%s, %v\nwant %s", got, err, test.want)
		}
	}
}
