"""What an operator sees of `manage.py start` when programs misbehave, signals come, and things are killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from sagemode.postgres import embedded_url
from tests.services import ROOT, app_environment, eventually, free_port, is_running

Start = Callable[..., "House"]


class House:
    """A small house: the real supervisor with its database, over programs that the test chooses."""

    def __init__(self, data_dir: Path, program: str, **variables: str) -> None:
        self.data_dir = data_dir
        self.log = data_dir.with_name(f"{program}.log")
        port = int(variables.pop("PORT", 0)) or free_port()
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.house.small_house", program],
                cwd=ROOT,
                env=app_environment(data_dir, port, is_measured=True, **variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def output(self) -> str:
        return self.log.read_text()

    def wait_started(self, programs: int = 2) -> None:
        eventually(lambda: self.output().count("up\n") >= programs or self.process.poll() is not None, seconds=40)
        assert self.process.poll() is None, self.output()

    def programs(self) -> list[int]:
        """The processes of our programs and of what they forked."""
        mark = f"# {self.process.pid}\0".encode()
        return [pid for pid, command in commands() if command.endswith(mark)]

    def postmaster(self) -> int:
        """The database server's process id, 0 while there is none."""
        try:
            return int((self.data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError):
            return 0

    def everything(self) -> list[int]:
        return [self.process.pid, self.postmaster(), *self.programs()]


def commands() -> Iterator[tuple[int, bytes]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield int(entry.name), (entry / "cmdline").read_bytes()
            except OSError:
                continue


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    """Starts a small house, and takes down what a failed test leaves of it."""
    houses = []

    def start_house(program: str = "obedient", **variables: str) -> House:
        houses.append(House(data_dir, program, **variables))
        return houses[-1]

    yield start_house
    for house in houses:
        if house.process.poll() is None:
            house.process.kill()
            house.process.wait()
        for pid in house.programs():
            os.kill(pid, signal.SIGKILL)


@contextmanager
def taking_at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything_in_order(start, number):
    house = start()
    house.wait_started()
    everything = house.everything()

    with taking_at_most(10):
        house.process.send_signal(number)
        assert house.process.wait(20) == 0

    assert [pid for pid in everything if is_running(pid)] == []
    assert f"Stopping on {number.name}" in house.output()
    assert house.output().endswith("Stopped\n")


def test_ctrl_c_in_a_terminal_reaches_the_supervisor_alone(start):
    house = start()
    house.wait_started()

    groups = [os.getpgid(pid) for pid in house.everything()]

    assert len(set(groups)) == len(groups) == 4


def test_a_program_that_ignores_sigterm_is_waited_for_by_name_and_then_ended(start):
    house = start("stubborn", SAGE_SHUTDOWN_SECONDS="2")
    house.wait_started()
    everything = house.everything()

    with taking_at_most(10):
        house.process.terminate()
        assert house.process.wait(20) == 0

    assert "Waiting for stubborn (1 s left)" in house.output()
    assert "Ending stubborn by force" in house.output()
    assert [pid for pid in everything if is_running(pid)] == []


def test_a_second_ctrl_c_ends_everything_at_once(start):
    house = start("stubborn", SAGE_SHUTDOWN_SECONDS="30")
    house.wait_started()
    everything = house.everything()
    house.process.send_signal(signal.SIGINT)
    eventually(lambda: "Waiting for stubborn" in house.output())

    with taking_at_most(10):
        house.process.send_signal(signal.SIGINT)
        assert house.process.wait(20) == 0

    assert [pid for pid in everything if is_running(pid)] == []


def test_what_a_program_forgets_is_ended_with_its_group(start):
    house = start("forgetful")
    house.wait_started(programs=3)
    programs = house.programs()

    house.process.terminate()
    house.process.wait(20)

    assert len(programs) == 3
    assert [pid for pid in programs if is_running(pid)] == []


def test_kill_9_of_the_supervisor_leaves_no_process_behind(start):
    house = start("deep")
    house.wait_started(programs=5)
    everything = house.everything()

    house.process.kill()

    eventually(lambda: not any(is_running(pid) for pid in everything), what="the end of all processes")


def test_a_start_right_after_kill_9_of_the_supervisor_works(start):
    port = str(free_port())
    first = start("deep", PORT=port)
    first.wait_started(programs=5)
    first.process.kill()

    second = start("obedient", PORT=port)

    second.wait_started()


def test_kill_9_of_the_database_brings_it_back_with_its_data(start, data_dir):
    house = start()
    house.wait_started()
    with psycopg.connect(embedded_url(data_dir), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept ()")
    first = house.postmaster()

    os.kill(first, signal.SIGKILL)
    eventually(lambda: "PostgreSQL has ended; starting it again" in house.output())
    eventually(lambda: house.postmaster() not in (0, first), what="the new server")

    eventually(lambda: (data_dir / "postgres" / "postmaster.pid").read_text().rstrip().endswith("ready"))
    with psycopg.connect(embedded_url(data_dir)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@pytest.mark.nightly
def test_a_database_that_is_frozen_is_ended_by_force_and_comes_back_with_its_data(start, data_dir):
    house = start()
    house.wait_started()
    with psycopg.connect(embedded_url(data_dir), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept ()")
    first = house.postmaster()

    os.kill(first, signal.SIGSTOP)

    eventually(lambda: "PostgreSQL answers again" in house.output(), seconds=40, what="the new server")
    assert "PostgreSQL has not answered for" in house.output()
    assert house.postmaster() != first
    assert not is_running(first)
    with psycopg.connect(embedded_url(data_dir)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@pytest.mark.nightly
def test_a_program_that_gives_no_sign_of_life_is_started_again_and_others_are_left_alone(start):
    house = start("lively", SAGE_WATCHDOG_SECONDS="2")
    house.wait_started()
    obedient, lively = sorted(house.programs())
    time.sleep(3)
    assert sorted(house.programs()) == [obedient, lively]

    os.kill(lively, signal.SIGHUP)

    eventually(lambda: "lively gave no sign of life for 2 s; ending it" in house.output())
    eventually(lambda: len(house.programs()) == 2 and lively not in house.programs(), what="the new process")
    assert obedient in house.programs()


@pytest.mark.nightly
def test_nothing_is_ended_because_the_supervisor_itself_was_stopped(start):
    house = start("lively", SAGE_WATCHDOG_SECONDS="3")
    house.wait_started()
    everything = house.everything()

    for pid in everything:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(5)
    for pid in everything:
        os.kill(pid, signal.SIGCONT)
    time.sleep(1)

    assert house.everything() == everything


def test_a_program_that_is_killed_is_started_again(start):
    house = start()
    house.wait_started()
    first = house.programs()[0]

    os.kill(first, signal.SIGKILL)

    eventually(lambda: len(house.programs()) == 2 and first not in house.programs(), what="the new process")
    assert "obedient has ended with code -9; starting it again" in house.output()


@pytest.mark.nightly
def test_a_program_that_never_comes_up_ends_the_start_with_a_reason(start):
    house = start("broken")

    assert house.process.wait(40) == 1
    assert "broken ended 4 times in a row" in house.output()
    assert house.programs() == []


def test_a_second_start_on_the_same_folder_names_the_first_and_exits(start):
    first = start(PORT="18471")
    first.wait_started()

    with taking_at_most(10):
        second = start("stubborn")
        assert second.process.wait(20) == 1

    assert f"already runs on {first.data_dir}: process {first.process.pid} at http://127.0.0.1:18471" in second.output()
    assert "Traceback" not in second.output()
    assert is_running(first.process.pid)


def test_a_taken_port_is_an_error_that_names_PORT_before_anything_is_started(start, data_dir):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        house = start(PORT=str(port))
        assert house.process.wait(20) == 1

    assert re.fullmatch(
        rf"Port {port} on 127.0.0.1 cannot be used: another program uses it. Set PORT .*\n", house.output()
    )
    assert not (data_dir / "postgres").exists()


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PORT": "eighty"}, "A setting cannot be read"),
        ({"PORT": "99999"}, "PORT=99999 is no port"),
        ({"PORT": "-1"}, "PORT=-1 is no port"),
        ({"HOST": "no.such.host.invalid"}, "Set PORT"),
        ({"SAGE_SHUTDOWN_SECONDS": "soon"}, "A setting cannot be read"),
        ({"SAGE_DATA_DIR": "/proc/nowhere"}, "set SAGE_DATA_DIR"),
    ],
)
def test_a_setting_that_cannot_work_is_a_sentence_and_no_traceback(tmp_path, variables, words):
    environment = app_environment(tmp_path, free_port(), is_measured=True) | variables
    done = subprocess.run(
        [sys.executable, "manage.py", "start"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20
    )

    assert done.returncode in (1, 2)
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_that_uses_the_database_is_waited_for(start, data_dir, python):
    command = python(
        "import os, sys\nfrom pathlib import Path\nfrom sagemode.postgres import database\n"
        "with database(Path(os.environ['SAGE_DATA_DIR'])): print('up', flush=True); sys.stdin.readline()",
        data_dir,
    )
    command.stdout.readline()

    house = start()
    eventually(lambda: f"in use by process {command.pid}" in house.output(), what="the notice")
    command.stdin.write("end\n")
    command.stdin.flush()

    house.wait_started()


def test_json_logs_are_one_object_a_line(start):
    house = start(LOG_FORMAT="json")
    house.wait_started()
    house.process.terminate()
    house.process.wait(20)

    events = [json.loads(line) for line in house.output().splitlines() if line != "up"]

    assert events[0]["event"] == "Starting PostgreSQL"
    assert events[-1]["event"] == "Stopped"
    assert {"timestamp", "level", "logger", "event"} <= set(events[0])


def test_start_explains_itself():
    done = subprocess.run(
        [sys.executable, "manage.py", "start", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=20
    )

    assert done.returncode == 0
    assert "--no-demo" in done.stdout
