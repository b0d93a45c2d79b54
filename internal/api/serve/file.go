package serve

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tocsin/internal/domain/access"
)

const kindPDF = "application/pdf"

// fileOut is an answer that is a file.
type fileOut struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// Download is a question about one incident that is answered by a tagged PDF; f names the file, and what writes it.
func Download[P any](pattern, id, summary string, f func(c Call, at P) (name string, write func(io.Writer) error)) Route {
	r := AskWhole(pattern, id, access.Read, summary, func(c Call, at P) (*fileOut, error) {
		name, write := f(c, at)
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return nil, err
		}
		return &fileOut{ContentType: kindPDF, Disposition: Attachment(name), Body: b.Bytes()}, nil
	})
	register := r.register
	r.register = func(s *server, op huma.Operation) {
		op.Responses = bytesOf(kindPDF, &huma.Schema{Type: "string", Format: "binary"})
		register(s, op)
	}
	return r
}

// Attachment is the header of an answer that is kept as a file.
func Attachment(name string) string { return fmt.Sprintf("attachment; filename=%q", name) }

// bytesOf documents an answer that is passed on as bytes.
func bytesOf(kind string, s *huma.Schema) map[string]*huma.Response {
	ok := &huma.Response{Description: http.StatusText(http.StatusOK), Content: map[string]*huma.MediaType{kind: {Schema: s}}}
	return map[string]*huma.Response{"200": ok}
}
