package page

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:static
var static embed.FS

// Assets serves the built files from memory. Their names carry a digest of their content, so a browser keeps them for good.
type Assets struct {
	Names map[string]string // "app.css" -> "/static/build/app-1a2b….css"
	Files map[string]asset  // by address
}

type asset struct {
	kind    string
	Content []byte
	packed  []byte // gzip; nil where it would not be smaller
}

// loadAssets reads the manifest that the build wrote. Without it the pages are plain and say what to run.
func loadAssets() (*Assets, error) {
	a := &Assets{Names: map[string]string{}, Files: map[string]asset{}}
	manifest, err := static.ReadFile("static/build/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return nil, err
	}
	var files map[string]string
	if err := json.Unmarshal(manifest, &files); err != nil {
		return nil, err
	}
	for name, file := range files {
		content, err := static.ReadFile("static/build/" + file)
		if err != nil {
			return nil, err
		}
		packed, _ := static.ReadFile("static/build/" + file + ".gz")
		address := "/static/build/" + file
		a.Names[name] = address
		a.Files[address] = asset{kind: kindOf(file), Content: content, packed: packed}
	}
	return a, nil
}

func kindOf(file string) string {
	switch ext := path.Ext(file); ext {
	case ".md":
		return "text/plain; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	default:
		return mime.TypeByExtension(ext)
	}
}

// missing says that the build has not been run.
func (a *Assets) missing() bool { return a.Names["app.css"] == "" }

func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.Files[r.URL.Path]
	if !ok {
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	content := f.Content
	if f.packed != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			content = f.packed
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // a reader that has gone away is no error of ours
	}
}
