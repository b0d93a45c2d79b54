package serve

// OneIncident is the address of an incident, below which is everything about it.
const OneIncident = "/api/v1/incidents/{number}"

// IncidentPath names an incident in a path.
type IncidentPath struct {
	Number string `path:"number" maxLength:"64" doc:"Number of the incident."`
}

// NumberedPath names a part of an incident: a question, a duty, a task.
type NumberedPath struct {
	IncidentPath
	ID string `path:"id" maxLength:"128"`
}

// EntityPath names an entity of the directory in a path.
type EntityPath struct {
	Entity string `path:"entity" maxLength:"128" doc:"Id of the entity."`
}

// ReasonInput is the body of an act that needs nothing but why.
type ReasonInput struct {
	Reason string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
}

// NoteInput is the body of an act that may carry a note.
type NoteInput struct {
	Note string `json:"note,omitempty" maxLength:"20000" doc:"What was done or found."`
}
