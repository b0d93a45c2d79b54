package filing

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// linkLife is how long a mailed acknowledgement link works: longer than any chase, shorter than a mailbox's memory.
const linkLife = 30 * 24 * time.Hour

const linkTag = "tocsin/acknowledge/1\x00" // a link for one purpose is never good for another

// LinkToken signs: acknowledge, this incident, for this authority, until then. It names nothing that the mail does not.
func (a *Room) LinkToken(stream, authority string, owed time.Time) string {
	body := binary.BigEndian.AppendUint64(nil, uint64(owed.Add(linkLife).Unix()))
	body = append(append(body, strings.TrimPrefix(stream, "incident/")...), 0)
	body = append(body, authority...)
	return base64.RawURLEncoding.EncodeToString(append(body, a.linkMAC(body)...))
}

func (a *Room) linkMAC(body []byte) []byte {
	m := hmac.New(sha256.New, a.LinkKey)
	m.Write([]byte(linkTag))
	m.Write(body)
	return m.Sum(nil)[:16]
}

var errLinkUnknown = fault.NotFound("this link is not complete or not ours; open it again from the mail, or sign in")

func (a *Room) readLink(token string) (stream, authority string, expires time.Time, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < 8+16+2 || len(raw) > 512 {
		return "", "", expires, errLinkUnknown
	}
	body, mac := raw[:len(raw)-16], raw[len(raw)-16:]
	if !hmac.Equal(mac, a.linkMAC(body)) {
		return "", "", expires, errLinkUnknown
	}
	expires = time.Unix(int64(binary.BigEndian.Uint64(body)), 0).UTC()
	id, authority, ok := strings.Cut(string(body[8:]), "\x00")
	if !ok {
		return "", "", expires, errLinkUnknown
	}
	if a.Now().After(expires) {
		return "", "", expires, fault.Gone("this link has run out; sign in to acknowledge the report, or write to the entity")
	}
	return "incident/" + id, authority, expires, nil
}

// linked is what a link leads to: the incident, its setting, and for which authority.
func (a *Room) linked(ctx context.Context, token string) (v act.LinkView, stream string, s act.Setting, err error) {
	stream, authority, expires, err := a.readLink(token)
	if err != nil {
		return v, "", s, err
	}
	st, err := a.Load(ctx, stream)
	if err != nil {
		return v, "", s, err
	}
	if s, err = a.SettingFor(ctx, st.Entity); err != nil {
		return v, "", s, err
	}
	for _, t := range st.Tracks {
		if t.Authority == authority {
			e, _ := s.Dir.Entity(st.Entity)
			return act.LinkView{Incident: st.Number, EntityName: e.Name, AuthorityID: authority, AuthorityName: a.AuthorityName(authority, s),
				Status: t.Status, ExpiresAt: expires}, stream, s, nil
		}
	}
	return v, "", s, errLinkUnknown
}

// Link answers what a mailed acknowledgement link stands for. It changes nothing: mail scanners follow links too.
func (a *Room) Link(ctx context.Context, token string) (act.LinkView, error) {
	v, _, _, err := a.linked(ctx, token)
	return v, err
}

// AcknowledgeByLink records the acknowledgement that a mailed link stands for; pressing twice changes nothing more.
func (a *Room) AcknowledgeByLink(ctx context.Context, token string) (act.LinkView, error) {
	v, stream, s, err := a.linked(ctx, token)
	if err != nil {
		return act.LinkView{}, err
	}
	by := access.ByLink(v.AuthorityID, v.AuthorityName)
	if err := a.Command(ctx, stream, s, by, incident.Acknowledge{Authority: v.AuthorityID, Via: by.Via}, nil); err != nil {
		return act.LinkView{}, err
	}
	return a.Link(ctx, token)
}
