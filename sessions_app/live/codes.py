"""Why a socket was closed by us."""

from __future__ import annotations

BAD_AFTER = 4400
SIGNED_OUT = 4401
NO_RIGHT = 4403  # a foreign Origin, or rights that were lost
UNKNOWN = 4404
TOO_SLOW = 4408
TOO_MANY = 4429
OUR_FAULT = 4503  # come back and go on with `after`
