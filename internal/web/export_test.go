package web

// LiveHeartbeat is how often an open stream is checked anew.
const LiveHeartbeat = liveHeartbeat

// FieldsOf are the form fields that a POST admits.
func FieldsOf(pattern string) []string {
	for _, r := range routes {
		if r.Method == "POST" && r.Pattern == pattern {
			return r.fields
		}
	}
	return nil
}
