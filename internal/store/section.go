package store

import (
	"context"
	"strings"

	"tocsin/internal/domain/record"
	"tocsin/internal/domain/section"
	"tocsin/internal/ledger"
)

// sections are the streams of sections. Nothing is derived from them, so that no table tells that there is one.
var sections = Aggregate[[]section.Note]{Kind: "section", Fold: section.Fold,
	Rows: func(string, []record.Recorded, []record.Recorded, func(string) []byte) []Row { return nil }}

// sectionID is a section's stream without what begins all of them.
func sectionID(stream string) string { return strings.TrimPrefix(stream, sections.Stream("")) }

// Section returns what happened in a section; nothing for one that nobody wrote in.
func (c *Cases) Section(ctx context.Context, stream string) ([]record.Recorded, error) {
	return FactsOf(ctx, c, sections, sectionID(stream))
}

// AppendSection adds facts to a section, behind whatever others wrote meanwhile.
func (c *Cases) AppendSection(ctx context.Context, stream string, d ledger.Decision) error {
	return Update(ctx, c, sections, sectionID(stream), func([]section.Note) (ledger.Decision, error) { return d, nil })
}
