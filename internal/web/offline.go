package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// offlineTable keeps the answer that every browser asks for at every visit.
type offlineTable struct {
	mu   sync.Mutex
	made time.Time
	body []byte
	all  []policy.Contact
}

// tableAge is how soon a new pack reaches the browsers.
const tableAge = time.Minute

func (s *site) contactTable() (body []byte, all []policy.Contact, err error) {
	t := &s.table
	t.mu.Lock()
	defer t.mu.Unlock()
	if age := s.Now().Sub(t.made); t.body != nil && age >= 0 && age < tableAge {
		return t.body, t.all, nil
	}
	table := s.Contacts.OfflineTable()
	if t.body, err = json.Marshal(table); err != nil {
		return nil, nil, err
	}
	t.made, t.all = s.Now(), nil
	for _, p := range table.Packs {
		for _, c := range p.Contacts {
			t.all = append(t.all, c.Contact)
		}
	}
	return t.body, t.all, nil
}

// contactsFile is the table for browsers to keep. CA step 4
func contactsFile(s *site, w http.ResponseWriter, r *request) error {
	body, _, err := s.contactTable()
	if err != nil {
		return err
	}
	s.kept(w, r, "application/json", body)
	return nil
}

// kept sends what a browser keeps and asks about again: the same for every reader, and short when nothing has changed.
func (s *site) kept(w http.ResponseWriter, r *request, kind string, body []byte) {
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	send(w, r, http.StatusOK, kind, body)
}

// offlinePage is the filing page as a browser keeps it: the bare form, nobody's data, all contacts with their hours. The
// script fills in the rest from what this browser knows.
func offlinePage(s *site, w http.ResponseWriter, r *request) error {
	_, all, err := s.contactTable()
	if err != nil {
		return err
	}
	typed := url.Values{"kind": {incident.Initial}}
	b := reportBody{Kind: incident.Initial, F: formView{typed: typed}, Devices: upTo(1), Residents: upTo(2)}
	b.Form.Contacts = all
	p := page{Title: "File a report without the server", Body: b}
	p.frame = frame{clock: clock{zone: time.UTC}, Demo: s.Demo, Version: s.Version, assets: s.assets}
	var out bytes.Buffer
	if err := s.pages.write(&out, "offline", "shell", p); err != nil {
		return err
	}
	s.kept(w, r, "text/html; charset=utf-8", out.Bytes())
	return nil
}

// kit is what the form without the server must know of its reader.
type kit struct {
	Who      string            `json:"who"`
	Entities []kitEntity       `json:"entities"`
	Reporter *incident.Contact `json:"reporter,omitempty"`
}

type kitEntity struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Pack string `json:"pack"`
}

func kitFile(s *site, w http.ResponseWriter, r *request) error {
	all, err := s.Filings.Entities(r.Context(), r.by())
	if err != nil {
		return err
	}
	k := kit{Who: whoIs(r.by()), Entities: []kitEntity{}}
	for _, g := range fileable(all) {
		for _, e := range g.Entities {
			k.Entities = append(k.Entities, kitEntity{e.ID, e.Name, e.Pack})
		}
	}
	if len(k.Entities) > 0 {
		form, err := s.Filings.FormFor(r.Context(), r.by(), k.Entities[0].ID)
		if err != nil {
			return err
		}
		k.Reporter = form.Reporter
	}
	return sendJSON(w, r, http.StatusOK, k)
}

// workerFile is the service worker. It stands under a fixed address because browsers find its new version there, and may
// answer for the filing pages and for nothing else.
func workerFile(s *site, w http.ResponseWriter, r *request) error {
	f, ok := s.assets.files[s.assets.names["worker.js"]]
	if !ok {
		return errAbsent
	}
	w.Header().Set("Service-Worker-Allowed", "/report")
	s.kept(w, r, "text/javascript; charset=utf-8", f.content)
	return nil
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

// manifestFile lets a browser install the filing page as an application.
func manifestFile(s *site, w http.ResponseWriter, r *request) error {
	icons := []manifestIcon{}
	for _, size := range []string{"192", "512"} {
		if at := s.assets.names["icon-"+size+".png"]; at != "" {
			icons = append(icons, manifestIcon{at, size + "x" + size, "image/png", "any maskable"})
		}
	}
	body, err := json.Marshal(map[string]any{"id": "/report", "name": "Tocsin: report a security incident", "short_name": "Tocsin",
		"start_url": "/report", "scope": "/", "display": "standalone", "background_color": "#ffffff", "theme_color": "#162e51", "icons": icons})
	if err != nil {
		return err
	}
	s.kept(w, r, "application/manifest+json", body)
	return nil
}
