package operations

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tocsin/internal/web/page"
)

type mailboxBody struct {
	Mails        []numberedMail // newest first
	Count        int
	Newer, Older string // addresses
}

type numberedMail struct {
	page.Mail
	N int // 1 is the oldest
}

// mailsShown is how many mails one page of the mailbox lists.
const mailsShown = 50

// mailbox lists what the built-in mail server received, newest first.
func mailbox(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	all, err := mails(s, r)
	if err != nil {
		return err
	}
	from, err := strconv.Atoi(r.URL.Query().Get("from"))
	if err != nil || from < 1 || from > len(all) {
		from = len(all)
	}
	b := mailboxBody{Count: len(all)}
	for n := from; n > max(0, from-mailsShown); n-- {
		b.Mails = append(b.Mails, numberedMail{all[n-1], n})
	}
	if from < len(all) {
		b.Newer = "/demo/mailbox?from=" + strconv.Itoa(min(len(all), from+mailsShown))
	}
	if from > mailsShown {
		b.Older = "/demo/mailbox?from=" + strconv.Itoa(from-mailsShown)
	}
	return s.Render(w, r, http.StatusOK, "mailbox", page.Page{Title: "Mailbox", Wide: true, Body: b})
}

func mails(s *page.Site, r *page.Request) ([]page.Mail, error) {
	if s.Mailbox == nil {
		return nil, page.ErrAbsent
	}
	return s.Mailbox.Messages(r.Context())
}

type mailBody struct {
	numberedMail
	Lines []mailLine
}

// mailLine is a line of a mail: text, with at most one link to a page of ours.
type mailLine struct{ Before, Address, Words, After string }

// mailPage shows the plain text of one mail. Its HTML part is never shown: what came by mail is text here.
func mailPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	all, err := mails(s, r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > len(all) {
		return page.ErrAbsent
	}
	b := mailBody{numberedMail: numberedMail{all[n-1], n}}
	for _, line := range strings.Split(strings.ReplaceAll(b.Text, "\r\n", "\n"), "\n") {
		b.Lines = append(b.Lines, linkLine(line, r.Host))
	}
	title := b.Subject
	if title == "" {
		title = "Mail without a subject"
	}
	return s.Render(w, r, http.StatusOK, "mail", page.Page{Title: title, Crumbs: page.Crumbs("Mailbox", "/demo/mailbox"), Body: b})
}

// linkLine makes a link of an address in a line, only where it leads to this host: the link that the page shows is
// built from the path alone.
func linkLine(line, host string) mailLine {
	for start := range line {
		rest := line[start:]
		if !strings.HasPrefix(rest, "http://") && !strings.HasPrefix(rest, "https://") {
			continue
		}
		words := rest
		if end := strings.IndexAny(rest, " \t<>\"'()[]"); end >= 0 {
			words = rest[:end]
		}
		words = strings.TrimRight(words, ".,;:")
		u, err := url.Parse(words)
		if err != nil || !sameHost(u.Host, host) || page.OwnPath(u.RequestURI()) != u.RequestURI() {
			continue
		}
		return mailLine{Before: line[:start], Address: u.RequestURI(), Words: words, After: rest[len(words):]}
	}
	return mailLine{Before: line}
}

// sameHost compares hosts with their ports. The names of this machine are one: mails say 127.0.0.1, people type localhost.
func sameHost(a, b string) bool {
	local := strings.NewReplacer("localhost", "127.0.0.1", "[::1]", "127.0.0.1")
	return local.Replace(a) == local.Replace(b)
}

// mailboxFile is the mailbox for programs and tests, oldest first.
func mailboxFile(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	all, err := mails(s, r)
	if err != nil {
		return err
	}
	if all == nil {
		all = []page.Mail{}
	}
	body, err := json.Marshal(all)
	if err != nil {
		return err
	}
	page.Send(w, r, http.StatusOK, "application/json", body)
	return nil
}
