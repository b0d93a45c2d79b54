package investigation

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"regexp"
	"strings"
)

// Types of indicator: the observables of STIX 2.1, of files one for each property that is looked for.
const (
	IPv4     = "ipv4-addr"
	IPv6     = "ipv6-addr"
	Domain   = "domain-name"
	URL      = "url"
	Email    = "email-addr"
	MD5      = "file-md5"
	SHA1     = "file-sha1"
	SHA256   = "file-sha256"
	SHA512   = "file-sha512"
	FileName = "file-name"
	User     = "user-account"
	Process  = "process"
	Registry = "windows-registry-key"
	ASN      = "autonomous-system"
	Mutex    = "mutex"
	MAC      = "mac-addr"
)

// IndicatorTypes lists them in the order of pages.
var IndicatorTypes = []string{IPv4, IPv6, Domain, URL, Email, SHA256, SHA1, MD5, SHA512, FileName, Process, Registry, Mutex, User, MAC, ASN}

// stixPaths are the object paths of STIX 2.1 patterns.
var stixPaths = map[string]string{IPv4: "ipv4-addr:value", IPv6: "ipv6-addr:value", Domain: "domain-name:value", URL: "url:value", Email: "email-addr:value",
	MD5: "file:hashes.MD5", SHA1: "file:hashes.'SHA-1'", SHA256: "file:hashes.'SHA-256'", SHA512: "file:hashes.'SHA-512'", FileName: "file:name",
	User: "user-account:account_login", Process: "process:command_line", Registry: "windows-registry-key:key", ASN: "autonomous-system:number",
	Mutex: "mutex:name", MAC: "mac-addr:value"}

// STIXPattern is the STIX 2.1 pattern that looks for a value.
func STIXPattern(kind, value string) string {
	quoted := "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
	if kind == ASN {
		quoted = strings.TrimPrefix(value, "AS")
	}
	return "[" + stixPaths[kind] + " = " + quoted + "]"
}

// maxValue bounds an indicator's value, in bytes.
const maxValue = 2_048

var (
	domainForm = regexp.MustCompile(`^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)+(?:[\p{L}]{2,24}|xn--[a-z0-9-]{2,59})$`)
	emailForm  = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@([^@\s]+)$`)
	urlForm    = regexp.MustCompile(`^(?i)(https?|ftps?|sftp|ldaps?|wss?|smb|tcp|udp)://([^/?#\s]+)([^\s]*)$`)
	macForm    = regexp.MustCompile(`^(?i)[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$`)
	macDotted  = regexp.MustCompile(`^(?i)[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$`)
	asnForm    = regexp.MustCompile(`^(?i)ASN?\s?([0-9]{1,10})$`)
	hexForm    = regexp.MustCompile(`^(?i)[0-9a-f]+$`)
	hiveForm   = regexp.MustCompile(`^(?i)(HKLM|HKCU|HKCR|HKU|HKCC|HKEY_LOCAL_MACHINE|HKEY_CURRENT_USER|HKEY_CLASSES_ROOT|HKEY_USERS|HKEY_CURRENT_CONFIG)(\\.+)$`)
)

var hives = map[string]string{"HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT", "HKU": "HKEY_USERS", "HKCC": "HKEY_CURRENT_CONFIG"}

// hashSizes are the lengths of digests in hexadecimal.
var hashSizes = map[int]string{32: MD5, 40: SHA1, 64: SHA256, 128: SHA512}

