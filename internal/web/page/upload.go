package page

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"tocsin/internal/domain/fault"
)

// uploadLimit is how many bytes the files of one form may have together.
const uploadLimit = 12 << 20

// maxParts bounds the parts of an upload.
const maxParts = 80

// readUpload reads a form with files into r.form and r.files. Nothing is written to disk. It answers false where the body is
// no such form.
func (r *Request) readUpload(w http.ResponseWriter, rt Row) (bool, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if !rt.Files || err != nil || kind != "multipart/form-data" {
		return false, nil
	}
	if r.session == nil { // nobody has files read without saying who they are
		return true, nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, uploadLimit)
	reader, err := r.MultipartReader()
	if err != nil {
		return true, fault.Invalid("", "The form is damaged.", "")
	}
	r.Form, r.Files, r.Uploads = url.Values{}, map[string][]byte{}, nil
	for n := range maxParts {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) && n > 0 {
			return true, nil
		}
		if err == nil {
			err = r.keepPart(rt, part)
		}
		if tooLarge := new(http.MaxBytesError); asError(err, &tooLarge) {
			return true, tooLarge
		}
		if err != nil && fault.KindOf(err) == "" {
			err = fault.Invalid("", "The form is damaged.", "")
		}
		if err != nil {
			return true, err
		}
	}
	return true, fault.Invalid("", "The form has too many parts.", "")
}

// Upload is one file of a form, for forms that take several under one name. Its name is as the browser says.
type Upload struct {
	Name string
	Data []byte
}

// keepPart keeps one part: the bytes of a file, or a field of the form.
func (r *Request) keepPart(rt Row, part *multipart.Part) error {
	name := part.FormName()
	if !admits(rt.Fields, name) {
		return fault.Invalid("", "The form has a field that this page does not know.", "")
	}
	data, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	if part.FileName() != "" {
		r.Files[name] = data
		r.Uploads = append(r.Uploads, Upload{part.FileName(), data})
		return nil
	}
	if !ProperText(string(data)) {
		return fault.Invalid(name, "A field holds characters that are not text.", "Remove them and send it again.")
	}
	r.Form.Add(name, string(data))
	return nil
}
