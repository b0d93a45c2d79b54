package deliver

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The operator's file of containment tools: what it means, and every mistake said at once with its place.
func TestReadTools(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	secret := put("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjU\n", 0o600)
	open := put("open", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjU\n", 0o644)
	short := put("short", "whsec_QUJD", 0o600)
	w := NewWebhook(WebhookConfig{})
	got, err := w.ReadTools(put("good.yaml",
		"tools:\n  - {id: edr, name: Agents, url: \"https://edr.example.gov/c\", secret_file: "+secret+", entity: ca-state, isolates: true, "+
			"answer_within_minutes: 5}\n", 0o600))
	if err != nil || len(got) != 1 || got[0].AnswerWithin != 5*time.Minute || !got[0].Isolates ||
		strings.Join(got[0].Targets, "") != "device" || !strings.HasPrefix(got[0].Secret, "whsec_") {
		t.Fatalf("%+v, %v", got, err)
	}
	_, err = w.ReadTools(put("bad.yaml",
		"tools:\n  - {id: Edr, name: A, url: \"http://127.0.0.1/\", secret_file: "+open+", entity: e, actions: [burn], targets: [file], "+
			"answer_within_minutes: -1}\n"+
			"  - {id: x, name: A, url: \"https://10.0.0.1/\", secret_file: "+short+", entity: e}\n  - {id: x, name: A, url: "+
			"\"https://a.example/\", secret_file: "+filepath.Join(dir, "none")+", entity: e}\n", 0o600))
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{"id cannot", "bad.yaml:2", "url:", "burn", "file", "answer_within_minutes", "others may read", "bad.yaml:3",
		"24 bytes", "stands twice", "no such file"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing is said of %q:\n%v", want, err)
		}
	}
	if _, err := w.ReadTools(put("odd.yaml", "tools:\n  - {id: edr, nmae: A}\n", 0o600)); err == nil ||
		!strings.Contains(err.Error(), "nmae") {
		t.Errorf("an unknown key: %v", err)
	}
}
