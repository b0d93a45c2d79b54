package web

import "net/http"

// maxAssetForm is how large a pasted list of assets may be.
const maxAssetForm = 512 << 10

// containmentRoutes are the pages of affected assets. MA 6.6.3.2
func containmentRoutes() []route {
	const all = "/incidents/{number}/assets"
	const one = all + "/{id}"
	read := func(pattern, object string, do func(*site, http.ResponseWriter, *request) error) route {
		return route{Route: Route{Method: "GET", Pattern: pattern, Permission: SignedIn, Object: object}, do: do}
	}
	act := func(pattern, object, audit string, do func(*site, http.ResponseWriter, *request) error, fields ...string) route {
		return route{Route: Route{Method: "POST", Pattern: pattern, Permission: SignedIn, Object: object, Audit: audit}, do: do, fields: fields}
	}
	add := act(all, "incident", "AssetAffected", addAssets, "several", "name", "kind", "networks", "rating", "owner", "directory", "lines")
	add.limit = maxAssetForm
	return []route{
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
