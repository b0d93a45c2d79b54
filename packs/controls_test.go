package packs

import (
	"strings"
	"testing"
)

// printed is the control mapping as the standard prints it, by title: per row SP 800-53, CIS, CSF; "-" for an empty cell.
const printed = `
Security Incident Response Team (SIRT): IR-1 CSC_17 ID.GV-1; IR-2 - -; IR-8 - PR.IP-7; IR-7 - PR.AT-4
Incident Identification, Investigation and Analysis: SI-4 CSC_1 ID.RA-1; - - PR.IP-9; - - RS.AN_family; SI-5 - ID.RA-1
Incident Reporting and Escalation: AU-6 CSC_8 PR.PT-1; - - ID.GV-1; IR-6 - RS.CO-2; IR-5 - RC.CO-1; - - RC.CO-2; - - RC.CO-3
Security Incident Response and Investigation: IR-3 CSC_17 PR.IP-10; - - RS.MI_family; IR-4 - DE.AE_family; IR-6 - RS.CO-2; - - RS.CO_family; - - RC.RP-1
Collection of Evidence: IR-6 CSC_17 RS.CO-2; IR-7 - -; - - PR.PT-1; - - PR.PT-1; - - PR.PT-1
Post-Incident Analysis: IR-4 CSC_17 DE.AE_family; - - RS.IM-1,2; - - DE.AE-3
`

// Every row of the mapping is there, under the title of its section, whose number in the text is not the one in the table.
// MA Control Mapping
func TestControlMapping(t *testing.T) {
	p, err := Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for i, c := range p.ControlSections() {
		if want := [2]string{"6." + string(rune('3'+i)), "6." + string(rune('1'+i))}; c.Body != want[0] || c.Table != want[1] {
			t.Errorf("%s is %s in the text and %s in the table", c.Title, c.Body, c.Table)
		}
		var rows []string
		for _, r := range c.Rows {
			cells := []string{r.NIST, r.CIS, r.CSF}
			for j, cell := range cells {
				if cells[j] = strings.ReplaceAll(cell, " ", "_"); cell == "" {
					cells[j] = "-"
				}
			}
			rows = append(rows, strings.Join(cells, " "))
		}
		got.WriteString("\n" + c.Title + ": " + strings.Join(rows, "; "))
	}
	if want := strings.TrimSuffix(printed, "\n"); got.String() != want {
		t.Errorf("got%s\nwant%s", got.String(), want)
	}
}
