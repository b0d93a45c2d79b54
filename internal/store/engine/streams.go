package engine

// IncidentPrefix begins the stream of every incident.
const IncidentPrefix = "incident/"
