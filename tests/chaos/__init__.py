"""The fault laboratory: a whole house with everything around it breaking, and a judge who knows only what is left."""
