"""People who use the house while it breaks: they start sessions over the API, decide, pause, answer, watch, come back.

They run in a thread of their own and write down every call with its answer (`client.jsonl`) and every frame of every
socket (`ws.jsonl`). A call that was not answered, or answered with 503, is made again: all of them bear repetition, a
session's start by its name, which is its own.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

import aiohttp
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

PASSWORD = "seven quiet leaves"
TERMINAL = ("completed", "failed", "cancelled")
CALL_SECONDS = 15.0
TOGETHER = 16  # calls at once; a browser's user does not queue hundreds
BRIEF = "People lend each other things. A loan has a due date, and whoever lent can ask for it back."

# What a session's owner is up to, and how many of a hundred sessions have it so. The rest just run.
PLANS = {"gate": 8, "reject": 4, "question": 6, "budget": 6, "pause": 8, "steer": 10, "fork": 3, "retry": 3}
PLANS |= {"cancel": 2, "poison": 1, "repair": 6}
SMALL_BUDGETS = ("0.050000", "0.600000")  # for no call at all, and for some of a stage's calls


@dataclass
class Wish:
    """A session that somebody wants, and what became of it."""

    number: int
    plan: str
    is_watched: bool
    session_id: int = 0
    status: str = ""

    @property
    def name(self) -> str:
        return f"Loans {self.number:04}"


@dataclass
class Person:
    name: str
    team_id: int = 0
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def draw_plans(count: int, *, seed: int) -> list[Wish]:
    """Return that many wishes; the same seed wishes the same, and every plan comes at least once if there is room."""
    dice = random.Random(seed)
    plans = [plan for plan, share in PLANS.items() for _ in range(max(1, round(share * count / 100)))]
    plans = [*plans[:count], *["plain"] * (count - len(plans))]
    dice.shuffle(plans)
    # Who watches leaves when the session has failed, and would miss what a retry adds.
    return [
        Wish(number, plan, is_watched=dice.random() < 0.2 and plan != "retry")
        for number, plan in enumerate(plans, start=1)
    ]


class People:
    """Starts `wishes` at `per_second`, at most `most_open` at a time, and sees each of them through."""

    def __init__(
        self, url: str, folder: Path, wishes: list[Wish], *, per_second: float, most_open: int, seed: int
    ) -> None:
        self.url, self.wishes = url, wishes
        self.watched = 0
        self.complaints: list[str] = []  # what a person would write to support about
        self._pace, self._most_open = per_second, most_open
        self._dice = random.Random(seed)
        self._calls: TextIO = (folder / "client.jsonl").open("a", buffering=1)
        self._frames: TextIO = (folder / "ws.jsonl").open("a", buffering=1)
        self._persons = [Person(f"person-{number}") for number in range(1, 7)]
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="people", daemon=True)
        self._signed_in = threading.Event()
        self._error: BaseException | None = None

    def start(self) -> None:
        """Return once everybody is signed in and sessions are being started."""
        self._thread.start()
        if not self._signed_in.wait(60):
            raise AssertionError("nobody could sign in")

    def are_done(self) -> bool:
        """Whether every session was started and has ended."""
        if self._error is not None:
            raise self._error
        return not self._thread.is_alive()

    def open_count(self) -> int:
        return sum(1 for wish in self.wishes if wish.session_id and wish.status not in TERMINAL)

    # --- everybody together ---

    async def _live(self) -> None:
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS)) as self._http:
                self._slots = asyncio.Semaphore(TOGETHER)
                for person in self._persons:
                    await self._sign_in(person)
                self._signed_in.set()
                await self._start_all()
        except BaseException as error:
            self._error = error
            raise

    async def _start_all(self) -> None:
        open_slots = asyncio.Semaphore(self._most_open)
        going = []
        for wish in self.wishes:
            await open_slots.acquire()
            person = self._dice.choice(self._persons)
            task = asyncio.create_task(self._see_through(person, wish))
            task.add_done_callback(lambda _: open_slots.release())
            going.append(task)
            await asyncio.sleep(self._dice.expovariate(self._pace))
        await asyncio.gather(*going)

    async def _sign_in(self, person: Person) -> None:
        account = {"username": person.name, "email": f"{person.name}@example.org", "password": PASSWORD}
        await self._call(person, "POST", "auth/signup", account, good=(201, 400))
        async with self._http.post(f"{self.url}/api/v1/auth/login", json=account) as answer:
            assert answer.status == 200, await answer.text()
            person.cookies = {name: morsel.value for name, morsel in answer.cookies.items()}
        self._http.cookie_jar.clear()
        team = await self._call(person, "POST", "teams", {"name": f"Team of {person.name}"}, good=(201,))
        person.team_id = team["id"]

    # --- one session ---

    async def _see_through(self, person: Person, wish: Wish) -> None:
        try:
            await self._live_through(person, wish)
        except (AssertionError, KeyError, TimeoutError) as error:
            self.complaints.append(f"session {wish.session_id} ({wish.plan}): {type(error).__name__} {error}")

    async def _live_through(self, person: Person, wish: Wish) -> None:
        body: dict[str, Any] = {"team_id": person.team_id, "feature_name": wish.name, "brief": BRIEF}
        if wish.plan in ("gate", "reject"):
            body["gates"] = [1, 3]
        elif wish.plan == "question":
            body |= {"brief": f"{BRIEF} [lab: ask dba]", "question_seconds": 3600}
        elif wish.plan == "budget":
            body["budget_usd"] = self._dice.choice(SMALL_BUDGETS)
        elif wish.plan == "repair":
            body["brief"] = f"{BRIEF} [lab: spoil architect] [lab: spoil dba]"
        elif wish.plan == "poison":
            body["brief"] = f"{BRIEF} [lab: kill backend_dev]"
        while not wish.session_id:
            session = await self._call(person, "POST", "sessions", body, good=(201,), repeat=False)
            wish.session_id = session["id"] if session else await self._find(person, wish)
        watching = asyncio.create_task(self._watch(person, wish)) if wish.is_watched else None
        await self._steer(person, wish)
        if watching is not None:
            await asyncio.wait_for(watching, 60)

    async def _find(self, person: Person, wish: Wish) -> int:
        """Look, after a start that was not answered, whether there is such a session; 0 when there is none."""
        await asyncio.sleep(1)
        page = await self._call(person, "GET", f"sessions?q={quote(wish.name)}", good=(200,))
        return next((row["id"] for row in page["results"] if row["feature_name"] == wish.name), 0)

    async def _steer(self, person: Person, wish: Wish) -> None:
        """Look again and again, and do what the plan wants when it is time, until the session has ended."""
        path, did = f"sessions/{wish.session_id}", set[str]()
        due = self._dice.uniform(0.5, 6.0)
        began = time.monotonic()
        while wish.status not in TERMINAL:
            # Who only waits looks seldom: the house's processors are for its own work.
            await asyncio.sleep(self._dice.uniform(5.0, 9.0) if wish.plan == "plain" else self._dice.uniform(1.5, 3.0))
            detail = await self._call(person, "GET", path, good=(200,))
            wish.status = detail["status"]
            if wish.plan == "retry" and wish.status == "failed" and "retried" not in did:
                did.add("retried")
                detail = await self._call(person, "POST", f"{path}/retry", {}, good=(200, 409))
                wish.status = "active"
            if wish.status in TERMINAL:
                return
            is_time = time.monotonic() - began > due
            if wish.status == "awaiting_approval":
                await self._decide_gates(person, wish, did)
            elif wish.plan == "question":
                await self._answer(person, detail)
            if wish.plan == "budget" and detail["budget_usd"] in SMALL_BUDGETS and wish.status == "paused":
                await self._call(person, "PATCH", path, {"budget_usd": "50"}, good=(200, 409))
                await self._call(person, "POST", f"{path}/resume", good=(200, 409))
            elif wish.plan == "pause" and "paused" not in did and is_time:
                await self._call(person, "POST", f"{path}/pause", good=(200, 409))
                did.add("paused")
            elif wish.status == "paused" and self._dice.random() < 0.5:
                await self._call(person, "POST", f"{path}/resume", good=(200, 409))
            elif wish.plan == "steer" and "steered" not in did and is_time:
                did.add("steered")
                decision = {"decision_text": f"Loans {wish.number} are free of charge.", "category": "scope"}
                await self._call(person, "POST", f"{path}/decisions", decision, good=(201, 409), repeat=False)
            elif wish.plan == "fork" and "forked" not in did and detail["stages"][0]["status"] == "completed":
                did.add("forked")
                body = {"after_stage": 1, "decisions": [{"decision_text": "A loan lasts a year at most."}]}
                await self._call(person, "POST", f"{path}/fork", body, good=(201, 409), repeat=False)
            elif wish.plan == "retry" and "failed" not in did and is_time:
                did.add("failed")
                running = [task for task in detail["tasks"] if task["status"] == "running"]
                for task in running[:1]:
                    await self._call(person, "POST", f"tasks/{task['id']}/cancel", good=(200, 409))
            elif wish.plan == "cancel" and is_time:
                await self._call(person, "POST", f"{path}/cancel", good=(200, 409))

    async def _decide_gates(self, person: Person, wish: Wish, did: set[str]) -> None:
        detail = await self._call(person, "GET", f"sessions/{wish.session_id}", good=(200,))
        for gate in detail.get("gates", ()):
            if gate["status"] == "open":
                if wish.plan == "reject" and "rejected" not in did:
                    did.add("rejected")
                    body: dict[str, Any] = {"feedback": "Say more about reminders."}
                    await self._call(person, "POST", f"gates/{gate['id']}/reject", body, good=(200, 409))
                else:
                    await self._call(person, "POST", f"gates/{gate['id']}/approve", {}, good=(200, 409))

    async def _answer(self, person: Person, detail: dict[str, Any]) -> None:
        for question in detail.get("questions", ()):
            if question.get("answer") is None:
                path = f"questions/{question['id']}/answer"
                await self._call(person, "POST", path, {"answer": "a month"}, good=(200, 409))

    # --- one call ---

    async def _call(
        self,
        person: Person,
        method: str,
        path: str,
        sent: Any = None,
        *,
        good: tuple[int, ...],
        repeat: bool = True,
    ) -> Any:
        """Make a call until it is answered with one of `good`; AssertionError for any other answer of the house."""
        headers = {"Cookie": person.cookie, "X-CSRFToken": person.cookies.get("csrftoken", "")}
        pause = 0.3
        while True:
            status, body = await self._ask(method, f"/api/v1/{path}", sent, headers)
            if status in good:
                return body
            # 0: no answer at all; 404 and 401 cannot be: what was promised would be gone, or we would be nobody.
            if status not in (0, 502, 503, 429):
                raise AssertionError(f"{method} {path} was answered with {status}: {json.dumps(body)[:300]}")
            if not repeat:
                return None
            await asyncio.sleep(pause * self._dice.uniform(0.7, 1.3))
            pause = min(pause * 1.5, 3.0)

    async def _ask(self, method: str, path: str, sent: Any, headers: dict[str, str]) -> tuple[int, Any]:
        status, body, text = 0, None, ""
        async with self._slots:
            at = time.time()
            with suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
                async with self._http.request(method, f"{self.url}{path}", json=sent, headers=headers) as answer:
                    text = await answer.text()
                    status, body = answer.status, json.loads(text) if text else None
        line = {"at": at, "method": method, "path": path, "status": status, "sent": sent}
        self._calls.write(json.dumps(line | {"body": body if method != "GET" else None}) + "\n")
        return status, body

    # --- one socket ---

    async def _watch(self, person: Person, wish: Wish) -> None:
        """Follow a session by its socket to its end; come back after what was seen, whenever the line breaks."""
        after, is_over = 0, False
        self.watched += 1
        while not is_over:
            address = f"ws{self.url.removeprefix('http')}/ws/sessions/{wish.session_id}/?after={after}"
            began_after = after
            leaves_at = time.monotonic() + self._dice.expovariate(1 / 8)  # people close their laptops
            with suppress(OSError, WebSocketException, TimeoutError):
                async with connect(
                    address, origin=self.url, additional_headers={"Cookie": person.cookie}, open_timeout=5
                ) as line:
                    while not is_over:
                        raw = await asyncio.wait_for(line.recv(), max(0.1, leaves_at - time.monotonic()))
                        frame = json.loads(raw)
                        self._note(wish, began_after, frame)
                        if frame.get("seq"):
                            after = frame["seq"]
                            is_over = frame["type"] in [f"session_{status}" for status in TERMINAL]
            await asyncio.sleep(self._dice.uniform(0.1, 0.6))

    def _note(self, wish: Wish, after: int, frame: dict[str, Any]) -> None:
        if frame.get("seq"):
            line = {"watcher": f"watcher-{wish.number}", "session_id": wish.session_id, "after": after, "frame": frame}
            self._frames.write(json.dumps(line) + "\n")
