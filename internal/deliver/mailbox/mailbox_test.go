package mailbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/smtp"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

func start(t testing.TB) *Server {
	t.Helper()
	s, err := Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestReceive(t *testing.T) {
	s := start(t)
	msg := "From: =?utf-8?q?Tocs=C3=AFn?= <t@example.gov>\r\nTo: ana@example.gov\r\nSubject: =?utf-8?q?H=C3=A9?=\r\n" +
		"Message-ID: <a.1@example.gov>\r\n\r\nhello\r\n.\r\nthere\r\n"
	if err := smtp.SendMail(s.Addr(), nil, "t@example.gov", []string{"ana@example.gov", "lee@example.gov"}, []byte(msg)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	m, err := s.Wait(ctx, func(m Message) bool { return m.MessageID == "a.1@example.gov" })
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "Hé" || m.From != "Tocsïn <t@example.gov>" || m.Text != "hello\n.\nthere\n" ||
		!reflect.DeepEqual(m.To, []string{"ana@example.gov", "lee@example.gov"}) || m.Number != 1 {
		t.Errorf("%+v", m)
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(b, &keys); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"to", "from", "subject", "message_id", "received_at", "text"} {
		if _, ok := keys[k]; !ok {
			t.Errorf("lacks %s: %s", k, b)
		}
	}
	if len(keys) != 6 {
		t.Errorf("has more than it should: %s", b)
	}
}

func TestWaitEndsWithContext(t *testing.T) {
	s := start(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.Wait(ctx, func(Message) bool { return true }); err != context.DeadlineExceeded {
		t.Error(err)
	}
	got := make(chan int)
	go func() {
		m, _ := s.Wait(context.Background(), func(m Message) bool { return m.Subject == "2" })
		got <- m.Number
	}()
	for i := range 3 {
		if err := s.put(Message{Subject: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := <-got; n != 3 {
		t.Error(n)
	}
}

func TestLoopbackOnly(t *testing.T) {
	for _, a := range []string{"0.0.0.0:0", ":0", "[::]:0", "localhost:0", "10.0.0.1:0", "example.gov:25", ""} {
		if s, err := Start(a); err == nil {
			s.Close()
			t.Errorf("%q accepted", a)
		}
	}
}

func TestTooLarge(t *testing.T) {
	s := start(t)
	err := smtp.SendMail(s.Addr(), nil, "t@example.gov", []string{"ana@example.gov"},
		bytes.Repeat([]byte("0123456789abcde\r\n"), maxMessage/16))
	if err == nil || !strings.HasPrefix(err.Error(), "552") || s.Count() != 0 {
		t.Error(err, s.Count())
	}
}

func TestCloseEndsConnections(t *testing.T) {
	s := start(t)
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("still listening")
	}
}

// newBox is a box without a server.
func newBox(capacity int) *box { return &box{capacity: capacity, arrived: make(chan struct{})} }

func TestBoxKeepsOrderAcrossBlocks(t *testing.T) {
	b := newBox(10_000)
	const n = 5*blockSize + 7
	for i := 1; i <= n; i++ {
		if err := b.put(Message{Subject: fmt.Sprint(i), HTML: "h", To: []string{"a"}}); err != nil {
			t.Fatal(err)
		}
	}
	all := b.Messages()
	if len(all) != n || b.Count() != n {
		t.Fatal(len(all), b.Count())
	}
	for i, m := range all {
		if m.Number != i+1 || m.Subject != fmt.Sprint(i+1) || m.HTML != "h" {
			t.Fatalf("%d: %+v", i, m)
		}
	}
	for _, c := range []struct{ before, limit, first, last int }{{0, 10, n, n - 9}, {n, 3, n - 1, n - 3},
		{blockSize + 2, 4, blockSize + 1, blockSize - 2}, {3, 10, 2, 1}, {n + 500, 1, n, n}} {
		got := b.Latest(c.before, c.limit)
		if len(got) == 0 || got[0].Number != c.first || got[len(got)-1].Number != c.last {
			t.Errorf("%+v: %d messages", c, len(got))
		}
	}
	if len(b.Latest(1, 10)) != 0 {
		t.Error("something before the first")
	}
	if m, ok := b.Message(blockSize); !ok || m.Number != blockSize {
		t.Error(m, ok)
	}
	if _, ok := b.Message(n + 1); ok {
		t.Error("a message that never came")
	}
	if got := b.Find(func(m Message) bool { return m.Number%100 == 0 }); len(got) != n/100 {
		t.Error(len(got))
	}
}

func TestBoxIsBounded(t *testing.T) {
	b := newBox(4 * blockSize)
	for i := range 20 * blockSize {
		if err := b.put(Message{Subject: fmt.Sprint(i + 1)}); err != nil {
			t.Fatal(err)
		}
		if b.Count() > b.capacity+1 {
			t.Fatal(b.Count())
		}
	}
	all := b.Messages()
	if len(all) != b.Count() || b.Dropped()+b.Count() != 20*blockSize || all[len(all)-1].Number != 20*blockSize ||
		all[0].Number != b.Dropped()+1 {
		t.Error(len(all), b.Count(), b.Dropped(), all[0].Number)
	}
	if _, ok := b.Message(1); ok {
		t.Error("the oldest is still there")
	}
}

func TestMemoryIsModest(t *testing.T) {
	b := newBox(Capacity)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	const n = 5000
	for i := range n {
		body := strings.Repeat(fmt.Sprintf("Incident %d-%x: something that a person wrote about it, and a clause.\n", i, i*7919), 40)
		if err := b.put(Message{Subject: fmt.Sprint(i), From: "t@example.gov", To: []string{"a@example.gov"}, Text: body,
			HTML: "<p>" + body}); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	per := int64(after.HeapAlloc-before.HeapAlloc) / n
	t.Logf("%d bytes a message", per)
	if per > 1500 {
		t.Errorf("%d bytes a message", per)
	}
	runtime.KeepAlive(b)
}

func BenchmarkPut(b *testing.B) {
	x := newBox(Capacity)
	m := Message{Subject: "s", Text: strings.Repeat("a line of text in a message\n", 100),
		HTML: strings.Repeat("<p>a line of text in a message</p>\n", 150)}
	for b.Loop() {
		if err := x.put(m); err != nil {
			b.Fatal(err)
		}
	}
}

// Each case is a message and what is read out of it.
func TestParseCases(t *testing.T) {
	files, err := filepath.Glob("testdata/parse/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(f)
			if err != nil {
				t.Fatal(err)
			}
			part := map[string]string{}
			for _, p := range a.Files {
				part[p.Name] = string(p.Data)
			}
			m := parse([]byte(strings.ReplaceAll(part["message"], "\n", "\r\n")))
			for name, got := range map[string]string{"from": m.From, "subject": m.Subject, "id": m.MessageID, "text": m.Text, "html": m.HTML} {
				if want, ok := part[name]; ok && strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/parse/*.txtar")
	for _, name := range files {
		if a, err := txtar.ParseFile(name); err == nil {
			f.Add(bytes.ReplaceAll(a.Files[0].Data, []byte("\n"), []byte("\r\n")))
		}
	}
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"))
	f.Add([]byte("\x00\xff"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := parse(raw)
		if len(m.Text) > 4*maxText || strings.ContainsAny(m.Subject+m.From, "\r\n\x00") {
			t.Errorf("%q", m.Subject)
		}
		if _, err := json.Marshal(m); err != nil {
			t.Error(err)
		}
	})
}
