package deliver

import (
	"errors"
	"fmt"
	"net/textproto"
	"time"

	"tocsin/internal/domain/notify"
)

// stage is how far a hand-over had come when it failed. What a reply means depends on it.
type stage int

const (
	stageConnect stage = iota // banner, greeting, TLS, authentication: nothing to do with the recipient
	stageMail
	stageRcpt
	stageData  // the DATA command
	stageBody  // writing the message; the final dot is not sent, so the server cannot have taken it
	stageFinal // the dot is sent, the answer is awaited
)

var stageNames = [...]string{"connecting", "naming the sender", "naming the recipient", "asking to send", "sending",
	"waiting for the answer"}

// stepError is a failure with the stage it happened at.
type stepError struct {
	at  stage
	err error
}

func (e *stepError) Error() string { return stageNames[e.at] + ": " + e.err.Error() }
func (e *stepError) Unwrap() error { return e.err }

// replyCode is the code of a server's reply inside err, or 0 where the server did not answer in a way that can be read.
func replyCode(err error) int {
	var t *textproto.Error
	if errors.As(err, &t) {
		return t.Code
	}
	return 0
}

// unreachable says whether a failure counts against the server rather than against one message.
func unreachable(err error) bool {
	var s *stepError
	return errors.As(err, &s) && s.at == stageConnect
}

// stale says whether a kept connection may have been closed by the server meanwhile: it failed before DATA without a reply
// that concerns the message. 421 is how a server announces that it closes.
func stale(err error) bool {
	var s *stepError
	if !errors.As(err, &s) || s.at >= stageBody {
		return false
	}
	code := replyCode(err)
	return code == 0 || code == 421
}

// ours are refusals that concern us, not the recipient: authentication wanted, failed or too weak, commands out of order.
// They are mended by the operator, so the message waits.
var ours = map[int]bool{503: true, 530: true, 534: true, 535: true, 538: true}

// errLocal marks a refusal that this side decides because the server announced that it cannot take the message.
var errLocal = errors.New("the mail server cannot take this message")

// classify turns a failure into an outcome. Only an intelligible refusal for good, given for this message, is Refused.
func classify(err error) notify.Outcome {
	now := time.Now()
	var s *stepError
	if !errors.As(err, &s) {
		return notify.NewOutcome(notify.Deferred, now, "%v", err)
	}
	code := replyCode(err)
	switch {
	case errors.Is(err, errLocal):
		return notify.NewOutcome(notify.Refused, now, "%v", s.err)
	case s.at == stageFinal && code/100 == 2:
		// Unusual, but any 2xx after the dot takes responsibility (RFC 5321 4.2.1).
		return notify.NewOutcome(notify.Delivered, now, "%s", describe(s))
	case code/100 == 5 && s.at >= stageMail && !ours[code]:
		return notify.NewOutcome(notify.Refused, now, "%s", describe(s))
	}
	o := notify.NewOutcome(notify.Deferred, now, "%s", describe(s))
	o.Uncertain = s.at == stageFinal && code == 0
	return o
}

// describe is the server's own words where there are any, else ours.
func describe(s *stepError) string {
	var t *textproto.Error
	if errors.As(s.err, &t) {
		return fmt.Sprintf("%d %s", t.Code, t.Msg)
	}
	return fmt.Sprintf("while %s: %v", stageNames[s.at], s.err)
}
