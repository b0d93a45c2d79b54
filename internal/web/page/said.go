package page

// Term names an entry of a pack's vocabulary. Without the vocabulary the id itself has to do.
func (f Frame) Term(pack, id string) string {
	if f.label != nil {
		if words := f.label(pack, id); words != "" {
			return words
		}
	}
	return Sentence(id)
}
