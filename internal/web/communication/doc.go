// Package communication has the pages of the report to management, status updates, the log of communications and sections.
package communication
