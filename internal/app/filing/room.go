// Package filing is the application's room of that name. Room takes reports: filings, telephone reports, drafts, tips, mailed links, and the kit for working offline.
package filing

import (
	"tocsin/internal/app/act"
)

// Room takes reports: filings, telephone reports, drafts, tips, mailed links, and the kit for working offline.
type Room struct {
	*act.Kernel
	DraftStore Drafts // of the pages
	TipStore   Tips   // of the pages
}
