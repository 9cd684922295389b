"""`run_session` and `watch_session` as people and scripts use them: real processes on a real database."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import psycopg
import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from sagemode.postgres import database
from sessions_app import shapes
from sessions_app.models import ExecutionSession
from sessions_app.terminal.progress import SessionProgress
from teams.rules.demo import seed_demo_team
from teams.rules.teams import create_team
from tests.services import ROOT, app_environment, eventually, free_port, prepare

BRIEFS = sorted((ROOT / "tests" / "briefs").glob("*.md"))
BRIEF = ROOT / "tests" / "briefs" / "passwordless-sign-in.md"
SIDE_BY_SIDE = [("backend_dev", "dba"), ("frontend_dev", "ui_ux_designer"), ("security_specialist", "it_admin")]


class Home:
    """A data folder of its own, and commands that work in it."""

    def __init__(self, folder: Path, *, is_measured: bool) -> None:
        self.folder, self.is_measured = folder, is_measured
        self.data_dir = folder / "var"

    def start(
        self,
        *arguments: object,
        stdin: int = subprocess.PIPE,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.PIPE,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> subprocess.Popen[str]:
        variables = {"SAGE_WORKERS": "1", "SAGE_SHUTDOWN_SECONDS": "3", **environment}
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=app_environment(self.data_dir, 0, is_measured=self.is_measured, **variables),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=True,
        )

    def run(self, *arguments: object, brief: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, environment=variables)
        output, errors = process.communicate(brief, timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def processes(self) -> list[str]:
        """The command lines of everything that runs on this data folder."""
        mine = f"SAGE_DATA_DIR={self.data_dir}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (entry / "environ").read_bytes().split(b"\0"):
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue  # it has just ended, or is somebody else's
        return found


@contextmanager
def new_home(*, is_measured: bool = False) -> Iterator[Home]:
    """A data folder that is gone afterwards; whoever still works in it then is an error."""
    folder = Path(tempfile.mkdtemp(prefix="sage-run-"))
    folder.chmod(0o755)
    home = Home(folder, is_measured=is_measured)
    yield home
    eventually(lambda: not home.processes(), seconds=20, what=f"the end of {home.processes()}")
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def prepared_home() -> Iterator[Home]:
    """One with a database that has its tables."""
    with new_home() as home:
        home.data_dir.mkdir()
        prepare(home.data_dir)
        yield home


@pytest.fixture
def fresh_home() -> Iterator[Home]:
    """Nothing there yet: no database, no tables."""
    with new_home(is_measured=True) as home:
        yield home


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A database that is ready, and nobody at work."""
    with prepared_home() as home:
        yield home


@pytest.fixture(scope="module")
def cluster() -> Iterator[Home]:
    """A database with one cluster and a reconciler at work; the simulator answers at once."""
    nowhere = subprocess.DEVNULL
    with prepared_home() as home, database(home.data_dir) as url:
        roles = [
            home.start(command, stdin=nowhere, stdout=nowhere, stderr=nowhere) for command in ("worker", "reconcile")
        ]
        try:
            eventually(lambda: living_clusters(url) == 2, seconds=30, what="the cluster")
            yield home
        finally:
            for role in roles:
                role.terminate()
            for role in roles:
                role.wait(20)


def living_clusters(url: str) -> int:
    with psycopg.connect(url) as connection:
        beating = "SELECT DISTINCT cluster FROM worker_heartbeats WHERE seen_at > now() - interval '15 s'"
        return len(connection.execute(beating).fetchall())


def events_and_detail(output: str) -> tuple[list[dict], dict]:
    """What `--json` printed: the events, and last the session."""
    *events, detail = [json.loads(line) for line in output.splitlines()]
    return events, detail


def assert_whole(events: list[dict], detail: dict) -> None:
    """Every event is there once and in order, and the work of all seven agents passed its checks."""
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "session_started"
    assert events[-1]["type"] == "session_completed"
    assert {event["session_id"] for event in events} == {detail["id"]}
    assert detail["status"] == "completed"
    assert [task["status"] for task in detail["tasks"]] == ["completed"] * 7
    assert detail["totals"]["decisions"] > 0
    assert detail["totals"]["artifacts"] > 0
    failed = [event["data"] for event in events if event["type"] == "check_finished" and event["data"]["failed"]]
    assert failed == []


