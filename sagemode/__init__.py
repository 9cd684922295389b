"""Sage Mode: a software development team that runs as a web application."""

__version__ = "0.1.0"
