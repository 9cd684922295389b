"""Reads that pages, API answers and commands need; one file per subject."""
