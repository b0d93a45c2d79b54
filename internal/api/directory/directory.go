// Package directory has the routes of entities.
package directory

import (
	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Routes say what there is to report for.
func Routes() []serve.Route {
	return []serve.Route{
		serve.Ask("/api/v1/entities", "entities", access.Read, "Entities that this key may see", entities),
	}
}

// EntityList is the entities that a key may see.
type EntityList struct {
	Entities []app.EntityView `json:"entities"`
}

func entities(c serve.Call, _ serve.Nothing) (EntityList, error) {
	all, err := c.App.Entities(c, c.By)
	return EntityList{all}, err
}
