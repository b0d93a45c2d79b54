package response

import (
	"net/http"

	"tocsin/internal/web/page"
)

// maxAssetForm is how large a pasted list of assets may be.
const maxAssetForm = 512 << 10

// ContainmentRoutes are the pages of affected assets. MA 6.6.3.2
func ContainmentRoutes() []page.Row {
	const all = "/incidents/{number}/assets"
	const one = all + "/{id}"
	read := func(pattern, object string, do func(*page.Site, http.ResponseWriter, *page.Request) error) page.Row {
		return page.Row{Route: page.Route{Method: "GET", Pattern: pattern, Permission: page.SignedIn, Object: object}, Do: do}
	}
	act := func(pattern, object, audit string, do func(*page.Site, http.ResponseWriter, *page.Request) error, fields ...string) page.Row {
		return page.Row{Route: page.Route{Method: "POST", Pattern: pattern, Permission: page.SignedIn, Object: object, Audit: audit}, Do: do, Fields: fields}
	}
	add := act(all, "incident", "AssetAffected", addAssets, "several", "name", "kind", "networks", "rating", "owner", "directory", "lines")
	add.Limit = maxAssetForm
	return []page.Row{
		read(all, "incident", assetsPage),
		read(all+"/export", "incident", exportAssets),
		add,
		read(one, "asset", assetPage),
		act(one+"/step", "asset", "AssetMoved", stepAsset, "step", "at", "at.zone", "person", "how", "network", "done", "reason", "source", "accepted_by"),
		act(one+"/statement", "asset", "ReturnStated", stateForReturn, "about", "statement"),
		act(one+"/describe", "asset", "AssetDescribed", describeAsset, "name", "kind", "networks", "rating", "owner"),
		act(one+"/order", "asset", "ContainmentCalled", orderTool, "tool", "action", "target_kind", "target"),
		act(one+"/result", "asset", "ContainmentAnswered", toolResult, "command", "status", "status_text"),
	}
}
