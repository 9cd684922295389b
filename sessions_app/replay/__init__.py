"""A session run again, offline, from its recorded model calls: it has to come to the same decisions and files.

`reading` makes a recording of a session, `cassette` carries one to another place, `player` runs it, and `comparison`
says what came out differently. docs/replay.md explains all of it.
"""
