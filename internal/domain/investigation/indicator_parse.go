package investigation

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Found is one indicator in pasted text.
type Found struct {
	Line  int // from 1
	Type  string
	Value string
}

// Unread is a line in which nothing was recognised.
type Unread struct {
	Line int
	Text string
}

// named are the words before a colon that say what a line holds.
var named = map[string]string{"user": User, "account": User, "user-account": User, "login": User, "process": Process, "command": Process, "mutex": Mutex,
	"file": FileName, "filename": FileName, "file-name": FileName, "registry": Registry, "windows-registry-key": Registry, "key": Registry, "domain": Domain,
	"domain-name": Domain, "host": Domain, "url": URL, "ip": "", "ipv4": IPv4, "ipv6": IPv6, "ipv4-addr": IPv4, "ipv6-addr": IPv6, "email": Email, "e-mail": Email,
	"email-addr": Email, "md5": MD5, "file-md5": MD5, "sha1": SHA1, "sha-1": SHA1, "file-sha1": SHA1, "sha256": SHA256, "sha-256": SHA256, "file-sha256": SHA256,
	"sha512": SHA512, "sha-512": SHA512, "file-sha512": SHA512, "hash": "", "mac": MAC, "mac-addr": MAC, "asn": ASN, "autonomous-system": ASN}

var (
	labelled = regexp.MustCompile(`^(?i)\s*[-*•]?\s*([a-z][a-z0-9 -]{1,22}?)\s*[:=,\t]\s*(.+?)\s*$`)
	between  = regexp.MustCompile("[\\s\"'`<>|,;]+")
	runnable = regexp.MustCompile(`^(?i)[^\\/:*?"<>|]{1,120}\.(exe|dll|sys|scr|bat|cmd|ps1|vbs|js|jse|hta|lnk|msi|jar|py|sh|elf|iso|img|docm|xlsm|one|7z|rar|zip|tmp|dat|bin)$`)
)

// ParseIndicators finds the indicators in pasted text, each once, defanged or not. A line may say what it holds ("mutex: Global\x"), hold
// one value, or hold several among other words. Lines in which nothing was recognised come back.
func ParseIndicators(text string) (found []Found, unread []Unread) {
	seen := map[string]bool{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(strings.ToValidUTF8(line, "\uFFFD"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		any := false
		for _, f := range parseLine(line) {
			any = true
			if key := Match(f.Type, f.Value); !seen[key] {
				seen[key] = true
				f.Line = n
				found = append(found, f)
			}
		}
		if !any {
			unread = append(unread, Unread{Line: n, Text: clip(line)})
		}
	}
	return found, unread
}

func clip(s string) string {
	if utf8.RuneCountInString(s) > 120 {
		return string([]rune(s)[:119]) + "…"
	}
	return s
}

func parseLine(line string) (out []Found) {
	if m := labelled.FindStringSubmatch(line); m != nil {
		if kind, ok := named[strings.ToLower(m[1])]; ok {
			value := m[2]
			if f, ok := asType(kind, value); ok {
				return []Found{f}
			}
			line = value
		}
	}
	if f, ok := detect(line); ok {
		return []Found{f}
	}
	if v, ok := NormalValue(Registry, line); ok {
		return []Found{{Type: Registry, Value: v}}
	}
	for _, word := range between.Split(Refang(line), -1) {
		if f, ok := detect(strings.Trim(word, ".:()[]{}!?")); ok {
			out = append(out, f)
		} else if f, ok := detect(word); ok {
			out = append(out, f)
		}
	}
	return out
}

// asType reads a value that is said to be of a type; an empty type is whatever it looks like.
func asType(kind, value string) (Found, bool) {
	if kind == "" {
		return detect(value)
	}
	switch kind {
	case IPv4, IPv6, Domain, URL, Email:
		value = Refang(value)
	}
	v, ok := NormalValue(kind, value)
	return Found{Type: kind, Value: v}, ok
}

// detect says what one word is.
func detect(word string) (Found, bool) {
	word = strings.TrimSpace(word)
	if word == "" || len(word) > maxValue || strings.ContainsAny(word, "\x00\r\n") {
		return Found{}, false
	}
	clear := Refang(word)
	if kind, ok := hashSizes[len(clear)]; ok && hexForm.MatchString(clear) {
		return Found{Type: kind, Value: strings.ToLower(clear)}, true
	}
	if a, ok := address(clear); ok {
		return a, true
	}
	for _, kind := range []string{URL, MAC, ASN, Email} {
		if v, ok := NormalValue(kind, clear); ok && !strings.ContainsAny(clear, " \t") {
			return Found{Type: kind, Value: v}, true
		}
	}
	if strings.ContainsAny(clear, " \t") {
		return Found{}, false
	}
	if runnable.MatchString(word) && !strings.HasSuffix(strings.ToLower(word), ".py") {
		return Found{Type: FileName, Value: word}, true
	}
	v, ok := NormalValue(Domain, clear)
	return Found{Type: Domain, Value: v}, ok && !allDigits(clear)
}

// address reads an address of the Internet, with a port or a prefix length that is left out.
func address(s string) (Found, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		if p, wrong := netip.ParseAddrPort(s); wrong == nil {
			a, err = p.Addr(), nil
		}
	}
	if err != nil || a.Zone() != "" || a.IsUnspecified() {
		return Found{}, false
	}
	if a = a.Unmap(); a.Is4() {
		return Found{Type: IPv4, Value: a.String()}, true
	}
	return Found{Type: IPv6, Value: a.String()}, true
}

func allDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
}
