package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"tocsin/internal/web"
	"tocsin/internal/web/webtest"
)

// BenchmarkPages measures what the pages themselves cost, over an application that answers at once: uncompressed.
func BenchmarkPages(b *testing.B) {
	fake := webtest.New(func() time.Time { return noon })
	fake.Seed(60)
	site, err := web.New(web.Config{Ports: fake.Ports(), Demo: true, Mailbox: fake, Now: func() time.Time { return noon }})
	if err != nil {
		b.Fatal(err)
	}
	token, err := fake.SignInAs(b.Context(), "ca-dmv-iso")
	if err != nil {
		b.Fatal(err)
	}
	number := fake.Numbers()[0]
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
