package identity

import "tocsin/internal/web/page"

// The fields of the longer forms.
var (
	acceptFields = []string{"passkey", "name", "password", "repeated", "carried", "code"}
)

// Routes are the addresses of signing in, accounts, keys and invitations.
func Routes() []page.Row {
	return []page.Row{
		page.Get("/signin", "", signInPage).For(page.Anyone),
		page.Post("/signin", "", "", signIn, "key", "person", "next", "email", "password", "passkey").For(page.Anyone),
		page.Post("/signin/code", "", "", signInCode, "half", "code", "next").For(page.Anyone),
		page.Post("/signout", "", "", signOut).For(page.Anyone),
		page.Get("/signin/with/{provider}", "provider", beginSignIn).For(page.Anyone),
		page.Get("/signin/with/{provider}/back", "provider", finishSignIn).For(page.Anyone),
		page.Get("/account/keys", "key", keysPage),
		page.Post("/account/keys", "key", "log", makeKey, "label", "scopes", "days").Proven(reopenKeys),
		page.Get("/account/keys/{id}/revoke", "key", revokePage),
		page.Post("/account/keys/{id}/revoke", "key", "log", revokeKey, "person"),
		page.Get("/invite/{token}", "invitation", invitationPage).For(page.LinkHeld),
		page.Post("/invite/{token}", "invitation", "account", accept, acceptFields...).For(page.LinkHeld),
		page.Get("/invitations", "person", invitations),
		page.Post("/invitations", "person", "invitation", invite, "person").Proven(reopenInvitations),
		page.Post("/stepup", "", "session", page.StepUp, "method", "to", "kept", "passkey", "code", "key", "confirmed").Limited(page.ReportForm),
		page.Get("/account", "account", accountPage),
		page.Get("/account/passkey", "account", passkeyPage).Proven(nil),
		page.Post("/account/passkey", "account", "account", addPasskey, "passkey", "name").Proven(passkeyPage),
		page.Post("/account/passkey/remove", "account", "account", removePasskey, "id").Proven(accountPage),
		page.Get("/account/password", "account", passwordPage).Proven(nil),
		page.Post("/account/password", "account", "account", setPassword, "password", "repeated", "carried", "code").Proven(passwordPage),
		page.Post("/account/password/remove", "account", "account", removePassword).Proven(accountPage),
		page.Post("/account/recovery", "account", "account", newRecoveryCodes).Proven(accountPage),
		page.Post("/account/sessions/end", "session", "session", endSession, "id"),
		page.Post("/account/sessions/end-others", "session", "session", endOthers),
		page.Get("/recover", "", recoverPage).For(page.Anyone),
		page.Post("/recover", "", "", requestReset, "email").For(page.Anyone),
		page.Get("/recover/{token}", "account", resetPage).For(page.LinkHeld),
		page.Post("/recover/{token}", "account", "invitation", proveReset, "code", "ask").For(page.LinkHeld),
	}
}
