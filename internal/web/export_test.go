package web

// LiveHeartbeat is how often an open stream is checked anew.
const LiveHeartbeat = liveHeartbeat
