package incident

import (
	"tocsin/internal/domain/incident/response"
	"tocsin/internal/domain/policy"
)

// StartResponse begins the response: who leads it, what was begun (a text), and which playbooks are followed. MA 6.5.1
type StartResponse struct {
	Lead      string
	Playbooks []string
	Texts     map[string]string
}

// decide begins, discharges what is owed from the rating on, and puts the playbooks' steps on the list. A second
// start changes nothing.
func (c StartResponse) decide(d *decision) error {
	if err := d.worked(); err != nil || !d.s.Response.StartedAt.IsZero() {
		return err
	}
	if err := d.decided(response.Begin(c.Lead, c.Texts, d.view())); err != nil {
		return err
	}
	if d.s.Lifecycle.Phase == "" {
		d.emit(&PhaseEntered{Phase: PhaseDetection}, nil)
	}
	d.dischargeWhere(policy.DischargeResponse, openUntil(policy.DischargeResponse))
	for _, id := range c.Playbooks {
		if err := d.decided(response.Decide(d.s.Response, FollowPlaybook{Playbook: id}, d.view())); err != nil {
			return err
		}
	}
	return nil
}

// belongs says whether a person may be given work on the incident.
func (d *decision) belongs(person string) bool { return d.view().Belongs(person) }
