package filing

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/ledger"
	"tocsin/internal/web/page"
)

type filedBody struct {
	V      app.IncidentView
	Filing int
	Open   []app.DutyView
}

// filingNumber reads the number of a filing from an address.
func filingNumber(r *page.Request, least int) (int, error) {
	n, err := strconv.Atoi(r.PathValue("filing"))
	if err != nil || n < least || strconv.Itoa(n) != r.PathValue("filing") {
		return 0, page.ErrAbsent
	}
	return n, nil
}

// filed confirms a filing, or a telephone report where the filing is 0, and says what happens next.
func filed(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	n, err := filingNumber(r, 0)
	if err != nil {
		return err
	}
	v, err := s.App.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	if n > v.Filing || n == 0 && len(v.Telephone) == 0 {
		return page.ErrAbsent
	}
	r.ReadIn(s, v.PackID)
	title := "Your report is filed"
	if n == 0 {
		title = "Your telephone report is recorded"
	}
	b := filedBody{V: v, Filing: n}
	b.Open, _ = page.OpenDuties(v.Duties)
	return s.Render(w, r, http.StatusOK, "filed", page.Page{Title: title, Crumbs: homeCrumb, Body: b})
}

type receiptBody struct {
	R          ledger.Receipt
	ReceivedAt time.Time
	Pending    bool // not in the tree yet
	Number     string
	Filing     int
}

func receiptPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	n, err := filingNumber(r, 1)
	if err != nil {
		return err
	}
	number := r.PathValue("number")
	b := receiptBody{Number: number, Filing: n}
	b.R, err = s.App.Receipt(r.Context(), r.By(), number, n)
	if fault.KindOf(err) == fault.KindConflict {
		b.Pending = true // the sequencer gives the filing its place within a second or so
		err = nil
	}
	if err != nil {
		return err
	}
	if at, err := time.Parse(time.RFC3339, b.R.ReceivedAt); err == nil {
		b.ReceivedAt = at
	}
	return s.Render(w, r, http.StatusOK, "receipt", page.Page{Title: "Receipt", Body: b,
		Crumbs: page.Crumbs("Home", "/", "Incidents", "/incidents", "Incident "+number, page.IncidentAddress(number))})
}

// receiptFile is the receipt as the file that `tocsin verify receipt` checks without any server.
func receiptFile(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	n, err := filingNumber(r, 1)
	if err != nil {
		return err
	}
	receipt, err := s.App.Receipt(r.Context(), r.By(), r.PathValue("number"), n)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(receipt, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q",
		"tocsin-receipt-"+plainName(receipt.Incident)+"-"+strconv.Itoa(n)+".json"))
	page.Send(w, r, http.StatusOK, "application/json", append(body, '\n'))
	return nil
}

// plainName keeps of an incident number what may stand in a file name everywhere.
func plainName(s string) string {
	keep := []byte{}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			keep = append(keep, c)
		}
	}
	return string(keep)
}
