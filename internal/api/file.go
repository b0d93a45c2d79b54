package api

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/danielgtaylor/huma/v2"

	"tocsin/internal/domain/access"
)

// Printing makes tagged PDF of documents: the same bytes as on their pages. MA 6.5.3, MA 6.8
type Printing interface {
	PrintReport(ctx context.Context, by access.Actor, number string, report int, w io.Writer) error
	PrintAnalysis(ctx context.Context, by access.Actor, number string, edition int, w io.Writer) error
}

// fileOut is an answer that is a file.
type fileOut struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// pdf is what was printed as a file of that name.
func pdf(name string, print func(io.Writer) error) (*fileOut, error) {
	var b bytes.Buffer
	if err := print(&b); err != nil {
		return nil, err
	}
	return &fileOut{ContentType: kindPDF, Disposition: fmt.Sprintf("attachment; filename=%q", name), Body: b.Bytes()}, nil
}

const (
	kindPDF = "application/pdf"
	kindCSV = "text/csv; charset=utf-8"
)

// filing makes a handler that answers with a file of one kind.
func filing[I any](kind string, h func(*server, context.Context, *I) (*fileOut, error)) func(*server, huma.Operation) {
	return func(s *server, op huma.Operation) {
		op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{kind: {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
		huma.Register(s.huma, op, func(ctx context.Context, in *I) (*fileOut, error) {
			out, err := h(s, ctx, in)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return out, nil
		})
	}
}

type editionIn struct {
	IncidentPath
	Edition int `query:"edition" minimum:"0" maximum:"1000000" doc:"Number of a signed edition; left out or 0: as it stands now."`
}

func (s *server) printReport(ctx context.Context, in *ReportPath) (*fileOut, error) {
	return pdf(fmt.Sprintf("report-to-management-%d.pdf", in.Report), func(w io.Writer) error { return s.Printing.PrintReport(ctx, actorOf(ctx), in.Number, in.Report, w) })
}

func (s *server) printAnalysis(ctx context.Context, in *editionIn) (*fileOut, error) {
	name := "post-incident-analysis.pdf"
	if in.Edition > 0 {
		name = fmt.Sprintf("post-incident-analysis-edition-%d.pdf", in.Edition)
	}
	return pdf(name, func(w io.Writer) error { return s.Printing.PrintAnalysis(ctx, actorOf(ctx), in.Number, in.Edition, w) })
}
