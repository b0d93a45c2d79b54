package operations

import "tocsin/internal/web/page"

// Routes are the addresses of how the installation stands, and of the mailbox of a demonstration.
func Routes() []page.Row {
	return []page.Row{
		page.Get("/operations", "operation", operationsPage),
		page.Get("/demo/mailbox", "", mailbox).For(page.Anyone).InDemo(),
		page.Get("/demo/mailbox/{n}", "", mailPage).For(page.Anyone).InDemo(),
		page.Get("/demo/mailbox.json", "", mailboxFile).For(page.Anyone).InDemo(),
	}
}
