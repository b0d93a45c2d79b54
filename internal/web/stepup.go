package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
)

// proven makes a route ask for a new proof of identity first. reopen shows the form of a POST again afterwards; hurts says
// which requests need it, nil for all.
func (rt route) proven(reopen func(*site, http.ResponseWriter, *request) error, hurts func(*site, *request) (bool, error)) route {
	rt.StepUp, rt.reopen, rt.hurts = true, reopen, hurts
	return rt
}

// reopened is the route that shows the form again: it changes nothing.
func (rt route) reopened() route {
	rt.StepUp, rt.hurts, rt.do = false, nil, rt.reopen
	return rt
}

// needsProof says whether a request must wait for a new proof of who the reader is.
func (s *site) needsProof(r *request, rt route) (bool, error) {
	if !rt.StepUp || r.session.Fresh {
		return false, nil
	}
	if rt.hurts == nil {
		return true, nil
	}
	return rt.hurts(s, r)
}

// kept is the request that a proof was asked for, as the page carries it along.
type kept struct{ Method, To, Form string }

// secrets are fields that no page writes down.
var secrets = []string{"password", "repeated", "code", "passkey", "key"}

func keptOf(r *request) kept {
	form := url.Values{}
	for name, values := range r.form {
		if !slices.Contains(secrets, name) {
			form[name] = values
		}
	}
	k := kept{Method: r.Method, To: r.URL.RequestURI(), Form: form.Encode()}
	if len(k.Form) > keptAtMost { // only files of the directory are: they are chosen once more
		return kept{Method: http.MethodGet, To: path.Dir(r.URL.Path)}
	}
	return k
}

// keptAtMost bounds the form that a page carries, in bytes: encoded once more it must fit into what /stepup reads.
const keptAtMost = reportForm / 4

type stepUpBody struct {
	V    app.StepUpView
	Kept kept
	Code control
	Key  control
}

func (s *site) askProof(w http.ResponseWriter, r *request, status int, k kept, problems []problem) error {
	v, err := s.SignIns.StepUpWays(r.Context(), r.token)
	if err != nil {
		return err
	}
	f := formView{problems: problems}
	b := stepUpBody{V: v, Kept: k, Key: f.Secret("key", "Access key", "The one that you signed in with.", "off"),
		Code: f.control("code", "Code", "Six digits from your authenticator app, or one of your recovery codes.")}
	b.Code.Auto = "one-time-code"
	return s.render(w, r, status, "stepup", page{Title: "Confirm that it is you", Problems: problems, Body: b})
}

// stepUp takes the proof. It repeats nothing by itself: the form comes back as it was filled in, to be sent again.
func stepUp(s *site, w http.ResponseWriter, r *request) error {
	k := kept{Method: r.form.Get("method"), To: ownPath(r.form.Get("to")), Form: r.form.Get("kept")}
	token, err := s.SignIns.StepUp(r.Context(), r.token, app.Proof{Passkey: r.form.Get("passkey"), Code: r.text("code"), Key: r.text("key"),
		Confirmed: r.form.Get("confirmed") == "yes"})
	if fault.KindOf(err) == fault.KindInvalid {
		problems := problemsOf(err)
		for i := range problems {
			if problems[i].ID == "f-passkey" {
				problems[i].ID = ""
			}
		}
		return s.askProof(w, r, http.StatusUnprocessableEntity, k, problems)
	}
	if err != nil {
		return err
	}
	s.setCookie(w, token)
	again, ok := s.again(r, k, token)
	if !ok {
		http.Redirect(w, r.Request, k.To, http.StatusSeeOther)
		return nil
	}
	s.reopen.ServeHTTP(w, again)
	return nil
}

// confirmed is what a form that was opened again says above itself; empty on every other page.
func confirmed(r *request) string {
	if r.URL.Query().Get("done") == "confirmed" {
		return doneWords["confirmed"]
	}
	return ""
}

// again is the kept request under the new session, for the page that shows its form; ok is false where there is no form to
// show, and the page itself is read instead.
func (s *site) again(r *request, k kept, token string) (*http.Request, bool) {
	to, err := url.Parse(k.To)
	if err != nil || k.Method != http.MethodPost {
		return nil, false
	}
	to.RawQuery = "done=confirmed"
	out := r.Request.Clone(context.WithoutCancel(r.Context()))
	out.URL, out.RequestURI, out.Pattern = to, to.RequestURI(), ""
	out.Body, out.ContentLength = io.NopCloser(strings.NewReader(k.Form)), int64(len(k.Form))
	out.Form, out.PostForm = nil, nil
	out.Header.Del("Cookie")
	for _, c := range r.Cookies() {
		if c.Name == s.cookieName() {
			c.Value = token
		}
		out.AddCookie(c)
	}
	_, pattern := s.reopen.Handler(out)
	return out, pattern != ""
}
