// Package incidents has the pages of one incident, lists of them, the inbox, and restriction.
package incidents
