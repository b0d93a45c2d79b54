package exchange

import "github.com/google/uuid"

// extensionID names what a procedure says of its steps and CACAO has no property for: other programs step over it, and reading the file
// back gives the same procedure.
var extensionID = "extension-definition--" + uuid.NewSHA1(cacaoSpace, []byte("steps of a response procedure")).String()

// cacaoExtension describes an extension to whoever reads the file.
type cacaoExtension struct {
	Type        string `json:"type"`
	Name        string `json:"name"`
	Description string `json:"description"`
	CreatedBy   string `json:"created_by"`
	Schema      string `json:"schema"`
	Version     string `json:"version"`
}

var ourExtension = cacaoExtension{Type: "extension-definition", Name: "Steps of a response procedure",
	Description: "What each step is for, which role does it, by when and after which others, whether it may be left out, and the " +
		"clause behind it.",
	CreatedBy: "identity--" + uuid.NewSHA1(cacaoSpace, []byte("tocsin")).String(),
	Schema: "On the playbook: id, clause, categories (list). On an action: id, aim (containment, evidence, analysis, eradication, " +
		"recovery, communication, review), " +
		"role, within (such as 4 hours, from the start of the response), after (ids of steps that come before), optional (true: may be " +
		"left out), clause.",
	Version: "1.0.0"}

// playbookExtension is what the extension says of the playbook.
type playbookExtension struct {
	ID         string   `json:"id" maxLength:"128"`
	Clause     string   `json:"clause,omitempty" maxLength:"200"`
	Categories []string `json:"categories,omitempty" maxItems:"100"`
}

// stepExtension is what the extension says of a step.
type stepExtension struct {
	ID       string   `json:"id" required:"true" maxLength:"128"`
	Aim      string   `json:"aim" required:"true" enum:"analysis,evidence,containment,eradication,recovery,communication,review"`
	Role     string   `json:"role" required:"true" maxLength:"64"`
	Within   string   `json:"within,omitempty" maxLength:"64"`
	After    []string `json:"after,omitempty" maxItems:"100"`
	Optional bool     `json:"optional,omitempty"`
	Clause   string   `json:"clause,omitempty" maxLength:"200"`
}
