"""How calls of models behave among themselves: how long to wait, whom to leave in peace, how many at once."""
