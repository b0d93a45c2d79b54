// Package identity has the pages of sign-in, accounts, invitations and access keys.
package identity
