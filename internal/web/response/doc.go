// Package response has the pages of the response: tasks, phases, closing, and containment.
package response
