package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	"tocsin/internal/testkit/hostile"
)

// said is a file with a text as every word of it: one step for each text.
func said(texts []string) string {
	id := func(kind string, n int) string { return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", kind, n) }
	type object = map[string]any
	flow, next := object{id("end", 1): object{"type": "end"}}, id("end", 1)
	for i, text := range slices.Backward(texts) {
		at := id("action", i)
		flow[at] = object{"type": "action", "name": text, "description": text, "agent": id("group", 1),
			"external_references": []object{{"name": text}}, "on_completion": next,
			"commands": []object{{"type": "manual", "command": text}, {"type": "bash", "command": text}}}
		next = at
	}
	flow[id("start", 1)] = object{"type": "start", "on_completion": next}
	file, err := json.Marshal(object{"type": "playbook", "spec_version": "cacao-2.0", "id": id("playbook", len(texts)), "name": texts[0],
		"created_by": id("identity", 1), "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "workflow_start": id("start", 1), "workflow": flow,
		"agent_definitions": object{id("group", 1): object{"type": "group", "name": texts[0]}}})
	if err != nil {
		panic(err)
	}
	return string(file)
}

func inJSON(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// TestPeer_S01_HostileCourseByAPI: hostile words that come in by the API come back as they are, as JSON that no browser takes for a
// page, under the same headers as harmless ones; a file that is none is refused with its place in the file.
func TestPeer_S01_HostileCourseByAPI(t *testing.T) {
	kit := testkit.Start(t)
	w := serveAPI(t, kit, testkit.Cases{})
	filed := kit.Filed("ma-rmv-iso", "ma-demo-rmv", "x", func(f *incident.Filing) { f.Categories = []string{"malware"} })
	at := "/api/v1/incidents/" + filed
	took := func(path, body string) (*http.Response, string) {
		t.Helper()
		res, answer := w.ask("ma-lead", "POST", at+path, body)
		if res.StatusCode >= 300 {
			t.Fatalf("%s: %d %.500s", path, res.StatusCode, answer)
		}
		return res, answer
	}
	all, texts := strings.Join(hostile.Payloads(), " "), hostile.Payloads()
	took("/response", inJSON(map[string]string{"lead": "ma-lead", "begun": all}))
	calm, _ := took("/response/import", inJSON(map[string]string{"playbook": said([]string{"A"}), "file": "A"}))
	got, _ := took("/response/import", inJSON(map[string]string{"playbook": said(texts[:95]), "file": "\u202egnp.exe\r\nX: y"}))
	took("/response/import", inJSON(map[string]string{"playbook": said(texts[95:]), "file": texts[0]}))
	for _, own := range []string{"Date", "X-Request-Id"} {
		calm.Header.Del(own)
		got.Header.Del(own)
	}
	if fmt.Sprint(calm.Header) != fmt.Sprint(got.Header) {
		t.Errorf("other headers: %v, want %v", got.Header, calm.Header)
	}
	var v app.ResponseView
	res, body := w.ask("ma-lead", "GET", at+"/response", "")
	if err := json.Unmarshal([]byte(body), &v); err != nil || len(v.Tasks) != len(texts)+1 || len(v.Imports) != 3 || v.Begun != all {
		t.Fatalf("%d tasks, %d imports, %v", len(v.Tasks), len(v.Imports), err)
	}
	for i, text := range texts {
		x, command := v.Tasks[i+1], "Command for a machine (bash), not run from here: "+text
		if x.Title != text || x.Clause != text || !strings.HasSuffix(x.Guide, command) || x.Role != "ir_analyst" {
			t.Errorf("%q came back as %+v", text, x)
		}
	}
	if name := v.Imports[1].File; name != "\ufffdgnp.exe\ufffd\ufffdX: y" {
		t.Errorf("the file is called %q", name)
	}
	if kind := res.Header.Get("Content-Type"); kind != "application/json" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("handed out as %q, %v", kind, res.Header)
	}

	_, split := took("/lifecycle/split", inJSON(map[string]string{"what": all, "reason": all}))
	var made struct{ Incident string }
	if err := json.Unmarshal([]byte(split), &made); err != nil {
		t.Fatal(err)
	}
	took("/lifecycle/unlink", inJSON(map[string]string{"relation": incident.SplitInto, "other": made.Incident, "reason": all}))
	took("/assessment", inJSON(map[string]string{"item": "location", "value": all}))
	var life app.LifecycleView
	_, body = w.ask("ma-lead", "GET", at+"/lifecycle", "")
	if err := json.Unmarshal([]byte(body), &life); err != nil || len(life.Links) != 1 || life.Links[0].Reason != all ||
		life.Links[0].Undone == nil || life.Links[0].Undone.Reason != all {
		t.Errorf("the link: %+v, %v", life.Links, err)
	}
	refusedWords(t, func(file string) (*http.Response, string) {
		return w.ask("ma-lead", "POST", at+"/response/import", inJSON(map[string]string{"playbook": file}))
	})
}

// refusedWords: texts where a file has identifiers are refused with their place, and the answer stays small.
func refusedWords(t *testing.T, send func(file string) (*http.Response, string)) {
	t.Helper()
	good := said([]string{"A"})
	for _, name := range append(hostile.Payloads()[60:80], strings.Repeat("x", 200<<10)) {
		for place, file := range map[string]string{
			"workflow.": strings.Replace(good, `"workflow":{`, `"workflow":{`+inJSON(name)+`:{"type":"end"},`, 1),
			"workflow_start": strings.Replace(good, `"workflow_start":"start--00000000-0000-4000-8000-000000000001"`,
				`"workflow_start":`+inJSON(name), 1),
			"modified": strings.Replace(good, `"modified":"2026-01-01T00:00:00.000Z"`, `"modified":`+inJSON(name), 1),
		} {
			res, body := send(file)
			p := problemOf(t, res, body)
			named := len(p.Errors) > 0 && strings.HasPrefix(p.Errors[0].Field, place) && p.Errors[0].Remedy != ""
			if res.StatusCode != 422 || !named || len(body) > 16<<10 {
				t.Errorf("%.60q at %s: %d %.300s", name, place, res.StatusCode, body)
			}
		}
	}
}
