// Package filing has the pages of reports: the form, drafts, the quick form, triage, telephone reports, receipts and working offline.
package filing
