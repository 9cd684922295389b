"""A session in a terminal: followed from the database, folded to a state, shown live or line by line."""
