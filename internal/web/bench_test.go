package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/web"
)

// BenchmarkPages measures what pages cost, uncompressed.
func BenchmarkPages(b *testing.B) {
	kit := record(60).Start(b)
	site, err := web.New(siteOf(kit))
	if err != nil {
		b.Fatal(err)
	}
	token := kit.Session(iso)
	list, err := kit.Incidents(b.Context(), kit.As(iso), app.ListQuery{Limit: 1})
	if err != nil {
		b.Fatal(err)
	}
	number := list.Incidents[0].Incident
	for _, path := range []string{"/", "/incidents", "/incidents/" + number, "/report?entity=ca-demo-dmv"} {
		u, _ := url.Parse(path)
		name := map[string]string{"/incidents/" + number: "/incidents/*"}[u.Path]
		if name == "" {
			name = u.Path
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.AddCookie(&http.Cookie{Name: "tocsin", Value: token})
				w := httptest.NewRecorder()
				site.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("status %d", w.Code)
				}
			}
		})
	}
}
