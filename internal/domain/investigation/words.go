package investigation

import "time"

// How exactly the time of an event is known.
const (
	Second = "second"
	Minute = "minute"
	Hour   = "hour"
	Day    = "day"
	Month  = "month"
)

// Precisions lists them, the finest first.
var Precisions = []string{Second, Minute, Hour, Day, Month}

// spans are how much time a precision leaves open.
var spans = map[string]time.Duration{Second: time.Second, Minute: time.Minute, Hour: time.Hour, Day: 24 * time.Hour, Month: 31 * 24 * time.Hour}

// Kinds of event: who made it happen.
const (
	Adversary = "adversary"
	Defender  = "defender"
	Bystander = "other" // people and systems that had no part, or it is not known
)

// Kinds lists them.
var Kinds = []string{Adversary, Defender, Bystander}

// Markings of the Traffic Light Protocol 2.0, by how far something may go.
const (
	TLPRed         = "red"
	TLPAmberStrict = "amber+strict"
	TLPAmber       = "amber"
	TLPGreen       = "green"
	TLPClear       = "clear"
)

// TLPs lists them, the narrowest first.
var TLPs = []string{TLPRed, TLPAmberStrict, TLPAmber, TLPGreen, TLPClear}

// Confidences of a finding, the lowest first.
var Confidences = []string{"low", "moderate", "high"}

// How a finding stands.
const (
	FindingOpen      = "open"
	FindingSupported = "supported"
	FindingRefuted   = "refuted"
)

// Statuses lists them.
var Statuses = []string{FindingOpen, FindingSupported, FindingRefuted}

// End is when an event is over at the latest, as far as its precision says.
func (e Event) End() time.Time {
	return time.UnixMicro(e.At.At).Add(spans[e.Precision])
}
