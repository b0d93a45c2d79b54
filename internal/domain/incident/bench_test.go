package incident

import "testing"

// busy is an incident with a few hundred facts of every part.
func busy(tb testing.TB) *life {
	l := begin(tb)
	l.do(files(Initial, usd(2_000_000)))
	l.do(StartResponse{Lead: "iso", Playbooks: []string{"play"}})
	for range 20 {
		l.do(AffectAssets{Assets: []NewAsset{{Owner: "iso", Networks: 2}, {Networks: 1}}})
		l.do(files(Supplement, nil))
		l.do(DraftUpdate{Audience: "managers"})
		l.do(WriteAnalysis{Section: SectionImpact, Base: latest(l.state())})
		l.do(NoteTask{Aim: "containment", Role: "technical_support"})
	}
	return l
}

func latest(s State) int64 {
	text, _ := s.Review.Section(SectionImpact)
	return text.Version
}

func BenchmarkFold(b *testing.B) {
	l := busy(b)
	b.ReportAllocs()
	b.ReportMetric(float64(len(l.facts)), "facts")
	for b.Loop() {
		Fold(l.facts)
	}
}

func BenchmarkDecide(b *testing.B) {
	l := busy(b)
	s := l.state()
	for name, c := range map[string]Command{"supplement": files(Supplement, usd(3_000_000)), "task": TakeTask{Task: "t1", Person: "iso"},
		"asset": MoveAsset{Asset: "a1", To: "cleared",
			Texts: map[string]string{TextReason: "x"}}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if facts, err := Decide(s, c, l.env); err != nil || len(facts) == 0 {
					b.Fatal(facts, err)
				}
			}
		})
	}
}
