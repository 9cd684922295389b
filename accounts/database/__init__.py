"""Django's PostgreSQL backend with a limit on every wait, so that a server that hangs cannot hang us."""
