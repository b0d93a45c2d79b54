package page

// quickAtOnce bounds how many quick forms are worked on at the same time: a flood of them waits at the door, not where
// signed-in people file.
const quickAtOnce = 3
