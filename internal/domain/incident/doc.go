// Package incident is the aggregate that everything else serves: what an entity filed, how it is rated, who was told and
// has answered, what is owed. Decide and Apply are pure; time, identity and policy are arguments.
package incident
