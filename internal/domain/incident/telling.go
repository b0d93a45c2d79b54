package incident

import "time"

func (f *MessageSent) apply(s *State, r Recorded) {
	if m := s.message(f.Message); m != nil {
		m.Sent, m.At = true, r.At
		s.advance(m, TrackSent, r.At)
	}
}

func (f *MessageDelivered) apply(s *State, r Recorded) {
	if m := s.message(f.Message); m != nil {
		m.Status, m.At = MessageAccepted, r.At
		s.advance(m, TrackDelivered, r.At)
	}
}

func (f *MessageRefused) apply(s *State, r Recorded) {
	if m := s.message(f.Message); m != nil {
		m.Refused, m.At = true, r.At
		if !f.GaveUp {
			m.Status = MessageEscalated
		}
	}
}

func (f *Acknowledged) apply(s *State, r Recorded) {
	s.answered(f.Authority, TrackAcknowledged, r.At)
}

func (f *Asked) apply(s *State, r Recorded) {
	s.answered(f.Authority, TrackAsked, r.At)
	s.Questions = append(s.Questions, Question{ID: f.Question, Authority: f.Authority, AskedAt: r.At, AskedBy: r.Actor,
		Text: r.Texts[TextQuestion]})
}

func (f *Answered) apply(s *State, r Recorded) {
	s.answerQuestion(f, r)
}

func (f *Declined) apply(s *State, r Recorded) {
	s.answered(f.Authority, TrackDeclined, r.At)
}

func (f *TrackClosed) apply(s *State, r Recorded) {
	s.answered(f.Authority, TrackClosedState, r.At)
}

// advance moves the track that a message to an authority belongs to; a track never goes back to an earlier delivery state.
func (s *State) advance(m *Message, status string, at time.Time) {
	t := s.track(m.Authority)
	if t == nil || m.Kind != KindAuthorityNotice {
		return
	}
	if status == TrackDelivered {
		t.Delivered = true
	}
	if t.Status == TrackOwed || (t.Status == TrackSent && status == TrackDelivered) {
		t.Status, t.Since = status, at
	}
}

func (s *State) answered(authority, status string, at time.Time) {
	if t := s.track(authority); t != nil {
		t.Status, t.Since, t.Acknowledged = status, at, true
		if t.AnsweredAt.IsZero() {
			t.AnsweredAt = at
		}
	}
}

// answerQuestion closes a question; once none of the authority's questions is open, its track is acknowledged again.
func (s *State) answerQuestion(f *Answered, r Recorded) {
	q := s.question(f.Question)
	if q == nil {
		return
	}
	q.Answered, q.AnsweredAt, q.AnsweredBy, q.AnswerText = true, r.At, r.Actor, r.Texts[TextAnswer]
	for _, other := range s.Questions {
		if other.Authority == q.Authority && !other.Answered {
			return
		}
	}
	if t := s.track(q.Authority); t != nil && t.Status == TrackAsked {
		t.Status, t.Since = TrackAcknowledged, r.At
	}
}
