package page

import (
	"net/http"
)

// contentPolicy lets a page load its own files and nothing else; there is no inline script or style to allow.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"

// headers puts the headers on that hold for every answer, errors and files included.
func (s *Site) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		// Not "no-referrer": browsers then send "Origin: null" with a form, and where they also send no Sec-Fetch-Site
		// (plain http, old Safari) every form would be refused as foreign. Nothing leaves this origin either way.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cache-Control", "no-store")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// originStated refuses a change whose sender does not say where it comes from. The cross-origin guard lets such requests
// pass for the sake of programs; programs have the API, and a page's own form always says it. A request without a cookie
// rests on nobody's session: what it can do is in its address or body, as with a mailed link that a program follows.
func (s *Site) originStated(next http.Handler) http.Handler {
	refuse := s.serve(Row{Route: Route{Pattern: "/", Permission: Anyone}, Do: foreign})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		safe := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
		if !safe && r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Cookie") != "" {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
