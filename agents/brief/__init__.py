"""What a brief says, understood by rules: pure functions from text to an `Understanding`."""

from agents.brief.understanding import Understanding, understand

__all__ = ["Understanding", "understand"]
