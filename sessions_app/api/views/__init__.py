"""`/api/v1/sessions...` and what hangs on a session; one file per subject."""
