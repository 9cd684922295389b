"""Pages of sessions, by subject; each view reads the input, finds the row in scope, calls one rule, renders."""
