package api

import (
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// directoryRoutes say what there is to report for.
func directoryRoutes() []Route {
	return []Route{
		ask("/api/v1/entities", "entities", access.Read, "Entities that this key may see", entities),
	}
}

// EntityList is the entities that a key may see.
type EntityList struct {
	Entities []app.EntityView `json:"entities"`
}

func entities(c call, _ nothing) (EntityList, error) {
	all, err := c.App.Entities(c, c.By)
	return EntityList{all}, err
}
