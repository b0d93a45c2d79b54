package web

import "tocsin/internal/web/page"

type (
	Config     = page.Config
	Mail       = page.Mail
	Route      = page.Route
	Permission = page.Permission
	Mailbox    = page.Mailbox
)

const (
	Anyone   = page.Anyone
	SignedIn = page.SignedIn
	LinkHeld = page.LinkHeld
)

var (
	Streaming = page.Streaming
)
