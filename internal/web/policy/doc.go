// Package policy has the pages of packs in force and proposed.
package policy
