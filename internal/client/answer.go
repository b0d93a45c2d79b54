package client

import (
	"time"

	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// Answer is what the server says to a filing, as far as the command line shows it. Keys that a newer server adds are
// passed over.
type Answer struct {
	Incident      string               `json:"incident"`
	Entity        string               `json:"entity"`
	Filing        int                  `json:"filing"`
	ReceivedAt    time.Time            `json:"received_at"`
	Rating        Rating               `json:"rating"`
	Reportability policy.Reportability `json:"reportability"`
	Duties        []Duty               `json:"duties"`
	Tracks        []Track              `json:"tracks"`
	Missing       []policy.Item        `json:"missing"`
	Advice        []policy.Advice      `json:"advice"`
	Receipt       string               `json:"receipt"`
}

// Rating is the level with its reasons.
type Rating struct {
	Level       policy.Level    `json:"level"`
	Provisional bool            `json:"provisional"`
	Reasons     []policy.Reason `json:"reasons"`
	Open        []string        `json:"open"`
}

// Duty is one thing owed.
type Duty struct {
	What       string     `json:"what"`
	By         string     `json:"by"`
	To         string     `json:"to"`
	Due        *time.Time `json:"due"`
	Clause     string     `json:"clause"`
	Status     string     `json:"status"`
	Unverified bool       `json:"unverified"`
}

// Track is one authority's own status.
type Track struct {
	Authority string    `json:"authority"`
	Name      string    `json:"name"`
	Status    string    `json:"status"`
	Since     time.Time `json:"since"`
}

// Preview is what a filing would lead to.
type Preview struct {
	Rating        Rating               `json:"rating"`
	Reportability policy.Reportability `json:"reportability"`
	Duties        []Duty               `json:"duties"`
	Tell          []Tell               `json:"tell"`
	Missing       []policy.Item        `json:"missing"`
	Advice        []policy.Advice      `json:"advice"`
}

// Tell is who would be told.
type Tell struct {
	To     string `json:"to"`
	Why    string `json:"why"`
	Clause string `json:"clause"`
}

// Entity is an entity that the key may see.
type Entity struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Pack    string `json:"pack"`
	MayFile bool   `json:"may_file"`
}

// Form is what a filing for an entity asks.
type Form struct {
	Entity     Entity            `json:"entity"`
	Pack       string            `json:"pack"`
	Categories []policy.Term     `json:"categories"`
	PITypes    []policy.Term     `json:"pi_types"`
	ISO        *incident.Contact `json:"iso"`
	Reporter   *incident.Contact `json:"reporter"`
}
