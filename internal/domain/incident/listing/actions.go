package listing

// ActionRow is one corrective action in the list over all incidents. What it says are digests of texts. MA 6.6.1.2
type ActionRow struct {
	Stream, ID, Number, Entity string
	Owner                      string // person id
	Status                     string // one of the ActionIs words
	Due, Done, Ended           int64  // microseconds UTC; 0 for never
	What, Lesson               string // digests
	Evidence, Link             string
	Marks
}

// ActionFilter narrows the list of corrective actions.
type ActionFilter struct {
	States  []string // of ActionIs words; at least one
	Owners  []string // person ids; nil for all, empty for nobody
	Under   []string // entities; nil for all, empty for none
	DueFrom int64    // microseconds; 0 for any
	DueTo   int64    // before; 0 for any
	Latest  bool     // the latest due first
	After   *ActionPosition
	Limit   int
}

// ActionPosition is a place in the list.
type ActionPosition struct {
	Due        int64
	Stream, ID string
}
