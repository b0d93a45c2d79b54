package page

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

// needsProof says whether a request must wait for a new proof of who the reader is.
func (s *Site) needsProof(r *Request, rt Row) (bool, error) {
	if !rt.StepUp || r.session.Fresh {
		return false, nil
	}
	if rt.sensitive == nil {
		return true, nil
	}
	return rt.sensitive(s, r)
}

// kept is the request that a proof was asked for, as the page carries it along.
type kept struct{ Method, To, Form string }

// secrets are fields that no page writes down.
var secrets = []string{"password", "repeated", "code", "passkey", "key"}

func keptOf(r *Request) kept {
	form := url.Values{}
	for name, values := range r.Form {
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
const keptAtMost = ReportForm / 4

type stepUpBody struct {
	V    app.StepUpView
	Kept kept
	Code Control
	Key  Control
}

func (s *Site) askProof(w http.ResponseWriter, r *Request, status int, k kept, problems []Problem) error {
	v, err := s.App.StepUpWays(r.Context(), r.Token)
	if err != nil {
		return err
	}
	f := FormView{Problems: problems}
	b := stepUpBody{V: v, Kept: k, Key: f.Secret("key", "Access key", "The one that you signed in with.", "off"),
		Code: f.Control("code", "Code", "Six digits from your authenticator app, or one of your recovery codes.")}
	b.Code.Auto = "one-time-code"
	return s.Render(w, r, status, "stepup", Page{Title: "Confirm that it is you", Problems: problems, Body: b})
}

// StepUp takes the proof. It repeats nothing by itself: the form comes back as it was filled in, to be sent again.
func StepUp(s *Site, w http.ResponseWriter, r *Request) error {
	k := kept{Method: r.Form.Get("method"), To: OwnPath(r.Form.Get("to")), Form: r.Form.Get("kept")}
	token, err := s.App.StepUp(r.Context(), r.Token, app.Proof{Passkey: r.Form.Get("passkey"), Code: r.Text("code"), Key: r.Text("key"),
		Confirmed: r.Form.Get("confirmed") == "yes"})
	if fault.KindOf(err) == fault.KindInvalid {
		problems := ProblemsOf(err)
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
	s.SetCookie(w, token)
	again, ok := s.again(r, k, token)
	if !ok {
		http.Redirect(w, r.Request, k.To, http.StatusSeeOther)
		return nil
	}
	s.reopen.ServeHTTP(w, again)
	return nil
}

// Confirmed is what a form that was opened again says above itself; empty on every other page.
func Confirmed(r *Request) string {
	if r.URL.Query().Get("done") == "confirmed" {
		return DoneWords["confirmed"]
	}
	return ""
}

// again is the kept request under the new session, for the page that shows its form; ok is false where there is no form to
// show, and the page itself is read instead.
func (s *Site) again(r *Request, k kept, token string) (*http.Request, bool) {
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
		if c.Name == s.CookieName() {
			c.Value = token
		}
		out.AddCookie(c)
	}
	_, pattern := s.reopen.Handler(out)
	return out, pattern != ""
}

// DoneWords are what a page says after an act; the address carries the key only, never words.
var DoneWords = map[string]string{
	"acknowledged": "Acknowledged. The entity sees it, and the clock for your answer has stopped.",
	"asked":        "Your question is on its way to the entity, which now owes an answer.",
	"declined":     "Declined. The entity's own duties stay as they are.",
	"closed":       "Closed on your side.",
	"answered":     "Your answer is on its way.",
	"rated":        "The rating is recorded with your name and reason.",
	"decided":      "Your decision on the post-incident report is recorded.",
	"discharged":   "Recorded: this is done.",
	"seen":         "Marked as seen. What changes from now on stands here.",
	"view-saved":   "The view is saved.",
	"view-deleted": "The view is deleted.",
	"restricted":   "Restricted. Only the named members, and the authorities it was sent to, know of it now.",
	"released":     "Released: everybody whose office gives it sees the incident again.",
	"member":       "The member is added and told.",
	"removed":      "The member is removed.",
	"opened":       "Open to you for 24 hours. The alarm was rung; your reason will be reviewed.",
	"reviewed":     "Your finding is recorded.",
	"assigned":     "Handed over.",
	"confirmed":    "Confirmed. Nothing is recorded yet: look at it once more and send it.",
}
