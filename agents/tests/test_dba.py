"""The DBA's schema keeps the rules of a brief on a real PostgreSQL, whoever wrote the domain."""

import postgast
import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from agents.assignment import HumanDecision
from agents.deliverable import Domain, DomainField, Entity
from agents.tests.domains import artifact, studio, without, written

UUIDS = HumanDecision(1, "Keys are UUIDs")
MYSQL = HumanDecision(2, "Use MySQL instead of PostgreSQL")


@pytest.fixture
def apply(db):
    """Applies the schema of a DBA's deliverable, statement by statement, in a schema that is gone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA of_the_brief; SET LOCAL search_path TO of_the_brief")

        def applied(deliverable):
            for statement in postgast.split(artifact(deliverable, "db/schema.sql")):
                cursor.execute(statement)
            return cursor

        yield applied
        transaction.set_rollback(True)


@pytest.fixture
def tables(apply):
    cursor = apply(written("dba", studio()))
    for table in ("rooms", "bands", "musicians"):
        column = "nickname" if table == "musicians" else "name"
        cursor.execute(f"INSERT INTO {table} ({column}) VALUES ('one'), ('two')")
    return cursor


def refused(cursor, statement: str) -> str:
    """Return the SQLSTATE with which `statement` is refused."""
    with pytest.raises((IntegrityError, psycopg.Error)) as error, transaction.atomic():
        cursor.execute(statement)
    cause = error.value.__cause__ or error.value
    return str(getattr(cause, "sqlstate", ""))


def booking(room: int = 1, start: str = "09:00", end: str = "10:00", state: str = "asked", by: str = "ada") -> str:
    return (
        "INSERT INTO bookings (starts_at, ends_at, status, room_id, band_id, musician_id, requested_by) VALUES "
        f"('2030-05-14 {start}+00', '2030-05-14 {end}+00', '{state}', {room}, 1, 1, '{by}')"
    )


def test_two_bookings_of_one_room_cannot_overlap(tables):
    tables.execute(booking())

    assert refused(tables, booking(start="09:30", end="10:30")) == "23P01"


def test_one_booking_may_begin_when_another_ends_or_is_cancelled(tables):
    tables.execute(booking())
    tables.execute(booking(start="10:00", end="11:00"))
    tables.execute(booking(room=2))
    tables.execute("UPDATE bookings SET status = 'cancelled' WHERE room_id = 1")

    tables.execute(booking(start="09:30", end="10:30"))

    tables.execute("SELECT count(*) FROM bookings")
    assert tables.fetchone() == (4,)


def test_a_booking_without_a_room_blocks_nobody(apply):
    domain = studio()
    for relation in domain.relations:
        if relation.target == "room":
            object.__setattr__(relation, "label", "named together")
    cursor = apply(written("dba", domain))
    cursor.execute("INSERT INTO rooms (name) VALUES ('one')")
    cursor.execute("INSERT INTO bands (name) VALUES ('b')")
    cursor.execute("INSERT INTO musicians (nickname) VALUES ('m')")

    cursor.execute(booking().replace(", 1, 1, 1,", ", NULL, 1, 1,"))
    cursor.execute(booking())

    cursor.execute("SELECT count(*) FROM bookings")
    assert cursor.fetchone() == (2,)


def test_the_schema_refuses_what_rules_and_numbers_forbid(tables):
    tables.execute(booking())

    assert refused(tables, "INSERT INTO musicians (nickname) VALUES ('one')") == "23505"
    assert refused(tables, "INSERT INTO ratings (stars, booking_id) VALUES (6, 1)") == "23514"
    assert refused(tables, "UPDATE bookings SET decided_by = 'ada'") == "23514"
    assert refused(tables, booking(room=2, state="lost")) == "23514"
    assert refused(tables, booking(room=2, start="11:00", end="10:00")) == "23514"
    assert refused(tables, "INSERT INTO ratings (stars) VALUES (3)") == "23502"


def test_a_rate_is_a_check_on_its_counter(tables):
    tables.execute("INSERT INTO rate_counters (bound, subject, window_start, used) VALUES ('L-4', 'ada', now(), 5)")

    assert refused(tables, "UPDATE rate_counters SET used = used + 1") == "23514"


def test_what_is_valid_for_a_time_gets_its_end_from_the_clock_of_the_database(tables):
    tables.execute("INSERT INTO vouchers (name) VALUES ('v') RETURNING expires_at - created_at = interval '14 days'")

    assert tables.fetchone() == (True,)


def test_who_read_something_is_a_journal_beside_it(tables):
    tables.execute("SELECT count(*) FROM information_schema.columns WHERE table_name = 'notes_journal'")

    assert tables.fetchone()[0] >= 4
    assert "INSERT INTO notes_journal" in artifact(written("dba", studio()), "db/queries.md")


def test_each_operation_and_index_is_told_with_its_query():
    deliverable = written("dba", studio())
    queries = artifact(deliverable, "db/queries.md")
    schema = artifact(deliverable, "db/schema.sql")

    for operation in studio().operations:
        assert f"-- {operation.key}:" in queries
    for line in schema.splitlines():
        if (
            line.startswith(("CREATE INDEX", "CREATE UNIQUE INDEX"))
            and "_journal" not in line
            and "ON outbox" not in line
        ):
            name = line.split(" INDEX ")[1].split(" ")[0]
            assert f"COMMENT ON INDEX {name} IS" in schema or "idempotency" in name or "tag_id" in name


def test_every_number_and_rule_has_its_place():
    queries = artifact(written("dba", studio()), "db/queries.md")

    for key in [*(f"C-{number}" for number in range(1, 7)), *(f"L-{number}" for number in range(1, 6))]:
        assert f"| {key} |" in queries


def test_what_is_sealed_is_kept_by_missing_rights():
    queries = artifact(written("dba", studio()), "db/queries.md")

    updating = [line for line in queries.splitlines() if line.startswith("GRANT") and "UPDATE" in line]
    assert updating
    assert all("invoices" not in line for line in updating)


def test_a_bound_on_how_many_is_counted_under_a_lock():
    queries = artifact(written("dba", studio()), "db/queries.md")

    assert "SELECT id FROM bands WHERE id = $" in queries
    assert "< 3 RETURNING id" in queries


def test_keys_are_what_people_decided(apply):
    cursor = apply(written("dba", studio(), human_decisions=(UUIDS,)))

    cursor.execute("INSERT INTO rooms (name) VALUES ('one') RETURNING id")
    room = cursor.fetchone()[0]
    cursor.execute("INSERT INTO bands (name) VALUES ('b') RETURNING id")
    band = cursor.fetchone()[0]
    cursor.execute("INSERT INTO musicians (nickname) VALUES ('m') RETURNING id")
    musician = cursor.fetchone()[0]
    insert = booking().replace(", 1, 1, 1,", f", '{room}', '{band}', '{musician}',")
    cursor.execute(insert)
    assert refused(cursor, insert) == "23P01"


def test_another_database_is_named_with_the_reason_and_the_way_there():
    deliverable = written("dba", studio(), human_decisions=(MYSQL,))
    schema, queries = artifact(deliverable, "db/schema.sql"), artifact(deliverable, "db/queries.md")

    head = schema.split("CREATE TABLE")[0]
    assert "H-2" in head
    assert "MySQL" in head
    assert "AUTO_INCREMENT" in queries.replace("\\", "")
    assert any("MySQL" in one.text and "H-2" in one.rationale for one in deliverable.decisions)


@pytest.mark.parametrize("missing", [("rules",), ("states", "transitions"), ("limits", "events"), ("operations",)])
def test_a_domain_with_missing_parts_still_gives_a_schema_that_applies(apply, missing):
    cursor = apply(written("dba", without(studio(), *missing)))

    cursor.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'of_the_brief'")
    assert cursor.fetchone()[0] >= 10


def test_names_in_any_style_become_columns_that_apply(apply):
    domain = Domain(
        entities=[
            Entity(
                name="OrderItem",
                label="order item",
                table="Order-Items",
                path="order-items",
                fields=[
                    DomainField(name="unitPrice", type="decimal", required=True),
                    DomainField(name="unitprice", type="decimal"),
                    DomainField(name="user", type="reference", references="User"),
                    DomainField(name="nobody", type="reference", references="Ghost"),
                    DomainField(name="id", type="integer"),
                    DomainField(name="created_at", type="datetime"),
                    DomainField(name="kind", type="enum", values=["it's", 'a "b"', "it's"]),
                ],
            ),
            Entity(name="User", label="user", table="User", path="users"),
        ]
    )

    cursor = apply(written("dba", domain))

    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'Order-Items'")
    columns = {row[0] for row in cursor.fetchall()}
    assert {"id", "unitPrice", "user", "nobody", "kind", "created_at"} <= columns


def test_required_references_never_form_a_circle():
    domain = studio()
    domain.relations.extend(
        [
            domain.relations[0].model_copy(update={"source": "room", "target": "band", "label": "of"}),
            domain.relations[0].model_copy(update={"source": "band", "target": "booking", "label": "of"}),
        ]
    )

    schema = artifact(written("dba", domain), "db/schema.sql")

    needs = {}
    for block in schema.split("CREATE TABLE ")[1:]:
        name = block.split(" ", 1)[0]
        body = block.split(";", 1)[0].splitlines()
        needs[name] = {
            f"{line.split('_id')[0].strip()}s"
            for line in body
            if "_id bigint NOT NULL" in line and "REFERENCES" not in line
        }
    done: set[str] = set()
    for _ in needs:
        done |= {name for name, others in needs.items() if others & set(needs) <= done}
    assert done == set(needs)


def test_feedback_shows_in_the_redone_schema_and_its_queries():
    deliverable = written("dba", studio(), round=2, feedback="Use SQLite. The vouchers are missing in your answer.")
    schema, queries = artifact(deliverable, "db/schema.sql"), artifact(deliverable, "db/queries.md")

    assert "Use SQLite" in schema.split("CREATE TABLE")[0]
    assert "## Changed in round 2" in queries
    assert "redeem_voucher" in queries.partition("## Changed in round 2")[2].replace("\\", "")
    assert "Carrying it over to SQLite" in queries


def test_two_things_of_one_name_become_two_tables(apply):
    alike = [
        Entity(name=name, label=name, table="Orders", path="orders", states=["open", "done"], fields=[status])
        for name, status in (
            ("order", DomainField(name="status", type="reference", references="sale")),
            ("sale", DomainField(name="status", type="enum", values=["open", "done"])),
            ("sale", DomainField(name="other", type="text")),
        )
    ]

    cursor = apply(written("dba", Domain(entities=alike)))

    cursor.execute("SELECT count(*) FROM information_schema.tables WHERE table_name IN ('Orders', 'Orders_2')")
    assert cursor.fetchone() == (2,)
