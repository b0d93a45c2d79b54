package listing

// Markings of an incident, and of whatever is printed or mailed about it. MA 6.5.4
const (
	MarkNone         = "none"
	MarkConfidential = "confidential" // categorised so by the CISO or the CISO's designee
	MarkRestricted   = "restricted"   // follows from a restriction to named members; nobody sets it by itself
)

// Marks are what an incident's marking follows from, as every list of incidents, or of what belongs to them, carries them along.
type Marks struct {
	Restricted, Confidential bool
}

// Marking is how whatever is shown of the incident is marked: a restriction is stricter than any categorisation. MA 6.5.4
func (m Marks) Marking() string {
	switch {
	case m.Restricted:
		return MarkRestricted
	case m.Confidential:
		return MarkConfidential
	}
	return MarkNone
}
