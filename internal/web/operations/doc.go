// Package operations has the pages of queues, loops and stores, and the mailbox of the demonstration.
package operations
