"""What the journal vouches for is written once: triggers refuse to change or remove it.

The one way through is a transaction that says `SET LOCAL sage.purge = 'on'`. It may remove the rows of a session that
has its tombstone, and erase the data of an event together with its salt; the chain stays whole.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("session_events", "chain_checkpoints", "artifact_versions", "task_decisions", "session_decisions")

# Columns that may change: always, and in a purge alone.
FREE = {
    "chain_checkpoints": ("{}", "{session_id}"),
    "artifact_versions": ("{}", "{}"),
    "task_decisions": ("{status,superseded_by_id}", "{}"),
    "session_decisions": ("{}", "{}"),
}

FUNCTIONS = """
CREATE FUNCTION sage_is_purge() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT coalesce(current_setting('sage.purge', true), '') = 'on' $$;

CREATE FUNCTION sage_keep_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF sage_is_purge() THEN
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (
                SELECT 1 FROM execution_sessions s JOIN chain_checkpoints c ON c.chain_id = s.chain_id AND c.tombstone
                WHERE s.id = OLD.session_id
            ) THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'session_events: session % has no tombstone, so its events stay', OLD.session_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.data IS NULL AND NEW.data_salt IS NULL
            AND to_jsonb(NEW) - '{data,data_salt}'::text[] = to_jsonb(OLD) - '{data,data_salt}'::text[]
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'session_events is append only: event % of session % cannot be %',
        OLD.seq, OLD.session_id, CASE TG_OP WHEN 'DELETE' THEN 'deleted' ELSE 'changed' END
        USING ERRCODE = 'restrict_violation',
        HINT = 'manage.py purge_sessions removes sessions that were deleted long ago.';
END $$;

CREATE FUNCTION sage_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := TG_ARGV[0]::text[];
BEGIN
    IF sage_is_purge() THEN
        IF TG_OP = 'DELETE' AND TG_TABLE_NAME <> 'chain_checkpoints' THEN
            RETURN OLD;
        END IF;
        free := free || TG_ARGV[1]::text[];
    END IF;
    IF TG_OP = 'UPDATE' AND cardinality(free) > 0 AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% keeps what was written: row % cannot be %',
        TG_TABLE_NAME, OLD.id, CASE TG_OP WHEN 'DELETE' THEN 'deleted' ELSE 'changed' END
        USING ERRCODE = 'restrict_violation',
        HINT = 'manage.py purge_sessions removes sessions that were deleted long ago.';
END $$;

CREATE FUNCTION sage_keep_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps what was written: it cannot be truncated', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""

NO_FUNCTIONS = """
DROP FUNCTION sage_keep_table();
DROP FUNCTION sage_keep_row();
DROP FUNCTION sage_keep_event();
DROP FUNCTION sage_is_purge();
"""


def triggers_of(table: str) -> str:
    """Return the statements that guard a table."""
    keep = "sage_keep_event()" if table == "session_events" else "sage_keep_row('{}', '{}')".format(*FREE[table])
    return (
        f"CREATE TRIGGER journal_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {keep};\n"
        f"CREATE TRIGGER journal_is_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION sage_keep_table();"
    )


def no_triggers_of(table: str) -> str:
    """Return the statements that let go of a table."""
    return f"DROP TRIGGER journal_stays ON {table};\nDROP TRIGGER journal_is_not_emptied ON {table};"


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0003_control")]

    operations = [
        migrations.AddField("chaincheckpoint", "chain_id", models.UUIDField(editable=False, null=True)),
        migrations.RunSQL(
            """
            UPDATE chain_checkpoints c SET chain_id = s.chain_id FROM execution_sessions s WHERE s.id = c.session_id
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AlterField("chaincheckpoint", "chain_id", models.UUIDField(db_index=True, editable=False)),
        migrations.AlterField(
            "chaincheckpoint",
            "session",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="checkpoints",
                to="sessions_app.executionsession",
            ),
        ),
        migrations.AddConstraint(
            "chaincheckpoint",
            models.UniqueConstraint(
                condition=models.Q(("tombstone", True)), fields=("chain_id",), name="one_tombstone_per_chain"
            ),
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        *(migrations.RunSQL(triggers_of(table), no_triggers_of(table)) for table in TABLES),
    ]
