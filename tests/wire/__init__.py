"""Providers of models on the wire: real HTTP servers of ours that speak as Anthropic and OpenAI do, faults included.

A test takes the fixture `wire` (or `with WireServer() as wire`), points a provider at it, and scripts what happens:

    def test_a_call_is_tried_again(wire, settings):
        settings.ANTHROPIC_BASE_URL, settings.OPENAI_BASE_URL = wire.anthropic_url, wire.openai_url
        wire.script.then("rate_limited_seconds", "ok")                      # the next two calls
        wire.script.always("server_error", protocol="anthropic", roles=("dba", "backend_dev"))
        wire.script.always("unknown_model", model="large-9")                # the model's name without its provider
        wire.script.chances({"overloaded": 0.1, "truncated": 0.05}, seed=1)  # of calls that no rule fits
        wire.manner.key = "sk-right"                                        # any other key is refused with 401
        wire.manner.latency, wire.manner.pieces = 0.2, 100                  # of one streamed answer
        wire.manner.counts = Counts(input=900, output=50, cached=600)       # else tokens are counted by bytes
        ...
        assert [seen.outcome for seen in wire.completions()] == ["rate_limited_seconds", "ok"]
        assert wire.completions()[0].headers["x-api-key"] == "sk-right"     # names in lower case; .body is parsed

`OUTCOMES` names all outcomes, `Manner` all else that can be set, `Seen` what is kept of a request. Without a script
every call ends well: the role is read from the prompt, and the simulator writes its deliverable from the facts between
the prompt's fences (`manner.answers = "small"` gives tiny fixed ones at no cost; `manner.text` says something else).
Every body of a failure holds UPSTREAM_WORDS, so that a test can look for them where nothing of an upstream may stand.

Requests that the real service would refuse are refused here as well (outcome "malformed_request", the reason in
`facts["complaint"]`). Anthropic's cache is played: the marked front is counted as written the first time and as read
after that. `GET /v1/models` and its kin answer as `manner.health` says ("ok" or the name of a failure, "no_headers",
"reset_after").

`WireProcess(latency=10, answers="small")` is the same in a process of its own, for load; `change(then=[...],
always=..., manner={...})` scripts it, `seen()` asks what came. See `tests.wire.server`.
"""

from tests.wire.counting import UPSTREAM_WORDS, Counts
from tests.wire.manner import Manner, Seen
from tests.wire.script import OUTCOMES, Script
from tests.wire.serving import WireProcess, WireServer

__all__ = ["OUTCOMES", "UPSTREAM_WORDS", "Counts", "Manner", "Script", "Seen", "WireProcess", "WireServer"]
