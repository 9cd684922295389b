"""What a brief says, understood by rules: pure functions from text to an `Understanding`."""
