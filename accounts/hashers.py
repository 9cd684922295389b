"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at OWASP's floor: 19 MiB, two passes, one lane (19 ms where Django's 100 MiB would take ten times that).

    Source: OWASP Password Storage Cheat Sheet. Raising a figure here rehashes each password at its next sign-in.
    """

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1
