package investigation

import (
	"context"
	"strings"

	"tocsin/internal/domain/record"
	"tocsin/internal/domain/section"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/streams"
)

// sections are the streams of sections. Nothing is derived from them, so that no table tells that there is one.
var sections = streams.Aggregate[[]section.Note]{Kind: "section", Fold: section.Fold,
	Rows: func(string, []record.Recorded, []record.Recorded, func(string) []byte) []engine.Row { return nil }}

// sectionID is a section's stream without what begins all of them.
func sectionID(stream string) string { return strings.TrimPrefix(stream, sections.Stream("")) }

// Section returns what happened in a section; nothing for one that nobody wrote in.
func (c *Store) Section(ctx context.Context, stream string) ([]record.Recorded, error) {
	return streams.FactsOf(ctx, c.Streams, sections, sectionID(stream))
}

// AppendSection adds facts to a section, behind whatever others wrote meanwhile.
func (c *Store) AppendSection(ctx context.Context, stream string, d ledger.Decision) error {
	return streams.Update(ctx, c.Streams, sections, sectionID(stream), func([]section.Note) (ledger.Decision, error) { return d, nil })
}
