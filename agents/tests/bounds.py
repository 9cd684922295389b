"""How much CPU a test allows for hostile input.

What grows too fast takes minutes, what is sound a second or two. This lies far between, so that a busy machine fails no
test; how fast things are is for `benchmarks/` to say.
"""

BOUNDED_SECONDS = 15.0
