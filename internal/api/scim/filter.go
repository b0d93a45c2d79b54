package scim

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// filter is a parsed filter of RFC 7644 3.4.2.2.
type filter interface{ match(r map[string]any) bool }

// Bounds of a filter: longer or deeper ones are nobody's honest question.
const (
	maxFilter = 1000
	maxDepth  = 20
)

type logical struct {
	and         bool
	left, right filter
}

func (f logical) match(r map[string]any) bool {
	if f.and {
		return f.left.match(r) && f.right.match(r)
	}
	return f.left.match(r) || f.right.match(r)
}

type negated struct{ inner filter }

func (f negated) match(r map[string]any) bool { return !f.inner.match(r) }

// compared is one comparison; path has one or two names, lower case.
type compared struct {
	path  []string
	op    string
	value any // string, bool, float64 or nil
}

func (f compared) match(r map[string]any) bool {
	found := valuesAt(r, f.path)
	if f.op == "ne" {
		return !compared{f.path, "eq", f.value}.match(r)
	}
	if len(found) == 0 {
		return f.op == "eq" && f.value == nil
	}
	for _, v := range found {
		if f.holds(v) {
			return true
		}
	}
	return false
}

func (f compared) holds(v any) bool {
	if f.op == "pr" {
		return present(v)
	}
	switch want := f.value.(type) {
	case string:
		have, ok := v.(string)
		if !ok {
			return false
		}
		if !caseExact(f.path) {
			have, want = strings.ToLower(have), strings.ToLower(want)
		}
		return stringHolds(f.op, have, want)
	case bool:
		return f.op == "eq" && v == want
	case float64:
		have, ok := v.(float64)
		return ok && orderHolds(f.op, have-want)
	}
	return f.op == "eq" && v == nil
}

func stringHolds(op, have, want string) bool {
	switch op {
	case "co":
		return strings.Contains(have, want)
	case "sw":
		return strings.HasPrefix(have, want)
	case "ew":
		return strings.HasSuffix(have, want)
	}
	return orderHolds(op, float64(strings.Compare(have, want)))
}

func orderHolds(op string, d float64) bool {
	switch op {
	case "eq":
		return d == 0
	case "gt":
		return d > 0
	case "ge":
		return d >= 0
	case "lt":
		return d < 0
	case "le":
		return d <= 0
	}
	return false
}

