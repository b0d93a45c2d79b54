package app

// Admin holds the ports behind the administrator's and the operator's pages.
type Admin struct {
	Registry Registry
	Probes   Probes
}
