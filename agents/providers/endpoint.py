"""Where a provider is reached and with which key."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Endpoint:
    """An address with the key that belongs to it. The key is sent to the origin of `base_url` and nowhere else."""

    provider: str  # as in the front of a full model name
    base_url: str = ""  # without a slash at its end; empty for a provider that needs no network
    api_key: str = field(default="", repr=False)
    is_guarded: bool = False  # a team member named it: it is reached at public addresses alone
    team_id: int | None = None  # whose key it is; None is the operator's
