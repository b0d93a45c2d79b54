// Package investigation has the pages of timeline, indicators, findings, decisions and notes.
package investigation
