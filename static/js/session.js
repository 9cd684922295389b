// The live parts of a session: on its own page, and on the dashboard beside its team.
import "./agent-progress.js";
import "./count-down.js";
import "./elapsed-time.js";
import "./live-announcer.js";
import "./live-session.js";
import "./live-status.js";
