package page

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

// KindPDF is the content type of a printed document.
const KindPDF = "application/pdf"

// Download sends a file to be kept.
func Download(w http.ResponseWriter, r *Request, kind, name string, body []byte) error {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	Send(w, r, http.StatusOK, kind, body)
	return nil
}

// Sources are the templates of all pages.
//
//go:embed templates/*.tmpl
var Sources embed.FS

// pages holds one template set per page: the frame, the shared parts, and the page's own "main". A page is read when it is shown
// for the first time: reading all of them would take half of the time that the program needs to start.
type pages struct {
	base *template.Template
	mu   sync.Mutex
	made map[string]*template.Template
}

// shared are the files that every page stands on.
var shared = []string{"templates/frame.tmpl", "templates/parts.tmpl", "templates/controls.tmpl", "templates/filing.tmpl",
	"templates/incident.tmpl", "templates/providers.tmpl", "templates/pack.tmpl", "templates/inquiry.tmpl", "templates/marking.tmpl"}

// Parsed holds the pages of this program; they are the same for every site in it.
var Parsed = sync.OnceValues(ParsePages)

// ParsePages reads the parts that all pages share.
func ParsePages() (*pages, error) {
	base, err := template.New("").Funcs(Functions).ParseFS(Sources, shared...)
	return &pages{base: base, made: map[string]*template.Template{}}, err
}

// Get answers a page's template. Every page of the program is read by a test.
func (p *pages) Get(name string) (*template.Template, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.made[name]; t != nil {
		return t, nil
	}
	t, err := p.base.Clone()
	if err == nil {
		t, err = t.ParseFS(Sources, "templates/page_"+name+".tmpl")
	}
	if err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	p.made[name] = t
	return t, nil
}

// Write executes a block of a page.
func (p *pages) Write(w io.Writer, name, block string, data any) error {
	t, err := p.Get(name)
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, block, data)
}

// Page is what a handler says of its page; the frame adds the rest.
type Page struct {
	Title    string // the one h1, and the window's title
	Crumbs   []Crumb
	Problems []Problem // what is to be mended, shown first
	Done     string    // what was just done
	Marking  string    // of the incident that the page is about; render puts it in
	Wide     bool      // uses the whole width: lists and tables
	Body     any
	Frame
}

// Frame is what surrounds every page.
type Frame struct {
	Clock
	Reader   *reader
	Nav      []NavItem
	More     []NavItem // what does not fit into the header's row, behind one button
	Demo     bool
	Version  string
	Path     string
	Quick    bool             // the form for people without an account is there
	Who      string           // tells one reader from another to the script, and nothing else
	Emergent []policy.Contact // on pages that say that something does not work
	Assets   *Assets
	label    func(pack, id string) string
}

// reader is the signed-in person as the header names them.
type reader struct {
	Name  string
	Roles string
}

// Crumb is one step of the way to a page.
type Crumb struct{ Title, Address string }

// Crumbs makes the way to a page from pairs of a title and an address.
func Crumbs(pairs ...string) (out []Crumb) {
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, Crumb{Title: pairs[i], Address: pairs[i+1]})
	}
	return out
}

// NavItem is one place in the header.
type NavItem struct {
	Title, Address string
	Current        bool
	Rare           bool // goes first where the row gets long
}

// maxNav is how many places the header's row has room for.
const maxNav = 6

// FoldNav keeps a short row as it is, and of a long one what is opened every day.
func FoldNav(items []NavItem) (row, more []NavItem) {
	if len(items) <= maxNav {
		return items, nil
	}
	for _, i := range items {
		if i.Rare {
			more = append(more, i)
		} else {
			row = append(row, i)
		}
	}
	return row, more
}

// MoreCurrent says that the page is one of those behind the button.
func (f Frame) MoreCurrent() bool {
	return slices.ContainsFunc(f.More, func(i NavItem) bool { return i.Current })
}

// Problem is one thing to mend: what, and where on the page it stands. ID and Label are empty where no field is to blame.
type Problem struct{ ID, Label, Text string }

// Asset answers the address of a built file; empty where the build was not run.
func (f Frame) Asset(name string) string { return f.Assets.Names[name] }

// Plain says that the pages have no styles because the build was not run.
func (f Frame) Plain() bool { return f.Assets.missing() }

// Frame returns what surrounds every page, for this reader.
func (s *Site) Frame(r *Request) Frame {
	f := Frame{Clock: r.Clock, Quick: !s.NoQuick, Demo: s.Demo, Version: s.Version, Path: r.URL.Path, Assets: s.Assets, label: s.Label}
	if r.session != nil {
		f.Reader = &reader{Name: r.By().Name, Roles: roleList(r.By())}
		f.Nav, f.More = FoldNav(s.nav(r.By(), r.URL.Path))
		f.Who = WhoIs(r.By())
	}
	return f
}

func roleList(by access.Actor) string {
	var words []string
	seen := map[directory.Role]bool{}
	for _, a := range by.Roles {
		if !seen[a.Role] {
			seen[a.Role] = true
			words = append(words, RoleWords(a.Role))
		}
	}
	return strings.Join(words, ", ")
}

// Render writes a page. It is built in memory first: a fault in the middle gives an error page, not half a page.
func (s *Site) Render(w http.ResponseWriter, r *Request, status int, name string, p Page) error {
	p.Frame = s.Frame(r)
	if err := s.mark(r, &p); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := s.Pages.Write(&b, name, "frame", p); err != nil {
		return err
	}
	Send(w, r, status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// mark puts the marking of the incident that the address names on the page, whatever page it is: none shows or prints an incident without
// it. Who may not see the incident gets no page of it, or one that says nothing of its marking. MA 6.5.4
func (s *Site) mark(r *Request, p *Page) (err error) {
	number := r.PathValue("number")
	if number == "" || r.session == nil {
		return nil
	}
	p.Marking, err = s.App.MarkingOf(r.Context(), r.By(), number)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil
	}
	return err
}

// RenderPart writes one block of a page, for the script to put in place.
func (s *Site) RenderPart(w http.ResponseWriter, r *Request, name, block string, p Page) error {
	p.Frame = s.Frame(r)
	var b bytes.Buffer
	if err := s.Pages.Write(&b, name, block, p); err != nil {
		return err
	}
	Send(w, r, http.StatusOK, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// renderOutcome shows an error. It needs neither the database nor the application, only the contacts of this hour.
func (s *Site) renderOutcome(w http.ResponseWriter, r *Request, o outcome) {
	p := Page{Title: o.Title, Body: o}
	p.Frame = s.Frame(r)
	if o.Status >= 500 {
		p.Emergent = s.App.Emergency()
		w.Header().Set("Retry-After", "60")
	}
	var b bytes.Buffer
	if err := s.Pages.Write(&b, "outcome", "frame", p); err != nil {
		s.Log.Error("the error page failed", "error", err.Error())
		http.Error(w, o.Title, o.Status)
		return
	}
	Send(w, r, o.Status, "text/html; charset=utf-8", b.Bytes())
}

var zippers = sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, 5); return z }}

// Send writes a finished body, compressed where the reader takes it.
func Send(w http.ResponseWriter, r *Request, status int, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Add("Vary", "Accept-Encoding")
	if len(body) < 1024 || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(status)
		_, _ = w.Write(body) // a reader that has gone away is no error of ours
		return
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(w)
	// A comment of random length hides the true size: who can see lengths and make the reader send words of their choice
	// must not learn from the compression which of them the page contains (BREACH).
	z.Comment = strings.Repeat("-", rand.IntN(64))
	_, _ = z.Write(body)
	_ = z.Close()
}
