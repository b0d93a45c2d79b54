package policy

import "time"

// Pack stub until the engine lands.
type Pack struct{ ID, Version, Title, Jurisdiction, Digest string }

func (p *Pack) Assess(Inputs) Assessment                      { return Assessment{} }
func (p *Pack) Acknowledge(string) (Acknowledge, bool)        { return Acknowledge{}, false }
func (p *Pack) AnswerDuty(time.Time) Duty                     { return Duty{} }
func (p *Pack) Coordinator() Recipient                        { return Recipient{} }
func (p *Pack) Contacts(time.Time) []Contact                  { return nil }
func (p *Pack) ConfidentialMail() bool                        { return false }
func (p *Pack) Categories() []Term                            { return nil }
func (p *Pack) PITypes() []Term                               { return nil }
func (p *Pack) Items() []Item                                 { return nil }
func (p *Pack) KnownCategory(string) bool                     { return true }
func (p *Pack) KnownPIType(string) bool                       { return true }

func (p *Pack) OpenAt(time.Time) bool { return true }

func (p *Pack) Zone() *time.Location { return nil }
