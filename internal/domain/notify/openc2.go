package notify

import (
	"encoding/json"
	"time"
)

// Command is one command to a containment tool, as OpenC2 writes it. OpenC2 Language Specification 1.0, 3.3.1
type Command struct {
	ID     string // unique over the whole installation
	Action string // contain, deny, allow
	Kind   string // of the target: device, ipv4_net …
	Target string
	Until  time.Time // when an answer no longer helps
	// Incident and Result are left out for a tool that must not know them: the number, and where the answer is posted.
	Incident, Result string
	Demonstration    bool
}

// openC2 is the command as it is sent. Names of our own stand in an extension, as the specification asks. 3.1.4
type openC2 struct {
	Action    string         `json:"action"`
	Target    map[string]any `json:"target"`
	Args      openC2Args     `json:"args"`
	CommandID string         `json:"command_id"`
}

type openC2Args struct {
	ResponseRequested string     `json:"response_requested"`
	Extension         *extension `json:"x-tocsin,omitempty"`
}

type extension struct {
	Incident      string     `json:"incident,omitempty"`
	Result        string     `json:"result,omitempty"`
	AnswerBy      *time.Time `json:"answer_by,omitempty"`
	Demonstration bool       `json:"demonstration,omitempty"`
}

// Payload is the body of the call; it is the same over attempts.
func (c Command) Payload() ([]byte, error) {
	var target any = c.Target
	if c.Kind == "device" {
		target = map[string]string{"hostname": c.Target}
	}
	x := &extension{Incident: c.Incident, Result: webLink(c.Result), Demonstration: c.Demonstration}
	if !c.Until.IsZero() {
		until := c.Until.UTC()
		x.AnswerBy = &until
	}
	if *x == (extension{}) {
		x = nil
	}
	return json.Marshal(openC2{Action: c.Action, Target: map[string]any{c.Kind: target}, CommandID: c.ID,
		Args: openC2Args{ResponseRequested: "complete", Extension: x}})
}
