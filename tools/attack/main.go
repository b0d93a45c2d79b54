// Command attack makes internal/domain/investigation/attack.txt: id, name and tactics of every enterprise technique of MITRE ATT&CK, from
// a JSON list of techniques with id, name, kill_chain and revoked. The licence of ATT&CK asks for its notice beside every copy: it is
// in ATTACK-LICENSE.txt.
//
//	attack techniques.json > internal/domain/investigation/attack.txt
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

type technique struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	KillChain []string `json:"kill_chain"` // "attack-Windows:defense-evasion"
	Revoked   bool     `json:"revoked"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: attack techniques.json")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "attack:", err)
		os.Exit(1)
	}
}

func run(path string, w io.Writer) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var all []technique
	if err := json.Unmarshal(src, &all); err != nil {
		return err
	}
	lines := map[string]string{}
	for _, t := range all {
		tactics := tacticsOf(t)
		if t.Revoked || len(tactics) == 0 || !strings.HasPrefix(t.ID, "T") {
			continue
		}
		lines[t.ID] = t.ID + "\t" + strings.Join(strings.Fields(t.Name), " ") + "\t" + strings.Join(tactics, ",")
	}
	ids := make([]string, 0, len(lines))
	for id := range lines {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := bufio.NewWriter(w)
	for _, id := range ids {
		fmt.Fprintln(out, lines[id])
	}
	return out.Flush()
}

// tacticsOf lists the enterprise tactics of a technique once, sorted.
func tacticsOf(t technique) (out []string) {
	for _, k := range t.KillChain {
		chain, tactic, _ := strings.Cut(k, ":")
		if strings.HasPrefix(chain, "attack-") && !slices.Contains(out, tactic) {
			out = append(out, tactic)
		}
	}
	slices.Sort(out)
	return out
}
