// Package review has the pages of analysis, corrective actions and statistics.
package review
