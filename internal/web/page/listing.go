package page

import (
	"net/url"
	"slices"

	"tocsin/internal/domain/fault"
)

// ProperQuery refuses an address whose query is not text.
func ProperQuery(q url.Values) error {
	for _, values := range q {
		if slices.ContainsFunc(values, func(v string) bool { return !ProperText(v) }) {
			return fault.Invalid("", "The search holds characters that are not text.", "")
		}
	}
	return nil
}

// PageAddress is the address of the same list at another cursor.
func PageAddress(typed url.Values, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := url.Values{}
	for name, values := range typed {
		if name != "done" {
			q[name] = values
		}
	}
	q.Set("page", cursor)
	return "/incidents?" + q.Encode()
}

// PageRows is how many rows a page of a list has.
const PageRows = 50
