package incident

// live decides the commands of the life cycle; done is false for any other command.
func (d *decision) live(c Command) (done bool, err error) {
	switch c := c.(type) {
	case EnterPhase:
		return true, d.enterPhase(c)
	case StateMilestone:
		return true, d.stateMilestone(c)
	case Classify:
		return true, d.classify(c)
	case Close:
		return true, d.close(c)
	case Reopen:
		return true, d.reopen(c)
	case ValidateResults:
		return true, d.validate(c)
	case KeepClosed:
		return true, d.keepClosed(c)
	case LinkTo:
		return true, d.linkTo(c)
	case TellMentioned:
		return true, d.tellMentioned(c)
	case Unlink:
		return true, d.unlink(c)
	case MirrorLink:
		return true, d.mirrorLink(c)
	}
	return false, nil
}
