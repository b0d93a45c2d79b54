// Package document makes tagged PDF of what internal/domain/paper describes. A reader who cannot see gets the same structure in
// the same order as one who can; text is selectable; a marking stands on every page. What the embedded fonts cannot draw is
// named by its script and code points, never lost.
package document

import (
	"io"

	"tocsin/internal/domain/paper"
)

// Render writes the document as PDF 1.7.
func Render(w io.Writer, d paper.Doc) error {
	if d.Lang == "" {
		d.Lang = "en-US"
	}
	l, err := lay(d)
	if err != nil {
		return err
	}
	raw, err := l.draw(d)
	if err != nil {
		return err
	}
	tagged, err := tag(raw, d, l)
	if err != nil {
		return err
	}
	_, err = w.Write(tagged)
	return err
}