func present(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

// caseExact lists what is compared letter by letter; everything else ignores case.
func caseExact(path []string) bool {
	return len(path) == 1 && (path[0] == "id" || path[0] == "externalid") || len(path) == 2 && path[0] == "meta" || len(path) == 2 && path[0] == "members"
}

// within holds for a resource of which one value of a list fulfils the inner filter: emails[type eq "work"].
type within struct {
	attr  string
	inner filter
}

func (f within) match(r map[string]any) bool {
	list, _ := get(r, f.attr).([]any)
	for _, v := range list {
		if m, ok := v.(map[string]any); ok && f.inner.match(m) {
			return true
		}
	}
	return false
}

// get finds an attribute by name, whatever its case.
func get(r map[string]any, name string) any {
	for k, v := range r {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return nil
}

// valuesAt lists the values at a path; of a list of complex values the "value" of each, where the path names no part.
func valuesAt(r map[string]any, path []string) []any {
	switch v := get(r, path[0]).(type) {
	case nil:
		return nil
	case []any:
		part := "value"
		if len(path) > 1 {
			part = path[1]
		}
		var out []any
		for _, one := range v {
			if m, ok := one.(map[string]any); ok {
				one = get(m, part)
			} else if len(path) > 1 {
				one = nil
			}
			if one != nil {
				out = append(out, one)
			}
		}
		return out
	case map[string]any:
		if len(path) == 1 {
			return []any{v}
		}
		return valuesAt(v, path[1:])
	default:
		if len(path) > 1 {
			return nil
		}
		return []any{v}
	}
}

// parser reads a filter by recursive descent: or, and, not, comparison.
type parser struct {
	src   string
	at    int
	depth int
}

func parseFilter(s string) (filter, error) {
	if len(s) > maxFilter || !utf8.ValidString(s) {
		return nil, fmt.Errorf("the filter is longer than %d bytes or no text", maxFilter)
	}
	p := &parser{src: s}
	f, err := p.or()
	if err == nil && p.peek() != 0 {
		return nil, p.fail("something stands behind the end of the filter")
	}
	return f, err
}

func (p *parser) fail(format string, args ...any) error {
	return fmt.Errorf("at character %d: %s", p.at+1, fmt.Sprintf(format, args...))
}

func (p *parser) skip() {
	for p.at < len(p.src) && p.src[p.at] == ' ' {
		p.at++
	}
}

func (p *parser) or() (filter, error)  { return p.chain("or", p.and) }
func (p *parser) and() (filter, error) { return p.chain("and", p.unary) }

func (p *parser) chain(word string, next func() (filter, error)) (filter, error) {
	left, err := next()
	for err == nil && p.keyword(word) {
		var right filter
		right, err = next()
		left = logical{word == "and", left, right}
	}
	return left, err
}

// keyword takes a word that is followed by a space or a bracket.
func (p *parser) keyword(word string) bool {
	p.skip()
	end := p.at + len(word)
	if end < len(p.src) && strings.EqualFold(p.src[p.at:end], word) && (p.src[end] == ' ' || p.src[end] == '(') {
		p.at = end
		return true
	}
	return false
}

func (p *parser) unary() (filter, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("brackets are nested too deeply")
	}
	defer func() { p.depth-- }()
	if p.keyword("not") {
		inner, err := p.bracket('(', ')')
		return negated{inner}, err
	}
	if p.peek() == '(' {
		return p.bracket('(', ')')
	}
	return p.comparison()
}

func (p *parser) peek() byte {
	p.skip()
	if p.at < len(p.src) {
		return p.src[p.at]
	}
	return 0
}

func (p *parser) bracket(open, shut byte) (filter, error) {
	if p.peek() != open {
		return nil, p.fail("%q is missing", open)
	}
	p.at++
	f, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek() != shut {
		return nil, p.fail("%q is missing", shut)
	}
	p.at++
	return f, nil
}

func (p *parser) comparison() (filter, error) {
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	if p.at < len(p.src) && p.src[p.at] == '[' && len(path) == 1 {
		inner, err := p.bracket('[', ']')
		return within{path[0], inner}, err
	}
	op := strings.ToLower(p.word())
	switch op {
	case "pr":
		return compared{path, op, nil}, nil
	case "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le":
	default:
		return nil, p.fail("an operator such as eq is missing")
	}
	value, err := p.literal()
	if _, isText := value.(string); err == nil && !isText && (op == "co" || op == "sw" || op == "ew") {
		err = p.fail("%s compares texts", op)
	}
	return compared{path, op, value}, err
}

func (p *parser) word() string {
	p.skip()
	begin := p.at
	for p.at < len(p.src) && isName(p.src[p.at]) {
		p.at++
	}
	return p.src[begin:p.at]
}

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '$'
}

// path reads an attribute, with the URN of its schema before it or not, and one part of it or none.
func (p *parser) path() ([]string, error) {
	p.skip()
	for _, urn := range []string{userSchema, groupSchema} {
		if len(p.src) > p.at+len(urn) && strings.EqualFold(p.src[p.at:p.at+len(urn)], urn) && p.src[p.at+len(urn)] == ':' {
			p.at += len(urn) + 1
		}
	}
	first := p.word()
	if first == "" {
		return nil, p.fail("the name of an attribute is missing")
	}
	path := []string{strings.ToLower(first)}
	if p.at < len(p.src) && p.src[p.at] == '.' {
		p.at++
		part := p.word()
		if part == "" {
			return nil, p.fail("the name of a part is missing")
		}
		path = append(path, strings.ToLower(part))
	}
	return path, nil
}

// literal reads a JSON value that is not complex.
func (p *parser) literal() (any, error) {
	if p.peek() == '"' {
		end := p.at + 1
		for end < len(p.src) && p.src[end] != '"' {
			if p.src[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(p.src) {
			return nil, p.fail("a text has no end")
		}
		var s string
		if err := json.Unmarshal([]byte(p.src[p.at:end+1]), &s); err != nil {
			return nil, p.fail("a text is damaged")
		}
		p.at = end + 1
		return s, nil
	}
	begin := p.at
	for p.at < len(p.src) && (isName(p.src[p.at]) || p.src[p.at] == '.' || p.src[p.at] == '+') {
		p.at++
	}
	switch word := p.src[begin:p.at]; word {
	case "true", "false":
		return word == "true", nil
	case "null":
		return nil, nil
	default:
		n, err := strconv.ParseFloat(word, 64)
		if err != nil || n != n {
			return nil, p.fail("a value is missing; texts stand in quotation marks")
		}
		return n, nil
	}
}
