"""Reads what people decide while agents work, and applies it to the domain. `agents.simulator.steering` is the "
"door."""
