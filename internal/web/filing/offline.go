package filing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

// tableAge is how soon a new pack reaches the browsers.
const tableAge = time.Minute

func contactTable(s *page.Site) (body []byte, all []policy.Contact, err error) {
	t := &s.Table
	t.Mu.Lock()
	defer t.Mu.Unlock()
	if age := s.Now().Sub(t.Made); t.Body != nil && age >= 0 && age < tableAge {
		return t.Body, t.All, nil
	}
	table := s.App.OfflineTable()
	if t.Body, err = json.Marshal(table); err != nil {
		return nil, nil, err
	}
	t.Made, t.All = s.Now(), nil
	for _, p := range table.Packs {
		for _, c := range p.Contacts {
			t.All = append(t.All, c.Contact)
		}
	}
	return t.Body, t.All, nil
}

// contactsFile is the table for browsers to keep. CA step 4
func contactsFile(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	body, _, err := contactTable(s)
	if err != nil {
		return err
	}
	kept(s, w, r, "application/json", body)
	return nil
}

// kept sends what a browser keeps and asks about again: the same for every reader, and short when nothing has changed.
func kept(s *page.Site, w http.ResponseWriter, r *page.Request, kind string, body []byte) {
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	page.Send(w, r, http.StatusOK, kind, body)
}

// offlinePage is the filing page as a browser keeps it: the bare form, nobody's data, all contacts with their hours. The
// script fills in the rest from what this browser knows.
func offlinePage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	_, all, err := contactTable(s)
	if err != nil {
		return err
	}
	typed := url.Values{"kind": {incident.Initial}}
	b := ReportBody{Kind: incident.Initial, F: page.FormView{Values: typed}, Devices: UpTo(1), Residents: UpTo(2)}
	b.Form.Contacts = all
	p := page.Page{Title: "File a report without the server", Body: b}
	p.Frame = page.Frame{Clock: page.Clock{Zone: time.UTC}, Demo: s.Demo, Version: s.Version, Assets: s.Assets}
	var out bytes.Buffer
	if err := s.Pages.Write(&out, "offline", "shell", p); err != nil {
		return err
	}
	kept(s, w, r, "text/html; charset=utf-8", out.Bytes())
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

func kitFile(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	all, err := s.App.Entities(r.Context(), r.By())
	if err != nil {
		return err
	}
	k := kit{Who: page.WhoIs(r.By()), Entities: []kitEntity{}}
	for _, g := range Fileable(all) {
		for _, e := range g.Entities {
			k.Entities = append(k.Entities, kitEntity{e.ID, e.Name, e.Pack})
		}
	}
	if len(k.Entities) > 0 {
		form, err := s.App.FormFor(r.Context(), r.By(), k.Entities[0].ID)
		if err != nil {
			return err
		}
		k.Reporter = form.Reporter
	}
	return sendJSON(w, r, http.StatusOK, k)
}

// workerFile is the service worker. It stands under a fixed address because browsers find its new version there, and may
// answer for the filing pages and for nothing else.
func workerFile(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	f, ok := s.Assets.Files[s.Assets.Names["worker.js"]]
	if !ok {
		return page.ErrAbsent
	}
	w.Header().Set("Service-Worker-Allowed", "/report")
	kept(s, w, r, "text/javascript; charset=utf-8", f.Content)
	return nil
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

// manifestFile lets a browser install the filing page as an application.
func manifestFile(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	icons := []manifestIcon{}
	for _, size := range []string{"192", "512"} {
		if at := s.Assets.Names["icon-"+size+".png"]; at != "" {
			icons = append(icons, manifestIcon{at, size + "x" + size, "image/png", "any maskable"})
		}
	}
	body, err := json.Marshal(map[string]any{"id": "/report", "name": "Tocsin: report a security incident", "short_name": "Tocsin",
		"start_url": "/report", "scope": "/", "display": "standalone", "background_color": "#ffffff", "theme_color": "#162e51", "icons": icons})
	if err != nil {
		return err
	}
	kept(s, w, r, "application/manifest+json", body)
	return nil
}
