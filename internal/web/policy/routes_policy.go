package policy

import "tocsin/internal/web/page"

// packForm is what the files of a pack may have as a form.
const packForm = 4 << 20

// enactFields are those of the last step.
var enactFields = []string{"from", "reason", "confirm"}

// Routes are the addresses of the packs, and how a version of one comes into force.
func Routes() []page.Row {
	return []page.Row{
		page.Get("/policy", "", policyPage),
		page.Get("/policy/{pack}", "pack", packPage),
		page.Get("/policy/{pack}/try", "pack", tryPage),
		page.Post("/policy/{pack}/try", "pack", "", tryPack, tryFields...),
		page.Get("/policy/{pack}/history", "pack", packHistory),
		page.Get("/policy/{pack}/versions/{digest}", "pack", packVersion),
		page.Get("/policy/{pack}/versions/{digest}/files.zip", "pack", packFiles),
		page.Post("/policy/{pack}/versions/{digest}/propose", "pack", "proposal", proposeAgain),
		page.Post("/policy/{pack}/versions/{digest}/withdraw", "pack", "policy.withdrawn", withdrawPack, "reason").Proven(reopenHistory),
		page.Get("/policy/{pack}/propose", "pack", proposePage),
		page.Post("/policy/{pack}/propose", "pack", "proposal", proposePack, "files").Limited(packForm).WithFiles(),
		page.Get("/policy/{pack}/proposals/{proposal}", "proposal", proposalPage),
		page.Post("/policy/{pack}/proposals/{proposal}/enact", "proposal", "policy.enacted", enactPack, enactFields...).Proven(reopenProposal),
		page.Post("/policy/{pack}/proposals/{proposal}/discard", "proposal", "proposal", discardProposal),
	}
}
