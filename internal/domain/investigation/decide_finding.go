package investigation

import (
	"fmt"
	"slices"

	"tocsin/internal/domain/fault"
)

// RecordFinding states a hypothesis; Statement is the digest of its text.
type RecordFinding struct{ Confidence, Statement string }

func (c RecordFinding) decide(s State, _ Env) ([]Draft, error) {
	if err := checkConfidence(c.Confidence); err != nil {
		return nil, err
	}
	if len(s.Findings) >= maxOthers {
		return nil, fault.Conflict("this investigation has %d findings already", len(s.Findings))
	}
	f := &FindingRecorded{Finding: ordinal("f", len(s.Findings)+1), Confidence: c.Confidence}
	return []Draft{{Fact: f, Texts: map[string]string{TextStatement: c.Statement}}}, nil
}

func checkConfidence(level string) error {
	if !slices.Contains(Confidences, level) {
		return fault.Invalid("confidence", "How sure are you?", "Use low, moderate or high.")
	}
	return nil
}

// JudgeFinding says how a finding stands now. A finding that is supported or refuted has an argument that says so.
type JudgeFinding struct{ Finding, Confidence, Status, Reason string }

func (c JudgeFinding) decide(s State, _ Env) ([]Draft, error) {
	f := s.finding(c.Finding)
	if f == nil {
		return nil, fault.NotFound("no such finding")
	}
	if err := checkConfidence(c.Confidence); err != nil {
		return nil, err
	}
	argued := func(against bool) bool {
		return slices.ContainsFunc(f.Arguments, func(a Argument) bool { return a.Against == against })
	}
	switch {
	case !slices.Contains(Statuses, c.Status):
		return nil, fault.Invalid("status", "How does it stand?", "Use open, supported or refuted.")
	case c.Status == FindingSupported && !argued(false):
		return nil, fault.Invalid("status", "Nothing speaks for this finding yet.", "Add what speaks for it first.")
	case c.Status == FindingRefuted && !argued(true):
		return nil, fault.Invalid("status", "Nothing speaks against this finding yet.", "Add what speaks against it first.")
	case f.Status == c.Status && f.Confidence == c.Confidence:
		return nil, nil
	}
	return []Draft{{Fact: &FindingJudged{Finding: c.Finding, Confidence: c.Confidence, Status: c.Status}, Texts: map[string]string{TextReason: c.Reason}}}, nil
}

// Argue says what speaks for or against a finding; Text is the digest of what.
type Argue struct {
	Finding            string
	Against            bool
	Events, Indicators []string
	Text               string
}

func (c Argue) decide(s State, _ Env) ([]Draft, error) {
	f := s.finding(c.Finding)
	if f == nil {
		return nil, fault.NotFound("no such finding")
	}
	if err := s.checkLinks(nil, c.Events, c.Indicators); err != nil {
		return nil, err
	}
	if len(f.Arguments) >= maxOthers {
		return nil, fault.Conflict("this finding has %d arguments already", len(f.Arguments))
	}
	a := &ArgumentRecorded{Argument: ordinal("a", s.arguments+1), Finding: c.Finding, Against: c.Against, Events: c.Events, Indicators: c.Indicators}
	return []Draft{{Fact: a, Texts: map[string]string{TextArgument: c.Text}}}, nil
}

// checkLinks refuses what is not part of this investigation.
func (s *State) checkLinks(findings, events, indicators []string) error {
	var faults fault.List
	miss := func(field, what, id string) {
		faults = append(faults, fault.Invalid(field, fmt.Sprintf("There is no %s %q in this investigation.", what, id), "Give ids as the pages show them."))
	}
	for _, id := range findings {
		if s.finding(id) == nil {
			miss("findings", "finding", id)
		}
	}
	for _, id := range events {
		if s.event(id) == nil {
			miss("events", "event", id)
		}
	}
	for _, id := range indicators {
		if s.trace(id) == nil {
			miss("indicators", "indicator", id)
		}
	}
	if max(len(findings), len(events), len(indicators)) > MaxLinks {
		faults = append(faults, fault.Invalid("events", "This is linked to too many things.", "Link at most 50 of each."))
	}
	return faults.Err()
}

// TakeDecision writes a line of the decision log: who decided what, when, and on which facts.
type TakeDecision struct {
	By                           string
	At                           Moment
	Replaces                     string
	Findings, Events, Indicators []string
	What, Why                    string // digests
}

func (c TakeDecision) decide(s State, env Env) ([]Draft, error) {
	if p, ok := env.Dir.Person(c.By); !ok || p.Gone && c.By != env.Actor.Person {
		return nil, fault.Invalid("by", "The directory has nobody of this id.", "Choose who decided.")
	}
	if at := c.At.Time(); at.Before(oldest) || at.After(env.Now.Add(tomorrow)) {
		return nil, fault.Invalid("at", "The time is in the future, or before there were records.", "Give the time of the decision.")
	}
	if err := s.checkLinks(c.Findings, c.Events, c.Indicators); err != nil {
		return nil, err
	}
	if c.Replaces != "" {
		i := slices.IndexFunc(s.Decisions, func(d Decision) bool { return d.Decision == c.Replaces })
		if i < 0 {
			return nil, fault.Invalid("replaces", "There is no such decision.", "Choose one of the log.")
		}
		if s.Decisions[i].ReplacedBy != "" {
			return nil, fault.Invalid("replaces", "This decision was replaced already.", "Replace the one that did.")
		}
	}
	if len(s.Decisions) >= maxOthers {
		return nil, fault.Conflict("this investigation has %d decisions already", len(s.Decisions))
	}
	f := &DecisionRecorded{Decision: ordinal("d", len(s.Decisions)+1), By: c.By, At: c.At, Replaces: c.Replaces, Findings: c.Findings, Events: c.Events, Indicators: c.Indicators}
	return []Draft{{Fact: f, Texts: map[string]string{TextDecision: c.What, TextGrounds: c.Why}}}, nil
}

// WriteNote adds a note, or changes one where Note names it; Text is the digest of its words.
// Mentions are the people it names; those who were told of it before are not told again.
type WriteNote struct {
	Note, Text string
	Mentions   []string
}

func (c WriteNote) decide(s State, _ Env) ([]Draft, error) {
	id, told := c.Note, []string(nil)
	if n := s.note(id); n != nil {
		told = n.Mentioned
	}
	if id == "" {
		id = ordinal("n", len(s.Notes)+1)
	} else if n := s.note(id); n == nil {
		return nil, fault.NotFound("no such note")
	} else if n.Ended != nil {
		return nil, fault.Conflict("this note was withdrawn")
	}
	if len(s.Notes) >= maxOthers {
		return nil, fault.Conflict("this investigation has %d notes already", len(s.Notes))
	}
	f := &NoteWritten{Note: id}
	for _, p := range c.Mentions {
		if !slices.Contains(told, p) && !slices.Contains(f.Mentions, p) {
			f.Mentions = append(f.Mentions, p)
		}
	}
	return []Draft{{Fact: f, Texts: map[string]string{TextNote: c.Text}}}, nil
}

// WithdrawNote takes a note away.
type WithdrawNote struct{ Note, Reason string }

func (c WithdrawNote) decide(s State, _ Env) ([]Draft, error) {
	n := s.note(c.Note)
	if n == nil {
		return nil, fault.NotFound("no such note")
	}
	if n.Ended != nil {
		return nil, nil
	}
	return []Draft{{Fact: &NoteWithdrawn{Note: c.Note}, Texts: map[string]string{TextReason: c.Reason}}}, nil
}
