package policy

import (
	"net/http"

	"tocsin/internal/web/page"
)

// packForm is what the files of a pack may have as a form.
const packForm = 4 << 20

// PackRoutes are how a version of a pack comes into force.
func PackRoutes(read func(string, page.Permission, string, func(*page.Site, http.ResponseWriter, *page.Request) error) page.Row,
	act func(string, string, string, func(*page.Site, http.ResponseWriter, *page.Request) error, ...string) page.Row) []page.Row {
	propose := act("/policy/{pack}/propose", "pack", "proposal", proposePack, "files")
	propose.Files, propose.Limit = true, packForm
	return []page.Row{
		read("/policy/{pack}/history", page.SignedIn, "pack", packHistory),
		read("/policy/{pack}/versions/{digest}", page.SignedIn, "pack", packVersion),
		read("/policy/{pack}/versions/{digest}/files.zip", page.SignedIn, "pack", packFiles),
		act("/policy/{pack}/versions/{digest}/propose", "pack", "proposal", proposeAgain),
		act("/policy/{pack}/versions/{digest}/withdraw", "pack", "policy.withdrawn", withdrawPack, "reason").Proven(reopenHistory, nil),
		read("/policy/{pack}/propose", page.SignedIn, "pack", proposePage),
		propose,
		read("/policy/{pack}/proposals/{proposal}", page.SignedIn, "proposal", proposalPage),
		act("/policy/{pack}/proposals/{proposal}/enact", "proposal", "policy.enacted", enactPack, "from", "reason", "confirm").Proven(reopenProposal, nil),
		act("/policy/{pack}/proposals/{proposal}/discard", "proposal", "proposal", discardProposal),
	}
}