# --- from nothing to a bundle ----------------------------------------------------------------------------------------


def test_a_stranger_gets_a_bundle_from_a_brief_on_a_machine_that_has_nothing_yet(fresh_home, tmp_path):
    out = tmp_path / "bundle"

    done = fresh_home.run("run_session", "Passwordless sign-in", "--brief", BRIEF, "--out", out)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Stage 2 of 4, Build: Backend Dev and DBA" in done.stdout
    assert re.search(r"Session \d+ is complete after [\d.]+ s: Passwordless sign-in", done.stdout)
    assert "simulated" in done.stdout
    assert f"Files: {out}/" in done.stdout
    journal = json.loads((out / "journal.json").read_text())
    assert journal["session"]["status"] == "completed"
    assert all((out / artifact["path"]).is_file() for artifact in journal["artifacts"])
    assert (out / "README.md").read_text().startswith("# ")
    assert fresh_home.processes() == []


def test_json_gives_every_event_and_last_the_session_and_both_tell_the_same(home):
    done = home.run("run_session", "Expense reports", "--brief", "-", "--json", brief="An employee files a report.")

    assert done.returncode == 0, done.stderr
    events, detail = events_and_detail(done.stdout)
    assert_whole(events, detail)
    assert detail["brief"] == "An employee files a report."
    told = SessionProgress.planned(shapes.SessionDetail.model_validate(detail))
    for event in events:
        told.take(shapes.Event.model_validate(event))
    assert told.status == detail["status"]
    assert (told.input_tokens, told.output_tokens) == (detail["input_tokens"], detail["output_tokens"])
    assert f"{told.cost.usd:.6f}" == detail["spent_usd"]
    assert told.check_counts == shapes.CheckCounts(**detail["checks"])
    assert (told.decisions, len(told.paths)) == (detail["totals"]["decisions"], detail["totals"]["artifacts"])
    assert [agent.status for agent in told.agents] == [task["status"] for task in detail["tasks"]]


def test_a_terminal_shows_stages_and_agents_in_place(home):
    parent, child = pty.openpty()
    slow = {"SIMULATOR_LATENCY": "0.3", "TERM": "xterm-256color"}
    process = home.start("run_session", "Library loans", stdin=child, stdout=child, stderr=child, environment=slow)
    os.close(child)

    shown = b""
    while True:
        try:
            shown += os.read(parent, 65536)
        except OSError:  # the terminal's other side is closed
            break
    os.close(parent)

    assert process.wait(30) == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert text.count("7 of 7 agents") >= 1
    assert re.search(r"● Backend Dev +running", text)
    assert re.search(r"✓ Security Specialist +completed", text)
    assert shown.endswith(b"\n")
    assert shown.count(b"\x1b[?25h") >= shown.count(b"\x1b[?25l")  # the cursor is back


# --- pace ------------------------------------------------------------------------------------------------------------


def times_of(events: list[dict], type: str) -> dict[str, datetime]:
    return {event["data"]["agent"]: datetime.fromisoformat(event["at"]) for event in events if event["type"] == type}


@pytest.mark.nightly
def test_the_tasks_of_a_stage_run_side_by_side(home):
    done = home.run("run_session", "Feature flags", "--json", SIMULATOR_LATENCY="1")
    assert done.returncode == 0, done.stderr
    events, detail = events_and_detail(done.stdout)

    starts, ends = times_of(events, "agent_task_started"), times_of(events, "agent_task_completed")
    for one, other in SIDE_BY_SIDE:
        together = min(ends[one], ends[other]) - max(starts[one], starts[other])
        assert together.total_seconds() > 0.9, (one, other)
    for before, after in pairwise([("architect",), *SIDE_BY_SIDE]):
        assert max(ends[role] for role in before) <= min(starts[role] for role in after)
    assert detail["duration_seconds"] < 7  # one after the other they would take longer; `make bench` tells the pace


# --- every brief -----------------------------------------------------------------------------------------------------


