"""What clients were told, by their own log: whatever was answered with success must still be so."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.chaos.checking.reading import Facts, House, Row
from tests.chaos.checking.violation import LOST, TWICE, Violation

API = r"^(?:https?://[^/]+)?/api/v1"
SESSIONS = re.compile(API + r"/sessions/?$")
SESSION = re.compile(API + r"/sessions/(\d+)/?$")
DECISIONS = re.compile(API + r"/sessions/(\d+)/decisions/?$")
FORK = re.compile(API + r"/sessions/(\d+)/fork/?$")
STEER = re.compile(API + r"/sessions/(\d+)/(cancel|end|complete)/?$")
GATE = re.compile(API + r"/gates/(\d+)/(approve|reject)/?$")
ANSWER = re.compile(API + r"/questions/(\d+)/answer/?$")


def check_promises(house: House, told: list[Row]) -> Iterator[Violation]:
    """Yield what a client was told and the database does not know, and what was made more often than asked for."""
    gates = {gate["id"]: gate for facts in house.sessions.values() for gate in facts.gates}
    questions = {row["id"]: row for facts in house.sessions.values() for row in facts.questions}
    for line in told:
        status, path, body = line["status"], line["path"].split("?")[0], _json(line["body"])
        if line["method"] not in ("POST", "PUT") or status not in (200, 201):
            continue
        if status == 201 and (SESSIONS.match(path) or FORK.match(path)):
            yield from _session_kept(house, line, body)
        elif status == 201 and (found := DECISIONS.match(path)):
            yield from _decision_kept(house, int(found[1]), body)
        elif found := STEER.match(path):
            wanted = "cancelled" if found[2] == "cancel" else "completed"
            facts = house.sessions.get(int(found[1]))
            if facts is None or facts.session["status"] != wanted:
                now = "gone" if facts is None else facts.session["status"]
                yield Violation(LOST, int(found[1]), f"a client was told that {found[2]} is done; the session is {now}")
        elif found := GATE.match(path):
            gate, wanted = gates.get(int(found[1])), "approved" if found[2] == "approve" else "rejected"
            if gate is None or gate["status"] != wanted:
                yield Violation(LOST, None, f"a client was told that gate {found[1]} is {wanted}")
        elif found := ANSWER.match(path):
            question, sent = questions.get(int(found[1])), _json(line.get("sent"))
            if question is None or question["answer"] is None:
                yield Violation(LOST, None, f"a client was told that question {found[1]} is answered")
            elif isinstance(sent, dict) and sent.get("answer") not in (None, question["answer"]):
                yield Violation(LOST, None, f"the answer to question {found[1]} is not what the client was told")
    yield from _not_more_than_asked(house, told)


def _session_kept(house: House, line: Row, body: Any) -> Iterator[Violation]:
    facts = house.sessions.get(body["id"])
    if facts is None:
        yield Violation(LOST, body["id"], f"a client was told at {line['at']} that it exists")
    elif "chain_id" in body and facts.session["chain_id"] != body["chain_id"]:
        yield Violation(LOST, body["id"], "it is another session than the client was told of")


def _decision_kept(house: House, session_id: int, body: Any) -> Iterator[Violation]:
    facts = house.sessions.get(session_id)
    kept = {row["id"]: row["decision_text"] for row in facts.human_decisions} if facts else {}
    if kept.get(body["id"]) != body.get("decision_text", kept.get(body["id"], "")):
        yield Violation(LOST, session_id, f"decision {body['id']} was promised to a client")


def _not_more_than_asked(house: House, told: list[Row]) -> Iterator[Violation]:
    """A client that names each of its sessions differently must find no name more often than it sent it."""
    asked: Counter[str] = Counter()
    for line in told:
        sent = _json(line.get("sent"))
        if line["method"] == "POST" and SESSIONS.match(line["path"].split("?")[0]) and isinstance(sent, dict):
            asked[str(sent.get("feature_name"))] += 1
    there: dict[str, list[Facts]] = {}
    for facts in house.sessions.values():
        if not facts.is_fork:
            there.setdefault(facts.session["feature_name"], []).append(facts)
    for name, count in asked.items():
        if len(there.get(name, [])) > count:
            text = f"{name!r} was asked for {count} times and is there {len(there[name])} times"
            yield Violation(TWICE, there[name][-1].id, text)


def _json(body: Any) -> Any:
    if isinstance(body, str):
        try:
            return json.loads(body)
        except ValueError:
            return body
    return body
