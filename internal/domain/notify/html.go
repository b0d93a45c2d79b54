package notify

import (
	"html/template"
	"strings"
)

// page is the HTML form: headings, definition lists and lists, no table for layout, no image, no remote content, no script.
// The few styles keep it readable in light and dark without a style sheet.
var page = template.Must(template.New("mail").Funcs(template.FuncMap{
	"lines": func(s string) []string { return strings.Split(s, "\n") },
}).Parse(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="font-family:sans-serif;font-size:1rem;line-height:1.5;max-width:42rem">
<h1 style="font-size:1.25rem">{{.Subject}}</h1>
{{range .Sections}}{{if .Title}}<h2 style="font-size:1.1rem">{{.Title}}</h2>
{{end}}{{range .Paras}}<p>{{.}}</p>
{{end}}{{if .Link.URL}}<p><a href="{{.Link.URL}}">{{.Link.Label}}</a></p>
{{end}}{{if .Facts}}<dl>{{range .Facts}}
<dt><strong>{{.Label}}</strong></dt><dd>{{.Value}}</dd>{{end}}
</dl>
{{end}}{{if .Items}}<ul>{{range .Items}}
<li>{{.}}</li>{{end}}
</ul>
{{end}}{{if .Quote}}<blockquote dir="auto">{{range $i, $l := lines .Quote}}{{if $i}}<br>{{end}}
{{$l}}{{end}}
</blockquote>
{{end}}{{if .Cut}}<p>({{.Cut}} more characters stand in the incident)</p>
{{end}}{{end}}</body>
</html>
`))

// layHTML writes the same sections as HTML. Everything that is not ours passes the template's escaping.
func layHTML(subject string, list []section) string {
	var b strings.Builder
	err := page.Execute(&b, struct {
		Subject  string
		Sections []section
	}{subject, list})
	if err != nil {
		// The template and its data are fixed types, so this cannot happen; plain text alone is then still a whole mail.
		return ""
	}
	return b.String()
}
