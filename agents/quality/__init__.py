"""How good is what has been handed in? Five scores, each a number with what it is made of and what would raise it."""
