"""Tolerant views of what roles handed in: each reads one kind of artifact in whatever style it was written."""