@pytest.mark.nightly
def test_all_seven_briefs_complete_at_once_on_one_cluster(cluster, tmp_path):
    assert len(BRIEFS) == 7

    running = [
        cluster.start("run_session", brief.stem, "--brief", brief, "--json", "--out", tmp_path / brief.stem)
        for brief in BRIEFS
    ]
    outputs = [process.communicate(timeout=180) for process in running]

    assert [process.returncode for process in running] == [0] * 7, [errors for _, errors in outputs]
    for brief, (output, _) in zip(BRIEFS, outputs, strict=True):
        assert_whole(*events_and_detail(output))
        assert (tmp_path / brief.stem / "api" / "openapi.yaml").is_file()
    assert len({events_and_detail(output)[1]["id"] for output, _ in outputs}) == 7


# --- how it ends otherwise -------------------------------------------------------------------------------------------


def wait_for_line(process: subprocess.Popen[str], words: str) -> str:
    """Read what a command prints until a line holds the words, and return that line."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"{words!r} never came")


def rest_of(process: subprocess.Popen[str]) -> str:
    """Read what a command prints after the lines that were read already, to its end.

    `communicate` would lose what the lines' reader has buffered.
    """
    assert process.stdout is not None
    output = process.stdout.read()
    process.wait(60)
    return output


def test_ctrl_c_leaves_the_session_as_it_is_and_no_process(home):
    process = home.start("run_session", "Slow", environment={"SIMULATOR_LATENCY": "30"})
    session_id = re.search(r"Session (\d+) has begun", wait_for_line(process, "has begun")).group(1)
    wait_for_line(process, "Architect begins")

    process.send_signal(signal.SIGINT)
    output = rest_of(process)

    assert process.returncode == 130
    assert f"watch_session {session_id}" in output
    assert home.processes() == []
    seen = home.run("watch_session", session_id, "--once", "--json")
    assert seen.returncode == 0, seen.stderr
    events, detail = events_and_detail(seen.stdout)
    assert detail["status"] == "active"
    assert events[-1]["type"] == "agent_task_released"  # given back, not lost
    assert home.run("watch_session", session_id, "--once").stdout.rstrip().splitlines()[-3].endswith("is running")


def test_a_killed_command_leaves_no_process_and_the_next_one_finds_a_working_database(home):
    process = home.start("run_session", "Killed", environment={"SIMULATOR_LATENCY": "30"})
    wait_for_line(process, "Architect begins")

    process.kill()
    process.communicate()

    eventually(lambda: not home.processes(), what="the end of its children")
    began = time.monotonic()
    assert home.run("run_session", "After the kill").returncode == 0  # though the dead worker's last beat is fresh
    assert time.monotonic() - began < 30


@pytest.mark.nightly
def test_a_worker_that_dies_is_replaced(home):
    process = home.start("run_session", "Survivor", "--json", environment={"SIMULATOR_LATENCY": "1"})
    wait_for_line(process, "agent_task_started")
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"SAGE_DATA_DIR={home.data_dir}".encode() in (entry / "environ").read_bytes()
            is_worker = b"manage.py\0worker" in (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if mine and is_worker:
            os.kill(int(entry.name), signal.SIGKILL)

    output = rest_of(process)

    assert process.returncode == 0
    assert '"agent_task_released"' in output


def test_a_reader_who_leaves_ends_the_command_without_a_word(home):
    process = home.start("run_session", "Piped", environment={"SIMULATOR_LATENCY": "0.5"})
    wait_for_line(process, "has begun")

    assert process.stdout is not None
    process.stdout.close()

    assert process.wait(30) == 128 + signal.SIGPIPE
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert home.processes() == []


def test_a_database_that_does_not_answer_is_a_sentence(home):
    nowhere = f"postgres://nobody@127.0.0.1:{free_port()}/nothing"

    done = home.run("run_session", "Name", DATABASE_URL=nowhere)

    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database does not answer")
    assert "Traceback" not in done.stderr


def test_a_session_out_of_budget_waits_for_a_person(home):
    done = home.run("run_session", "Thrifty", "--budget", "0.01")

    assert done.returncode == 3
    assert "The budget of the session ($0.0100) does not allow the next call of" in done.stdout
    assert "waits for a person: its budget is used up" in done.stdout


def test_a_provider_that_is_down_is_told_on_stderr_and_the_session_starts(home):
    nowhere = f"http://127.0.0.1:{free_port()}/v1"
    arguments = ("run_session", "Warned", "--model", "openai:small-1", "--budget", "0.000001", "--json")

    done = home.run(*arguments, OPENAI_BASE_URL=nowhere)

    assert done.returncode == 3, done.stderr
    [warning] = [line for line in done.stderr.splitlines() if line.startswith("OpenAI")]
    assert "Sessions on OpenAI wait, or go on with a fallback model." in warning
    assert nowhere not in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["model"] == "openai:small-1"


@pytest.mark.nightly
def test_a_session_with_a_gate_waits_and_goes_on_when_a_person_says_so(cluster):
    stopped = cluster.run("run_session", "Gated", "--gate", "1", "--gate", "3")
    assert stopped.returncode == 3, stopped.stderr
    gate_id = re.search(r"`manage.py approve_gate (\d+)` lets it go on after stage 1", stopped.stdout)[1]
    session_id = re.search(r"Session (\d+) waits for a person: gate", stopped.stdout)[1]

    rejected = cluster.run("reject_gate", gate_id, "--feedback", "Shorter", "--role", "architect")
    second = cluster.run("watch_session", session_id)
    next_gate = re.search(r"approve_gate (\d+)", second.stdout)[1]
    approved = cluster.run("approve_gate", next_gate)
    third = cluster.run("watch_session", session_id)
    last_gate = re.search(r"approve_gate (\d+)", third.stdout)[1]
    cluster.run("approve_gate", last_gate, "--feedback", "Well done")
    done = cluster.run("watch_session", session_id, "--json")

    assert [each.returncode for each in (rejected, second, approved, third, done)] == [0, 3, 0, 3, 0]
    assert "sends Architect into another round: Shorter" in second.stdout
    events, detail = events_and_detail(done.stdout)
    assert_whole(events, detail)
    assert [(gate["stage"], gate["round"], gate["status"]) for gate in detail["gates"]] == [
        (1, 1, "rejected"),
        (1, 2, "approved"),
        (3, 1, "approved"),
    ]


@pytest.mark.nightly
def test_a_session_out_of_budget_goes_on_with_a_higher_cap_and_a_fork_keeps_its_stages(cluster):
    stopped = cluster.run("run_session", "Thrifty", "--budget", "0.15")
    session_id = re.search(r"resume_session (\d+) --budget USD", stopped.stdout)[1]

    plan = cluster.run("resume_session", session_id, "--plan")
    resumed = cluster.run("resume_session", session_id, "--budget", "10")
    ended = cluster.run("watch_session", session_id, "--json")
    forked = cluster.run("fork_session", session_id, "--after", "2", "--decision", "Use one table")
    fork_id = re.search(r"Session (\d+) is", forked.stdout)[1]
    fork = cluster.run("watch_session", fork_id, "--json")

    assert stopped.returncode == 3
    assert [each.returncode for each in (plan, resumed, ended, forked, fork)] == [0] * 5, forked.stderr
    assert "May cost $" in plan.stdout
    assert "is paused" not in plan.stdout
    assert_whole(*events_and_detail(ended.stdout))
    events, detail = events_and_detail(fork.stdout)
    assert detail["status"] == "completed"
    assert [event["type"] for event in events[:2]] == ["session_started", "session_forked"]
    assert detail["totals"]["calls"] == 4


# --- watching --------------------------------------------------------------------------------------------------------


def test_a_watcher_sees_what_the_starter_saw(cluster):
    events, detail = events_and_detail(cluster.run("run_session", "Watched", "--json").stdout)

    whole = cluster.run("watch_session", detail["id"], "--json")
    rest = cluster.run("watch_session", detail["id"], "--json", "--after", "10")
    lines = cluster.run("watch_session", detail["id"])

    assert [each.returncode for each in (whole, rest, lines)] == [0, 0, 0]
    assert events_and_detail(whole.stdout)[0] == events
    assert events_and_detail(rest.stdout)[0] == events[10:]
    assert "Session" in lines.stdout.splitlines()[0]
    assert "is complete after" in lines.stdout


def test_a_live_session_can_be_watched_to_its_end(cluster):
    starter = cluster.start("run_session", "Live", "--json")
    session_id = json.loads(wait_for_line(starter, "session_started"))["session_id"]

    watcher = cluster.run("watch_session", session_id, "--json")
    output = rest_of(starter)

    assert (starter.returncode, watcher.returncode) == (0, 0)
    assert events_and_detail(watcher.stdout)[0][1:] == events_and_detail(output)[0]


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        *(["run_session"], ["run_session", "Name", "--brief", "no-such-file.md"], ["watch_session", "x"]),
        *(["run_session", "Name", "--gate", "last"], ["resume_session", "4711"], ["reject_gate", "1"]),
    ],
)
def test_bad_input_is_a_sentence_and_exit_code_2(home, arguments):
    done = home.run(*arguments)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@pytest.fixture
def briefs(tmp_path):
    """Files that are no brief, by what is wrong with them."""
    (tmp_path / "latin.md").write_bytes("Grüße".encode("latin-1"))
    (tmp_path / "nul.md").write_bytes(b"A brief\0with NUL")
    (tmp_path / "long.md").write_bytes(b"x" * (256 * 1024 + 1))
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["   "], "Give the feature a name"),
        (["x" * 256], "at most 255 characters"),
        (["Name", "--brief", "{briefs}/missing.md"], "No such file"),
        (["Name", "--brief", "{briefs}/folder"], "Is a directory"),
        (["Name", "--brief", "{briefs}/latin.md"], "no UTF-8 text"),
        (["Name", "--brief", "{briefs}/nul.md"], "cannot be stored"),
        (["Name", "--brief", "{briefs}/long.md"], "longer than 256 kB"),
        (["Name", "--team", "Nowhere"], "sees no team “Nowhere”"),
        (["Name", "--team", "99999999999999999999"], "sees no team"),
        (["Name", "--team", "Twins"], "take one by its id"),
        (["Name", "--user", "nobody"], "no active user “nobody”"),
        (["Name", "--user", "loner"], "loner works in none"),
        (["Name", "--workflow", "waterfall"], "no workflow “waterfall”"),
        (["Name", "--model", "oracle:9"], "no model “oracle:9”"),
        (["Name", "--budget", "much"], "A budget is an amount"),
        (["Name", "--budget", "-1"], "A budget is an amount"),
        (["Name", "--budget", "nan"], "A budget is an amount"),
        (["Name", "--gate", "9"], "There is no stage 9"),
        (["Name", "--gate", "0"], "There is no stage 0"),
        (["Name", "--out", "{briefs}/long.md"], "cannot be written"),
        (["Name", "--out", "{briefs}/long.md/below"], "cannot be written"),
    ],
)
def test_a_session_is_refused_with_a_reason_and_nothing_is_written(briefs, arguments, reason):
    demo = User.objects.create_user("demo", "demo@example.org", "not-for-anyone-1")
    User.objects.create_user("loner", "loner@example.org", "not-for-anyone-1")
    seed_demo_team(owner=demo)
    for _ in range(2):
        create_team(owner=demo, name="Twins", is_shared=True)

    with pytest.raises(CommandError) as refused:
        call_command("run_session", *[argument.format(briefs=briefs) for argument in arguments])

    assert refused.value.returncode == 2
    assert reason in str(refused.value)
    assert not ExecutionSession.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "value"), [("PROVIDER_CONCURRENCY", "abc"), ("CALL_RETRIES", -2), ("SIMULATOR_FAULTS", "429:often")]
)
def test_settings_of_calls_that_cannot_work_are_refused_with_a_sentence(settings, name, value):
    setattr(settings, name, value)

    with pytest.raises(CommandError, match=name) as refused:
        call_command("run_session", "Name")

    assert refused.value.returncode == 1


@pytest.mark.django_db(transaction=True)
def test_in_production_nobody_runs_sessions_as_the_demo_user(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="--user") as refused:
        call_command("run_session", "Name")

    assert refused.value.returncode == 2
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_session_that_does_not_exist_cannot_be_watched():
    with pytest.raises(CommandError, match="There is no session 4711") as refused:
        call_command("watch_session", "4711")

    assert refused.value.returncode == 2
