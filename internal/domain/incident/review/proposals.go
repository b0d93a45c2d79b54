package review

import (
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// What a lesson may propose to change. MA 6.8.4, MA 6.3.1.1.6, MA 6.6.2 testing
const (
	ProposePlaybook = "playbook" // target: id in the pack
	ProposeControl  = "control"  // target: title of the section of the control mapping
	ProposePolicy   = "policy"   // target: id of a rule of the pack
	ProposePlan     = "plan"     // the response plan; no target
)

// ProposalKinds lists them once.
var ProposalKinds = []string{ProposePlaybook, ProposePlan, ProposePolicy, ProposeControl}

// ChangeProposed proposes to change a playbook, the plan, a policy or a control; what and why is a text. MA 6.8.4
type ChangeProposed struct {
	ID     string `json:"id"` // "p1", "p2" …
	Kind   string `json:"kind"`
	Target string `json:"target,omitempty"`
}

// FactName implements Fact.
func (ChangeProposed) FactName() string { return "incident.change_proposed.v1" }

// ProposalDecided says whether a proposal is accepted; why is a text.
type ProposalDecided struct {
	Proposal string `json:"proposal"`
	Accepted bool   `json:"accepted"`
}

// FactName implements Fact.
func (ProposalDecided) FactName() string { return "incident.proposal_decided.v1" }

// ProposalDone says that what was proposed was changed: in which version of the pack, where it is one, or under a link, a text.
type ProposalDone struct {
	Proposal string `json:"proposal"`
	Version  string `json:"version,omitempty"` // of the pack
}

// FactName implements Fact.
func (ProposalDone) FactName() string { return "incident.proposal_done.v1" }

// TextProposal is what a proposal would change, and why.
const TextProposal = "proposal"

// Proposal states.
const (
	ProposalOpen     = "proposed"
	ProposalAccepted = "accepted"
	ProposalRejected = "rejected"
	ProposalIsDone   = "done"
)

// Proposal is one proposed change, with what became of it.
type Proposal struct {
	ID, Kind, Target string
	Status           string
	Text             string // digest
	By               string // actor id
	At               time.Time
	DecidedBy        string // actor id
	DecidedAt        time.Time
	Why              string // digest
	Version          string // of the pack that has the change
	Link             string // digest
	DoneBy           string // actor id
	DoneAt           time.Time
}

// ProposeChange proposes a change.
type ProposeChange struct {
	Kind, Target string
	Texts        map[string]string
}

// DecideProposal accepts or rejects it.
type DecideProposal struct {
	Proposal string
	Accepted bool
	Texts    map[string]string
}

// FinishProposal says that the change is made, with the version of the pack or a link.
type FinishProposal struct {
	Proposal, Version string
	Texts             map[string]string
}

func (f *ChangeProposed) apply(s *State, r record.Recorded) {
	s.Proposals = append(s.Proposals, Proposal{ID: f.ID, Kind: f.Kind, Target: f.Target, Status: ProposalOpen, Text: r.Texts[TextProposal],
		By: r.Actor, At: r.At})
}

func (f *ProposalDecided) apply(s *State, r record.Recorded) {
	s.changeProposal(f.Proposal, func(p *Proposal) {
		p.Status, p.DecidedBy, p.DecidedAt, p.Why = ProposalRejected, r.Actor, r.At, r.Texts[part.TextReason]
		if f.Accepted {
			p.Status = ProposalAccepted
		}
	})
}

func (f *ProposalDone) apply(s *State, r record.Recorded) {
	s.changeProposal(f.Proposal, func(p *Proposal) {
		p.Status, p.Version, p.Link, p.DoneBy, p.DoneAt = ProposalIsDone, f.Version, r.Texts[TextLink], r.Actor, r.At
	})
}

func (s *State) changeProposal(id string, change func(*Proposal)) {
	for i := range s.Proposals {
		if s.Proposals[i].ID == id {
			change(&s.Proposals[i])
		}
	}
}

func (c ProposeChange) decide(s State, at part.Case) ([]part.Outcome, error) {
	if !slices.Contains(ProposalKinds, c.Kind) {
		return nil, fault.Invalid("kind", "a proposal changes a playbook, the plan, a policy or a control",
			"use one of: "+strings.Join(ProposalKinds, ", "))
	}
	if !changeable(c.Kind, c.Target, at.How) {
		return nil, fault.Invalid("target", "the policy in force has nothing of this name", "choose one of the list")
	}
	return part.One(part.Record(&ChangeProposed{ID: part.Ordinal("p", len(s.Proposals)+1), Kind: c.Kind, Target: c.Target}, c.Texts))
}

// changeable says whether the pack has what a proposal would change.
func changeable(kind, target string, how part.Procedures) bool {
	switch kind {
	case ProposePlaybook:
		return slices.ContainsFunc(how.Playbooks(), func(b policy.Playbook) bool { return b.ID == target })
	case ProposeControl:
		return slices.ContainsFunc(how.ControlSections(), func(c policy.ControlSection) bool { return c.Title == target })
	case ProposePolicy:
		_, ok := how.RuleByID(target)
		return ok
	}
	return target == ""
}

func (s State) proposed(id string) (Proposal, error) {
	for _, p := range s.Proposals {
		if p.ID == id {
			return p, nil
		}
	}
	return Proposal{}, fault.NotFound("no such proposal")
}

func (c DecideProposal) decide(s State, _ part.Case) ([]part.Outcome, error) {
	p, err := s.proposed(c.Proposal)
	if err != nil {
		return nil, err
	}
	to := map[bool]string{true: ProposalAccepted, false: ProposalRejected}[c.Accepted]
	switch p.Status {
	case to:
		return nil, nil
	case ProposalIsDone:
		return nil, fault.Conflict("this change is made already")
	}
	return part.One(part.Record(&ProposalDecided{Proposal: p.ID, Accepted: c.Accepted}, c.Texts))
}

func (c FinishProposal) decide(s State, _ part.Case) ([]part.Outcome, error) {
	p, err := s.proposed(c.Proposal)
	switch {
	case err != nil:
		return nil, err
	case p.Status == ProposalIsDone:
		return nil, nil
	case p.Status != ProposalAccepted:
		return nil, fault.Conflict("this proposal is %s; only an accepted one can be carried out", p.Status)
	case c.Version == "" && c.Texts[TextLink] == "":
		return nil, fault.Invalid("version", "it is not said where the change is", "give the version of the pack that has it, or a link")
	}
	return part.One(part.Record(&ProposalDone{Proposal: p.ID, Version: c.Version}, c.Texts))
}
