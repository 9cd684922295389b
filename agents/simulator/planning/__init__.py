"""Writes what comes before and beside the design: scoping, product, backlog, tests and plans. One file per artifact."""
