package web

import "net/http"

// packForm is what the files of a pack may have as a form.
const packForm = 4 << 20

// packRoutes are how a version of a pack comes into force.
func packRoutes(read func(string, Permission, string, func(*site, http.ResponseWriter, *request) error) route,
	act func(string, string, string, func(*site, http.ResponseWriter, *request) error, ...string) route) []route {
	propose := act("/policy/{pack}/propose", "pack", "proposal", proposePack, "files")
	propose.files, propose.limit = true, packForm
	return []route{
		read("/policy/{pack}/history", SignedIn, "pack", packHistory),
		read("/policy/{pack}/versions/{digest}", SignedIn, "pack", packVersion),
		read("/policy/{pack}/versions/{digest}/files.zip", SignedIn, "pack", packFiles),
		act("/policy/{pack}/versions/{digest}/propose", "pack", "proposal", proposeAgain),
		act("/policy/{pack}/versions/{digest}/withdraw", "pack", "policy.withdrawn", withdrawPack, "reason").proven(reopenHistory, nil),
		read("/policy/{pack}/propose", SignedIn, "pack", proposePage),
		propose,
		read("/policy/{pack}/proposals/{proposal}", SignedIn, "proposal", proposalPage),
		act("/policy/{pack}/proposals/{proposal}/enact", "proposal", "policy.enacted", enactPack, "from", "reason", "confirm").proven(reopenProposal, nil),
		act("/policy/{pack}/proposals/{proposal}/discard", "proposal", "proposal", discardProposal),
	}
}
