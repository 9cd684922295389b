"""The bundle of a session: what is inside, and that a stranger can verify it."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from accounts.tests.factories import make_user
from agents.deliverable import Artifact, Decision, Requirement
from sessions_app.engine.apply import apply
from sessions_app.errors import InvalidInput, NotReachable
from sessions_app.journal.adr import slug_of
from sessions_app.journal.export import bundle_name, bundle_of, write_folder, zipped
from sessions_app.journal.pictures import pictures_of
from sessions_app.models import ExecutionSession
from sessions_app.rules.decisions import record_decision
from sessions_app.tests.factories import (
    claim,
    hand_in,
    make_deliverable,
    make_finished_session,
    make_session,
    run_stage,
)
from teams.tests.factories import make_team

pytestmark = pytest.mark.django_db


def decision(key: str, text: str, **fields: object) -> Decision:
    return Decision(key=key, text=text, category="structure", confidence=70, **fields)


@pytest.fixture
def designed() -> ExecutionSession:
    """A finished session in which the architect wrote two records, and a person decided as well."""
    session = make_session(
        make_team(make_user("ada")), feature_name="Passwordless sign-in: für alle", brief="People sign in."
    )
    apply(session.pk, record_decision, user_id=session.user_id, by="ada", text="No SMS", category="", confidence="high")
    [architect] = claim(session)
    hand_in(
        architect,
        make_deliverable(
            "architect",
            requirements=[
                Requirement(key="R-1", text="People sign in | without <b>password</b>."),
                Requirement(key="R-2", text="Nobody answers this."),
            ],
            decisions=[
                decision("a", "Send a link", satisfies=["R-1"]),
                decision("b", "Keep links an hour"),
                decision("c", "One table", rationale="It holds.", satisfies=["R-1"]),
            ],
            artifacts=[
                Artifact(path="docs/adr/0001-send-a-link.md", content="# Own record", implements=["a"]),
                Artifact(path="docs/adr/0007-keep-links.md", content="# Own record", implements=["b"]),
                Artifact(path="docs/architecture.md", content="# Structure\n", implements=["c"]),
                Artifact(path="README.md", content="The agent's own"),
            ],
        ),
    )
    for _ in range(3):
        run_stage(session)
    return session


def test_the_bundle_holds_every_file_at_its_own_path_and_one_record_per_decision(designed: ExecutionSession) -> None:
    bundle = bundle_of(designed.pk)

    assert list(bundle)[:2] == ["README.md", "journal.json"]
    assert bundle["docs/architecture.md"] == b"# Structure\n"
    assert bundle["dba/notes.md"] == b"# dba\n"
    assert bundle["artifacts/README.md"] == b"The agent's own"
    assert [path for path in bundle if path.startswith("docs/adr/")] == [
        "docs/adr/0001-send-a-link.md",
        "docs/adr/0007-keep-links.md",
        "docs/adr/0008-one-table.md",
        "docs/adr/0009-decided-by-backend_dev.md",
        "docs/adr/0010-decided-by-dba.md",
        "docs/adr/0011-decided-by-frontend_dev.md",
        "docs/adr/0012-decided-by-ui_ux_designer.md",
        "docs/adr/0013-decided-by-security_specialist.md",
        "docs/adr/0014-decided-by-it_admin.md",
        "docs/adr/0015-no-sms.md",
    ]


def test_a_record_says_what_was_decided_by_whom_and_instead_of_what(designed: ExecutionSession) -> None:
    record = bundle_of(designed.pk)["docs/adr/0009-decided-by-backend_dev.md"].decode()

    assert record.startswith("---\nstatus: accepted\ndate: 20")
    for line in (
        "decision-makers: Backend Dev",
        "# D-4 Decided by backend_dev",
        "## Context and Problem Statement",
        "## Considered Options",
        "* The other way",
        "## Decision Outcome",
        "It is the simplest that holds.",
        "### Consequences",
        "* One table more",
        "* Good, because Known",
        "* Bad, because Slow",
        "* `backend_dev/notes.md`",
    ):
        assert line in record.splitlines()


def test_the_first_page_traces_each_requirement_to_decisions_and_files(designed: ExecutionSession) -> None:
    page = bundle_of(designed.pk)["README.md"].decode()

    lines = page.splitlines()
    assert lines[0] == "# Passwordless sign-in: für alle"
    assert "**completed**" in page
    assert "> People sign in." in lines
    [first] = [line for line in lines if line.startswith("| R-1")]
    assert first.startswith(
        "| R-1 People sign in \\| without &lt;b>password&lt;/b>. | [D-1](docs/adr/0001-send-a-link.md), "
        "[D-3](docs/adr/0008-one-table.md), [D-4]("
    )
    assert "[`docs/architecture.md`](docs/architecture.md)" in first
    assert "| R-2 Nobody answers this. | none | none |" in lines
    assert "| [H-1](docs/adr/0015-no-sms.md) | No SMS | ada | accepted |" in lines
    assert "| [`backend_dev/notes.md`](backend_dev/notes.md) | Backend Dev | 1 | 1 passed |" in lines


def test_every_link_of_the_first_page_leads_to_a_file_of_the_bundle(designed: ExecutionSession) -> None:
    bundle = bundle_of(designed.pk)

    links = re.findall(r"\]\(([^)]+)\)", bundle["README.md"].decode())

    assert "artifacts/README.md" in links
    assert set(links) <= set(bundle)


def test_scripts_in_what_people_typed_stay_text_in_pages_and_records() -> None:
    script = "<script>alert(1)</script>"
    session = make_session(
        feature_name=f"Sales {script}", brief=f"Sell, if 3 < 4.\n<IMG SRC=x onerror=alert(1)> {script}"
    )
    apply(session.pk, record_decision, user_id=session.user_id, by="ada", text=script, rationale=f"So\n\n{script}")

    bundle = bundle_of(session.pk)

    read = [text.decode() for path, text in bundle.items() if path.endswith(".md")]
    assert len(read) == 2
    assert not any("<script" in text or "<IMG" in text for text in read)
    assert "> Sell, if 3 < 4." in read[0].splitlines()


@pytest.mark.parametrize(("name", "bundle"), [("Für alle!", "fur-alle"), ("予約", None)])
def test_a_bundle_is_called_like_the_feature_or_when_that_gives_no_name_like_the_session(
    name: str, bundle: str | None
) -> None:
    session = make_session(feature_name=name)

    assert bundle_name(session) == (bundle or f"session-{session.pk}")


def test_the_name_of_a_record_ends_with_a_whole_word() -> None:
    assert slug_of("The exchange with e-mail and mail provider is a file or call with a number") == (
        "the-exchange-with-e-mail-and-mail-provider-is-a-file-or-call"
    )
    assert slug_of("x" * 90) == "x" * 60


def test_a_stranger_recomputes_the_chain_and_what_it_vouches_for_from_the_journal_alone(
    designed: ExecutionSession,
) -> None:
    bundle = bundle_of(designed.pk)
    journal = json.loads(bundle["journal.json"])

    def sha256(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    def canonical(value: object) -> str:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    head = "0" * 64
    for seq, event in enumerate(journal["events"], start=1):
        assert event["seq"] == seq
        assert sha256(event["data_salt"] + canonical(event["data"])) == event["data_sha256"]
        sealed = {"at": event["at"], "chain_id": journal["session"]["chain_id"], "data_sha256": event["data_sha256"],
                  "seq": seq, "type": event["type"]}  # fmt: skip
        head = sha256(head + canonical(sealed))
        assert head == event["hash"]
    assert head == journal["chain_head"]

    vouched = {e["data"]["number"]: e["data"]["sha256"] for e in journal["events"] if e["type"] == "decision_recorded"}
    for each in [*journal["decisions"], *journal["session_decisions"]]:
        facts = {name: each[name] for name in ("alternatives", "category", "confidence", "consequences", "number",
                                               "rationale", "requirements", "text")}  # fmt: skip
        assert sha256(canonical({**facts, "author": each["agent"] or each["user"]})) == vouched.pop(each["number"])
    assert vouched == {}

    written = {e["data"]["path"]: e["data"]["sha256"] for e in journal["events"] if e["type"] == "artifact_written"}
    for artifact in journal["artifacts"]:
        path = artifact["path"]
        content = bundle["artifacts/README.md" if path == "README.md" else path]
        assert hashlib.sha256(content).hexdigest() == artifact["sha256"] == written.pop(path)
    assert written == {}


def test_the_journal_has_its_eight_parts(designed: ExecutionSession) -> None:
    journal = json.loads(bundle_of(designed.pk)["journal.json"])

    assert list(journal) == ["format", "session", "requirements", "decisions", "session_decisions", "artifacts",
                             "events", "chain_head"]  # fmt: skip
    assert journal["format"] == 1
    assert journal["session"]["brief"] == "People sign in."
    assert [requirement["key"] for requirement in journal["requirements"]] == ["R-1", "R-2"]
    assert journal["session_decisions"][0] | {"id": 0, "created_at": "", "session_id": 0} == {
        "id": 0, "number": "H-1", "kind": "person", "session_id": 0, "agent": None, "user": "ada", "text": "No SMS",
        "rationale": "", "category": "", "confidence": "high", "alternatives": [], "consequences": [],
        "requirements": [], "artifacts": [], "status": "accepted", "superseded_by": None, "created_at": "",
    }  # fmt: skip


def test_folder_and_zip_hold_the_same_and_the_zip_keeps_its_order(designed: ExecutionSession, tmp_path: Path) -> None:
    bundle = bundle_of(designed.pk)

    write_folder(bundle, tmp_path / "out" / "bundle")
    packed = zipped(bundle)

    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert archive.namelist() == list(bundle)
    assert archive.testzip() is None
    root = tmp_path / "out" / "bundle"
    assert {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()} == {
        name: archive.read(name) for name in archive.namelist()
    }
    assert zipped(bundle) == packed


def test_a_session_that_has_just_begun_can_be_exported(tmp_path: Path) -> None:
    session = make_session()

    bundle = bundle_of(session.pk)

    assert list(bundle) == ["README.md", "journal.json"]
    assert "has not ended" in bundle["README.md"].decode()
    assert "no requirement was stated" in bundle["README.md"].decode()


def test_files_in_the_folder_are_replaced_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("old")
    (tmp_path / "mine.txt").write_text("mine")

    write_folder({"README.md": b"new", "docs/a.md": b"a"}, tmp_path)

    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["README.md", "a.md", "mine.txt"]
    assert (tmp_path / "README.md").read_text() == "new"
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (folder / "docs").symlink_to(outside)

    with pytest.raises(InvalidInput, match="out"):
        write_folder({"docs/a.md": b"a"}, folder)

    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("taken", ["file where the folder should be", "folder where a file should be"])
def test_what_is_in_the_way_is_said(tmp_path: Path, taken: str) -> None:
    folder = tmp_path / "out"
    if taken.startswith("file"):
        folder.write_text("in the way")
    else:
        (folder / "a.md").mkdir(parents=True)

    with pytest.raises(InvalidInput) as refusal:
        write_folder({"a.md": b"a"}, folder)

    assert "cannot be written" in refusal.value.errors["out"][0]


def test_a_session_that_does_not_exist_has_no_bundle() -> None:
    with pytest.raises(NotReachable):
        bundle_of(2**40)


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_the_bundle_is_read_at_one_moment() -> None:
    session = make_finished_session()

    assert b'"chain_head"' in bundle_of(session.pk)["journal.json"]


def test_the_domain_is_drawn_in_files_that_show_by_themselves() -> None:
    session = make_session(make_team(make_user("ada")))
    [architect] = claim(session)
    content = json.dumps({"entities": [{"name": "loan", "table": "loans", "path": "loans", "label": "<loan>"}]})
    domain = Artifact(path="domain.json", media_type="application/json", content=content, implements=["d1"])
    hand_in(architect, make_deliverable("architect", artifacts=[domain]))

    bundle = bundle_of(session.pk)

    drawn = bundle["docs/diagrams/entities.svg"].decode()
    assert drawn.startswith("<?xml")
    assert "&lt;loan&gt;" in drawn


def test_a_file_in_the_way_of_the_diagrams_stays_and_a_broken_domain_is_not_drawn() -> None:
    session = make_session(make_team(make_user("ada")))
    [architect] = claim(session)
    good = json.dumps({"entities": [{"name": "loan", "table": "loans", "path": "loans"}]})
    files = [
        Artifact(path="domain.json", media_type="application/json", content=good, implements=["d1"]),
        Artifact(path="docs/diagrams", content="mine", implements=["d1"]),
    ]
    hand_in(architect, make_deliverable("architect", artifacts=files))

    assert [path for path in bundle_of(session.pk) if path.startswith("docs/diagrams")] == ["docs/diagrams"]
    assert pictures_of("{", ()) == {}
