package page

import (
	"mime"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/internal/domain/fault"
)

// readForm reads the body of a POST: url-encoded only, of limited size, with known fields and proper text only.
func (r *Request) readForm(w http.ResponseWriter, rt Row) error {
	if uploaded, err := r.readUpload(w, rt); uploaded || err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.ContentLength != 0 && (err != nil || kind != "application/x-www-form-urlencoded") {
		return fault.Invalid("", "Pages take forms only.", "Programs use the API.")
	}
	limit := rt.Limit
	if limit == 0 {
		limit = smallForm
	}
	if r.session == nil {
		limit = min(limit, ReportForm)
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if err := r.ParseForm(); err != nil {
		if tooLarge := new(http.MaxBytesError); asError(err, &tooLarge) {
			return tooLarge
		}
		return fault.Invalid("", "The form is damaged.", "")
	}
	r.Form = r.PostForm
	for name, values := range r.Form {
		if !admits(rt.Fields, name) {
			return fault.Invalid("", "The form has a field that this page does not know.", "")
		}
		for i, v := range values {
			if !ProperText(v) {
				return fault.Invalid(name, "A field holds characters that are not text.", "Remove them and send it again.")
			}
			values[i] = strings.ReplaceAll(v, "\r\n", "\n")
		}
	}
	return nil
}

// admits says whether a form field is one that the route declared. Whatever is not declared is refused, so that no
// field can reach anything by its name alone.
func admits(fields []string, name string) bool {
	for _, f := range fields {
		if f == name {
			return true
		}
		if head, ok := strings.CutSuffix(f, "*"); ok && strings.HasPrefix(name, head) {
			return true
		}
	}
	return false
}

// ProperText admits what a person can type or paste as text: valid UTF-8 without control characters.
func ProperText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(c rune) bool {
		return unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t'
	})
}

// Text returns a form field without surrounding space.
func (r *Request) Text(name string) string { return strings.TrimSpace(r.Form.Get(name)) }
