package smtptest

import (
	"strings"
	"time"

	"tocsin/internal/domain/notify"
)

// Behaviour is one way in which a server fails, without TLS, and what a sender must make of it.
type Behaviour struct {
	Name      string
	Script    Script
	Want      notify.Result
	Uncertain bool   // the message may have arrived
	Arrived   bool   // it did arrive
	Reply     string // part of what is reported
}

// Slow is how long the slow scripts take over an answer. A sender under test waits less.
const Slow = 2 * time.Second

// Behaviours lists the ways. Every one is time-bounded for a sender whose time-outs are well below Slow.
func Behaviours() []Behaviour {
	at := func(name string, s Step) Script { return Script{Steps: map[string]Step{name: s}} }
	say := func(name, reply string) Script { return at(name, Step{Reply: reply}) }
	with := func(ext ...string) Script { return Script{Extensions: ext} }
	list := []Behaviour{
		{Name: "good", Want: notify.Delivered, Arrived: true, Reply: "250 taken"},
		{Name: "connection refused", Script: Script{Refuse: true}, Want: notify.Deferred, Reply: "refused"},
		{Name: "banner 421", Script: say(Banner, "421 too busy"), Want: notify.Deferred, Reply: "421 too busy"},
		{Name: "banner 554", Script: say(Banner, "554 no service for you"), Want: notify.Deferred, Reply: "554"},
		{Name: "banner late", Script: at(Banner, Step{Wait: Slow}), Want: notify.Deferred, Reply: "timeout"},
		{Name: "banner garbage", Script: say(Banner, "HTTP/1.1 400 Bad Request"), Want: notify.Deferred},
		{Name: "banner a byte at a time", Script: at(Banner, Step{PerByte: Slow / 20}), Want: notify.Deferred},
		{Name: "EHLO and HELO refused", Script: Script{Steps: map[string]Step{"EHLO": {Reply: "502 what"}, "HELO": {Reply: "502 what"}}},
			Want: notify.Deferred, Reply: "502"},
		{Name: "EHLO unknown, HELO good", Script: say("EHLO", "502 what"), Want: notify.Delivered, Arrived: true},
		{Name: "MAIL 421", Script: say("MAIL", "421 4.3.2 shutting down"), Want: notify.Deferred, Reply: "421"},
		{Name: "MAIL 451", Script: say("MAIL", "451 try later"), Want: notify.Deferred, Reply: "451 try later"},
		{Name: "MAIL 452", Script: say("MAIL", "452 no room"), Want: notify.Deferred, Reply: "452"},
		{Name: "MAIL 530", Script: say("MAIL", "530 authentication required"), Want: notify.Deferred, Reply: "530"},
		{Name: "MAIL 552", Script: say("MAIL", "552 too large"), Want: notify.Refused, Reply: "552"},
		{Name: "RCPT 450 greylisted", Script: say("RCPT", "450 4.2.0 greylisted, come back in 300 s"), Want: notify.Deferred, Reply: "450"},
		{Name: "RCPT 550", Script: say("RCPT", "550 5.1.1 no such user"), Want: notify.Refused, Reply: "550 5.1.1 no such user"},
		{Name: "RCPT 552", Script: say("RCPT", "552 mailbox full"), Want: notify.Refused, Reply: "552"},
		{Name: "RCPT several lines", Script: say("RCPT", "550-first\r\n550-second\r\n550 last"), Want: notify.Refused,
			Reply: "550 first second last"},
		{Name: "RCPT escape codes", Script: say("RCPT", "550 \x1b[31mred\x07\x00 level=error \xff"), Want: notify.Refused,
			Reply: "550 [31mred level=error \uFFFD"},
		{Name: "RCPT oversized", Script: say("RCPT", "550 "+strings.Repeat("x", 4<<20)), Want: notify.Refused, Reply: "550 xxx"},
		{Name: "RCPT endless lines", Script: say("RCPT", strings.Repeat("550-x\r\n", 1<<19)+"550 x"), Want: notify.Deferred,
			Reply: "more than it may"},
		{Name: "RCPT garbage", Script: say("RCPT", "\x00\x01\x02"), Want: notify.Deferred},
		{Name: "RCPT a byte at a time", Script: at("RCPT", Step{PerByte: Slow / 20}), Want: notify.Deferred},
		{Name: "DATA 451", Script: say("DATA", "451 not now"), Want: notify.Deferred, Reply: "451"},
		{Name: "DATA 554", Script: say("DATA", "554 no valid recipients"), Want: notify.Refused, Reply: "554"},
		{Name: "after message 451", Script: say(Dot, "451 content check is down"), Want: notify.Deferred, Reply: "451"},
		{Name: "after message 452", Script: say(Dot, "452 no room"), Want: notify.Deferred, Reply: "452"},
		{Name: "after message 552", Script: say(Dot, "552 too large"), Want: notify.Refused, Reply: "552"},
		{Name: "after message 554", Script: say(Dot, "554 5.7.1 looks like spam"), Want: notify.Refused, Reply: "554"},
		{Name: "taken, then dead", Script: at(Dot, Step{Close: true}), Want: notify.Deferred, Uncertain: true, Arrived: true},
		{Name: "taken, no answer", Script: at(Dot, Step{Hang: true}), Want: notify.Deferred, Uncertain: true, Arrived: true, Reply: "timeout"},
		{Name: "taken, garbage", Script: at(Dot, Step{Reply: "2"}), Want: notify.Deferred, Uncertain: true, Arrived: true},
		{Name: "taken with another 2xx", Script: say(Dot, "251 will forward"), Want: notify.Delivered, Arrived: true, Reply: "251"},
		{Name: "answered well, lost", Script: at(Dot, Step{Swallow: true}), Want: notify.Delivered},
		{Name: "SIZE exceeded", Script: with("SIZE 100"), Want: notify.Refused, Reply: "at most 100 bytes"},
		{Name: "RSET and NOOP refused", Script: Script{Steps: map[string]Step{"RSET": {Reply: "500 what"}, "NOOP": {Reply: "500 what"}}},
			Want: notify.Delivered, Arrived: true},
		{Name: "QUIT unanswered", Script: at("QUIT", Step{Hang: true}), Want: notify.Delivered, Arrived: true},
	}
	for _, verb := range []string{"EHLO", "MAIL", "RCPT", "DATA"} {
		list = append(list,
			Behaviour{Name: verb + " unanswered", Script: at(verb, Step{Hang: true}), Want: notify.Deferred, Reply: "timeout"},
			Behaviour{Name: verb + " closes", Script: at(verb, Step{Close: true}), Want: notify.Deferred, Reply: "EOF"})
	}
	return list
}