// NormalValue is the one way to write a value of a type; false where it is none of that type.
func NormalValue(kind, value string) (string, bool) {
	v := strings.TrimSpace(value)
	if v == "" || len(v) > maxValue || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", false
	}
	switch kind {
	case IPv4, IPv6:
		a, err := netip.ParseAddr(v)
		if err != nil || a.Zone() != "" || a.Is4() != (kind == IPv4) {
			return "", false
		}
		return a.String(), true
	case Domain:
		v = strings.ToLower(strings.TrimSuffix(v, "."))
		return v, len(v) <= 253 && domainForm.MatchString(v)
	case URL:
		return normalURL(v)
	case Email:
		at := strings.LastIndexByte(v, '@')
		if at < 0 || !emailForm.MatchString(v) {
			return "", false
		}
		host, ok := NormalValue(Domain, v[at+1:])
		return v[:at] + "@" + host, ok
	case MD5, SHA1, SHA256, SHA512:
		return strings.ToLower(v), hashSizes[len(v)] == kind && hexForm.MatchString(v)
	case MAC:
		return normalMAC(v)
	case ASN:
		m := asnForm.FindStringSubmatch(v)
		if m == nil {
			return "", false
		}
		n := strings.TrimLeft(m[1], "0")
		return "AS" + n, n != ""
	case Registry:
		m := hiveForm.FindStringSubmatch(v)
		if m == nil {
			return "", false
		}
		hive := strings.ToUpper(m[1])
		if long, ok := hives[hive]; ok {
			hive = long
		}
		return hive + m[2], true
	}
	return strings.Join(strings.Fields(v), " "), true
}

func normalURL(v string) (string, bool) {
	m := urlForm.FindStringSubmatch(v)
	if m == nil {
		return "", false
	}
	return strings.ToLower(m[1]) + "://" + strings.ToLower(m[2]) + m[3], true
}

func normalMAC(v string) (string, bool) {
	if macDotted.MatchString(v) {
		v = strings.ReplaceAll(v, ".", "")
		v = v[0:2] + ":" + v[2:4] + ":" + v[4:6] + ":" + v[6:8] + ":" + v[8:10] + ":" + v[10:12]
	}
	return strings.ToLower(strings.ReplaceAll(v, "-", ":")), macForm.MatchString(v)
}

// caseless are the types whose values are the same in capitals.
var caseless = map[string]bool{Email: true, FileName: true, Process: true, Registry: true, User: true}

// Match is what two indicators have in common where they look for the same: a digest of type and value. It is no secret.
func Match(kind, value string) string {
	if caseless[kind] {
		value = strings.ToLower(value)
	}
	sum := sha256.Sum256([]byte(kind + "\x00" + value))
	return hex.EncodeToString(sum[:16])
}

// Defang writes a value so that no program makes a link of it.
func Defang(kind, value string) string {
	switch kind {
	case IPv4, Domain:
		return strings.ReplaceAll(value, ".", "[.]")
	case IPv6:
		i := strings.LastIndexByte(value, ':')
		return value[:max(i, 0)] + "[:]" + value[i+1:]
	case Email:
		at := strings.LastIndexByte(value, '@')
		return value[:max(at, 0)] + "[@]" + strings.ReplaceAll(value[at+1:], ".", "[.]")
	case URL:
		scheme, rest, ok := strings.Cut(value, "://")
		if !ok {
			return value
		}
		host, path := rest, ""
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			host, path = rest[:i], rest[i:]
		}
		scheme = strings.Replace(strings.Replace(scheme, "http", "hxxp", 1), "ftp", "fxp", 1)
		return scheme + "[://]" + strings.ReplaceAll(host, ".", "[.]") + path
	}
	return value
}

var (
	fangedDot    = regexp.MustCompile(`(?i)\s?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}|\\\.|\[\.|\.\])\s?`)
	fangedAt     = regexp.MustCompile(`(?i)\s?(?:\[@\]|\(@\)|\[at\]|\(at\)|\{at\})\s?`)
	fangedColon  = regexp.MustCompile(`\[:\]`)
	fangedScheme = regexp.MustCompile(`(?i)\bh(?:xx|tt|\*\*|XX)p(s?)\s?(?:\[://\]|\[?:\]?//)`)
	fangedFTP    = regexp.MustCompile(`(?i)\b(?:fxp|ftp)(s?)(?:\[://\]|\[?:\]?//)`)
	fangedOther  = regexp.MustCompile(`\[://\]`)
)

// Refang undoes the ways in which people take the teeth out of an address.
func Refang(s string) string {
	s = fangedScheme.ReplaceAllString(s, "http$1://")
	s = fangedFTP.ReplaceAllString(s, "ftp$1://")
	s = fangedOther.ReplaceAllString(s, "://")
	s = fangedDot.ReplaceAllString(s, ".")
	s = fangedAt.ReplaceAllString(s, "@")
	return fangedColon.ReplaceAllString(s, ":")
}
