package incidents

import (
	"strings"

	"tocsin/internal/web/page"
)

// FieldWords names a field of the contract in words.
func (b incidentBody) FieldWords(field string) string {
	if label := page.LabelOf(field); label != "" {
		return label
	}
	return strings.ReplaceAll(page.SentenceLower(field), ".", ", ")
}

// PostReport asks the coordinator whether a post-incident report is required.
func (b incidentBody) PostReport() page.Control {
	return b.Select("post-incident-report", "", "required", "Is a post-incident report required?", "", "",
		[]page.Option{{Value: "yes", Label: "Yes, required"}, {Value: "no", Label: "No"}})
}
