"""The embedded PostgreSQL as an operator meets it: on any path, as any user, after any crash."""

import os
import pwd
import signal
import stat
import subprocess
import threading
import time
from pathlib import Path

import environ
import psycopg
import pytest

from sagemode.postgres import DatabaseUnavailable, PostgresServer, database, embedded_url
from sagemode.postgres_home import installed_programs
from sagemode.postgres_identity import Identity, possible_identities, system_users
from tests.house.conftest import in_a_fork
from tests.services import eventually, is_running

NOBODY = pwd.getpwnam("nobody").pw_uid
NO_SUCH_NAMESPACE = Identity("root in a refused namespace", 12345, 12345, in_namespace=True)
OWNER = """
import os, sys
from pathlib import Path
from sagemode.postgres import PostgresServer
server = PostgresServer(Path(os.environ["SAGE_DATA_DIR"])).start()
print(server.pid, flush=True)
sys.stdin.read()
"""
USER = """
import os, sys, psycopg
from pathlib import Path
from sagemode.postgres import database
with database(Path(os.environ["SAGE_DATA_DIR"])) as url:
    with psycopg.connect(url) as connection:
        print(connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0], flush=True)
    sys.stdin.readline()
    with psycopg.connect(url) as connection:
        print(connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0], flush=True)
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to choose")
with_namespaces = pytest.mark.skipif(
    os.geteuid() != 0 or not possible_identities()[0].can_enter(Path("/")),
    reason="this machine refuses root a user namespace",
)


def as_system_user(name: str) -> Identity:
    """Return the identity that PostgreSQL gets where a user namespace is refused."""
    found = [each for each in system_users() if each.name == f"user {name}"]
    if not found:
        pytest.skip(f"this machine has no user {name}")
    return found[0]


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def test_the_address_follows_from_the_data_folder_and_is_read_by_django_and_by_psycopg(tmp_path):
    strange = tmp_path / "50% of + ümlaut & more"

    settings = environ.Env.db_url_config(embedded_url(strange))

    assert settings["NAME"] == settings["USER"] == "sage"
    assert psycopg.conninfo.conninfo_to_dict(embedded_url(strange))["host"] == settings["OPTIONS"]["host"]
    assert embedded_url(strange) == embedded_url(Path(str(strange)))
    assert not strange.exists()


def test_the_application_is_no_superuser_and_has_vectors_in_every_database_it_makes(data_dir):
    with PostgresServer(data_dir) as server:
        ask(server.url, "CREATE DATABASE another")

        assert ask(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask(server.url.replace("/sage?", "/another?"), "SELECT '[1,2]'::vector <-> '[1,3]'") == 1
        with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
            psycopg.connect(server.url.replace("sage@", "postgres@"))


def test_nobody_else_can_enter_the_folders_of_files_and_socket(data_dir):
    with PostgresServer(data_dir) as server:
        assert server.home is not None
        for folder in (server.home.data, server.home.socket):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.log_path.stat().st_mode) == 0o600


@with_namespaces
def test_root_keeps_its_own_files_by_a_user_namespace(data_dir):
    with PostgresServer(data_dir) as server:
        assert server.home is not None
        assert server.home.identity.in_namespace
        assert server.home.data.stat().st_uid == 0
        assert ask(server.url, "SELECT 1") == 1


@as_root
@pytest.mark.parametrize("name", ["postgres", "nobody"])
def test_root_without_a_namespace_runs_it_as_a_system_user_in_the_data_folder(data_dir, name):
    user = as_system_user(name)

    with PostgresServer(data_dir, identities=[NO_SUCH_NAMESPACE, user]) as server:
        assert server.home is not None
        assert server.home.data == data_dir / "postgres"
        assert server.home.data.stat().st_uid == user.uid
        assert os.stat(f"/proc/{server.pid}").st_uid == user.uid
        assert ask(server.url, "SELECT 1") == 1


@as_root
def test_a_data_folder_that_the_system_user_cannot_reach_records_another_place(data_dir):
    data_dir.parent.chmod(0o700)
    far = data_dir.parent.with_name(f"{data_dir.parent.name}-far")
    user = as_system_user("nobody")
    try:
        with PostgresServer(data_dir, identities=[NO_SUCH_NAMESPACE, user], far_folder=far) as server:
            ask(server.url, "CREATE TABLE kept ()")
            assert server.home is not None
            assert server.home.data.is_relative_to(far)
            assert (data_dir / "postgres").readlink() == server.home.data

        with PostgresServer(data_dir, identities=[NO_SUCH_NAMESPACE, user], far_folder=far) as server:
            assert ask(server.url, "SELECT count(*) FROM kept") == 0
    finally:
        subprocess.run(["rm", "-rf", far], check=True)


@as_root
def test_a_database_that_no_user_can_reach_any_more_is_an_error_and_never_an_empty_new_one(data_dir):
    with PostgresServer(data_dir):
        pass
    data_dir.parent.chmod(0o700)
    (data_dir / "postgres").chmod(0o700)

    with pytest.raises(DatabaseUnavailable, match=r"out of reach .* DATABASE_URL"):
        PostgresServer(data_dir, identities=[NO_SUCH_NAMESPACE, as_system_user("nobody")]).start()


@as_root
def test_programs_that_the_system_user_cannot_reach_are_copied(data_dir, monkeypatch, tmp_path):
    closed = tmp_path / "closed" / "site-packages"
    package = installed_programs().parent.parent
    for folder in (package, package.with_name(f"{package.name}.libs")):
        (closed / folder.name).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-r", folder, closed / folder.name], check=True)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setattr("sagemode.postgres_home.installed_programs", lambda: closed / package.name / "pginstall18/bin")
    far = data_dir.parent / "far"

    with PostgresServer(data_dir, identities=[as_system_user("nobody")], far_folder=far) as server:
        assert server.home is not None
        assert server.home.programs.is_relative_to(far)
        assert ask(server.url, "SELECT '[1]'::vector <-> '[1]'") == 0


@as_root
def test_the_files_follow_when_a_namespace_is_refused_from_one_day_to_the_next(data_dir):
    with PostgresServer(data_dir) as server:
        ask(server.url, "CREATE TABLE kept ()")

    for identities in ([as_system_user("nobody")], None):
        with PostgresServer(data_dir, identities=identities) as server:
            assert ask(server.url, "SELECT count(*) FROM kept") == 0


@as_root
def test_a_machine_that_refuses_every_user_gets_an_error_that_names_the_way_out(data_dir):
    with pytest.raises(DatabaseUnavailable, match="set DATABASE_URL"):
        PostgresServer(data_dir, identities=[NO_SUCH_NAMESPACE], far_folder=data_dir / "far").start()

    assert PostgresServer(data_dir).acquire(), "the folder is free again"


@as_root
def test_a_normal_user_runs_it_as_himself(data_dir):
    if not as_system_user("nobody").can_run(installed_programs() / "postgres"):
        pytest.skip("the project lies where the user nobody cannot go")
    data_dir.parent.chmod(0o777)

    def start_and_ask() -> str:
        with PostgresServer(data_dir) as server:
            return f"{ask(server.url, 'SELECT 1')} as {os.stat(f'/proc/{server.pid}').st_uid}"

    assert in_a_fork(start_and_ask, uid=NOBODY) == f"1 as {NOBODY}"


@as_root
def test_a_folder_that_a_normal_user_cannot_write_is_an_error_that_names_both_ways_out(data_dir):
    data_dir.mkdir(mode=0o700)

    answer = in_a_fork(lambda: PostgresServer(data_dir).start(), uid=NOBODY)

    assert answer.startswith("DatabaseUnavailable")
    assert "SAGE_DATA_DIR" in answer
    assert "DATABASE_URL" in answer


@as_root
def test_a_normal_user_is_told_that_the_database_is_somebody_elses(data_dir):
    with PostgresServer(data_dir):
        pass
    data_dir.chmod(0o777)
    (data_dir / "postgres.lock").chmod(0o666)

    answer = in_a_fork(lambda: PostgresServer(data_dir).start(), uid=NOBODY)

    assert "belongs to another user" in answer


def test_a_path_too_long_for_a_socket_gets_a_short_folder_that_is_recorded(data_dir):
    deep = data_dir / ("long" * 25) / "with space"

    with PostgresServer(deep) as server:
        assert ask(server.url, "SELECT 1") == 1
        assert server.home is not None
        assert server.home.socket.parent == Path("/tmp")
        assert (deep / "postgres-socket").readlink() == server.home.socket

    server.home.socket.rmdir()


@as_root
def test_a_socket_folder_that_somebody_else_made_first_is_refused(data_dir):
    deep = data_dir / ("long" * 25)
    server = PostgresServer(deep)
    squatted = Path(psycopg.conninfo.conninfo_to_dict(server.url)["host"])
    squatted.mkdir()
    os.chown(squatted, 54321, 54321)
    try:
        with pytest.raises(DatabaseUnavailable, match="belongs to somebody else"):
            server.start()
    finally:
        squatted.rmdir()


def test_kill_9_of_the_owner_leaves_no_server_and_the_next_start_has_the_data(data_dir, python):
    owner = python(OWNER, data_dir)
    postmaster = int(owner.stdout.readline())
    ask(embedded_url(data_dir), "CREATE TABLE kept ()")

    owner.kill()
    eventually(lambda: not is_running(postmaster), what="the end of the server")

    with PostgresServer(data_dir) as server:
        assert ask(server.url, "SELECT count(*) FROM kept") == 0


def test_a_start_right_after_kill_9_of_the_owner_waits_for_the_old_server_to_end(data_dir, python):
    owner = python(OWNER, data_dir)
    postmaster = int(owner.stdout.readline())
    owner.kill()

    with PostgresServer(data_dir) as server:
        assert server.pid != postmaster
        assert not is_running(postmaster)
        assert ask(server.url, "SELECT 1") == 1


def test_kill_9_of_the_server_is_noticed_and_a_new_start_recovers_the_data(data_dir):
    with PostgresServer(data_dir) as server:
        ask(server.url, "CREATE TABLE kept AS SELECT 7 AS number")
        open_connection = psycopg.connect(server.url)
        os.kill(server.pid, signal.SIGKILL)
        eventually(lambda: not server.alive)

        server.start()

        assert ask(server.url, "SELECT number FROM kept") == 7
        with pytest.raises(psycopg.OperationalError):
            open_connection.execute("SELECT 1")


def test_a_recovery_that_takes_longer_than_a_start_may_is_waited_for_and_told(data_dir, monkeypatch):
    told = []
    with PostgresServer(data_dir, settings={"full_page_writes": "off"}) as server:
        ask(server.url, "CREATE TABLE kept AS SELECT n, repeat('x', 100) AS text FROM generate_series(1, 600000) n")
        os.kill(server.pid, signal.SIGKILL)
        eventually(lambda: not server.alive)
        monkeypatch.setattr("sagemode.postgres.START_SECONDS", 0.5)
        monkeypatch.setattr("sagemode.postgres.TELL_EVERY_SECONDS", 0.1)
        began = time.monotonic()

        server.start(say=told.append)

        assert time.monotonic() - began > 0.5
        assert ask(server.url, "SELECT count(*) FROM kept") == 600_000
    assert told[0].startswith("PostgreSQL has been starting for 0 s: ")


def test_a_recovery_can_be_broken_off(data_dir):
    with PostgresServer(data_dir) as server:
        ask(server.url, "CREATE TABLE kept AS SELECT 7 AS number")
    server = PostgresServer(data_dir)

    def impatient(seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        server.start(pause=impatient)

    assert not server.alive
    with PostgresServer(data_dir) as server:
        assert ask(server.url, "SELECT number FROM kept") == 7


def test_a_stale_pid_file_whose_number_now_belongs_to_another_process_does_not_stop_the_start(data_dir):
    with PostgresServer(data_dir):
        pass
    (data_dir / "postgres" / "postmaster.pid").write_text(
        f"{os.getpid()}\n{data_dir}/postgres\n1\n5432\n\n\n0 0\nready\n"
    )

    with PostgresServer(data_dir) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_first_start_that_was_cut_off_half_way_begins_anew(data_dir):
    half = data_dir / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with PostgresServer(data_dir) as server:
        assert ask(server.url, "SELECT 1") == 1
    assert not half.exists()


def test_a_server_that_cannot_start_says_why_and_gives_the_folder_back(data_dir):
    with pytest.raises(DatabaseUnavailable, match="no_such_setting"):
        PostgresServer(data_dir, settings={"no_such_setting": "1"}).start()

    with PostgresServer(data_dir) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_second_start_on_the_folder_names_the_first(data_dir, python):
    owner = python(OWNER, data_dir)
    owner.stdout.readline()

    with pytest.raises(DatabaseUnavailable, match=f"in use by process {owner.pid}"):
        PostgresServer(data_dir).start()


def test_two_commands_that_start_at_once_share_one_server_until_the_last_has_ended(data_dir, python):
    commands = [python(USER, data_dir) for _ in range(2)]
    first_answers = [command.stdout.readline() for command in commands]
    owner_pid = int((data_dir / "postgres.lock").read_text().split(":")[1].split(",")[0])
    owner, guest = sorted(commands, key=lambda command: command.pid != owner_pid)

    owner.stdin.write("go on\n")
    owner.stdin.flush()
    owner.stdout.readline()
    told = owner.stdout.readline()
    guest.stdin.write("go on\n")
    guest.stdin.flush()
    last_answer = guest.stdout.readline()

    assert first_answers[0] == first_answers[1] == last_answer
    assert "Other commands still use this database" in told
    assert owner.wait(10) == guest.wait(10) == 0


def test_a_command_attaches_to_the_server_of_a_running_owner(data_dir):
    with PostgresServer(data_dir) as server, database(data_dir) as url:
        assert ask(url, "SELECT pg_backend_pid() > 0")
        assert server.alive
    assert not server.alive


def test_with_database_url_nothing_is_started(data_dir):
    with database(data_dir, "postgres://elsewhere/sage") as url:
        assert url == "postgres://elsewhere/sage"
    assert not data_dir.exists()


def test_a_server_is_never_started_from_a_thread_that_may_end_before_the_process(data_dir):
    failures: list[BaseException] = []

    def start() -> None:
        try:
            PostgresServer(data_dir).start()
        except RuntimeError as error:
            failures.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert "main thread" in str(failures[0])
