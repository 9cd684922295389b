"""The DBA's choices."""

from agents.simulator import grounds
from agents.simulator.carried_over import DIALECT
from agents.simulator.choices import Choice

CHOICES = (
    DIALECT,
    Choice(
        "relational",
        (),
        "database",
        "{all} are tables of {database} with a key of their own, and each reference between them is a foreign key with "
        "an index",
        "The lists and rules of {title} join {things}; a join without a key and an index is neither right nor fast.",
        (
            (
                "One table of JSON documents, {thing} by {thing}",
                "a new fact of a {thing} needs no migration",
                "nothing but our code would keep a {thing} from naming what does not exist; no statistics for the "
                "planner over {things}",
            ),
            (
                "Keys that {actors} already know, such as a name or number",
                "a {thing} can be found without a join",
                "the day one of them changes, every row that refers to a {thing} changes too",
            ),
        ),
        (
            "No row can refer to a {thing} that does not exist.",
            "Bad: a {thing} that others refer to cannot simply be deleted; each such case is decided in db/queries.md.",
        ),
        sure=82,
    ),
    Choice(
        "checked",
        (),
        "schema",
        "What a value of {things} may be is said by type, NOT NULL and CHECK in {database}",
        "Imports, repair scripts and the interface all pass the table of {things}; a rule that stands there needs no "
        "second copy.",
        (
            (
                "Rules about {things} in the application alone",
                "the message to {actors} can be friendlier",
                "an import or a repair script walks past them",
            ),
            (
                "Enumerated types for each list of values of a {thing}",
                "small, and named once",
                "a value can be added, but never taken away",
            ),
        ),
        (
            "A wrong {thing} is refused at the moment it is written, whoever writes it.",
            "Bad: a new value or a longer text of a {thing} is a migration.",
        ),
        sure=78,
    ),
    Choice(
        "indexed",
        (),
        "performance",
        "Lists of {things} are read by an index in the very order they are shown",
        "{actors} open the list of {many} far more often than anybody writes one, and its first page must not sort the "
        "table.",
        (
            (
                "Indexes when a list of {many} is slow",
                "no space for what nobody reads",
                "the first slow day is a bad day to build one",
            ),
            ("An index on every column of {things}", "any filter is covered", "each new {thing} pays for all of them"),
        ),
        ("Each index names the query of {things} that it serves.", "Bad: each new {thing} writes to its indexes too."),
        sure=76,
    ),
    Choice(
        "exclusion",
        (),
        "consistency",
        "Two {many} that want the same {columns} are refused by {name}: {kept}",
        "Only a constraint sees two open transactions that want the same {thing}; a look before the write sees one.",
        (
            (
                "SELECT … FOR UPDATE before a {thing} is inserted",
                "plain SQL that everybody reads",
                "locks rows that exist; the {thing} that is about to be inserted does not exist yet",
            ),
            (
                "SERIALIZABLE isolation for all that touches {things}",
                "no constraint to write",
                "every caller must be ready to repeat any transaction, not only those about a {thing}",
            ),
        ),
        (
            "The loser of the race gets SQLSTATE 23505 or 23P01, which the interface answers as 409 {code}.",
            "Bad: moving a {thing} onto a time that becomes free in the same transaction needs a second attempt.",
        ),
        sure=84,
        ground=grounds.rules("exclude", "unique", kinds=("exclusive",), weight=16),
    ),
    Choice(
        "unique",
        (),
        "consistency",
        "A second {thing} with the same {columns} is refused by the unique constraint {name}",
        "The same {thing} twice is then an error at the moment it happens, not a finding of the next morning.",
        (
            (
                "A nightly search for double {many}",
                "never refuses a {thing}",
                "by morning somebody has used both of them",
            ),
            ("A lock around each insert of a {thing}", "no index to keep", "all inserts of {many} wait in one line"),
        ),
        (
            "A second {thing} is refused as 409 {code}, however it arrives.",
            "Bad: {many} that are double today must be merged before the constraint can be added.",
        ),
        sure=78,
        ground=grounds.rules("unique", kinds=("unique", "once"), weight=12),
    ),
    Choice(
        "marked",
        (),
        "consistency",
        "The index {name} over {columns} finds the first {thing}, and the later one is marked",
        "The brief wants a mark and no refusal, so the index must not be unique.",
        (
            (
                "A unique constraint over {columns}",
                "a double {thing} cannot exist",
                "refuses what the brief wants to be kept and marked",
            ),
            (
                "Compare each new {thing} with all others in the application",
                "any notion of sameness",
                "reads the whole table for each {thing}",
            ),
        ),
        (
            "{name} answers in one look whether there is an earlier {thing}.",
            "Bad: two equal {many} in the same instant may both be seen as the first.",
        ),
        sure=74,
        ground=grounds.rules("marked", weight=12),
    ),
    Choice(
        "guarded",
        (),
        "consistency",
        "The state of a {thing} ({states}) changes by one guarded UPDATE that names where it starts",
        "{steps} may meet on the same {thing}; the update sees the state and changes it in one step, and the second "
        "finds no row.",
        (
            (
                "Read the {thing}, decide, write it back",
                "easy to follow",
                "two readers decide on the same {first} {thing}, and the first decision is lost",
            ),
            (
                "A version number on each {thing}",
                "covers every column",
                "tells that something changed, not whether the step from {first} is still allowed",
            ),
        ),
        (
            "No row means 409 with the present {attribute}.",
            "Bad: a new state beside {last} is a migration of the CHECK on {table}.",
        ),
        sure=78,
        ground=grounds.states,
    ),
    Choice(
        "apart",
        (),
        "consistency",
        "A {thing} keeps requested_by and decided_by, and the CHECK {name} says that they differ",
        "Who asked and who decided stand in the same row, so the table itself can compare them.",
        (
            (
                "Ask the interface before a {thing} is decided",
                "a friendlier answer",
                "a script or a second door walks past it",
            ),
            (
                "A table of decisions beside {many}",
                "keeps each decision of a {thing}",
                "no CHECK can look into another table",
            ),
        ),
        ("{name} refuses it for every door.", "Bad: only the last decision on a {thing} stands in the row."),
        sure=82,
        ground=grounds.rules("apart", weight=15),
    ),
    Choice(
        "sealed",
        (),
        "evidence",
        "The application's role may not change or delete what stands in {table}: {rule}",
        "A promise about every row of {many} must hold for code that nobody has written yet; a missing right does.",
        (
            (
                "A trigger that refuses changes of {many}",
                "gives a message of its own",
                "whoever owns the table can switch it off, and code in the database needs its own tests",
            ),
            (
                "A history table behind {table}",
                "a {thing} can still be corrected in place",
                "the history is only as good as the code that writes it",
            ),
        ),
        (
            "What was read of a {thing} years ago can be read the same today.",
            "Bad: a mistake in a {thing} is corrected by a new row that refers to it, and lists must know.",
        ),
        sure=82,
        ground=grounds.rules("privilege", weight=11),
    ),
    Choice(
        "journal",
        (),
        "evidence",
        "The trail of {trailed} is a table that is only added to, written in the transaction of the act",
        "A trail outlives the row it speaks of, and must not be lost when the act was committed.",
        (
            (
                "Columns for the last change of a {thing}",
                "no further table",
                "know only the last act of many, and nothing of who read",
            ),
            (
                "Logical decoding of the write-ahead log",
                "misses no change of {things}",
                "does not know the person, and never sees who read a {thing}",
            ),
        ),
        (
            "Who did what with {trailed} is one query.",
            "Bad: reading a {thing} writes a row as well, and the trail is soon the largest table.",
        ),
        sure=80,
        ground=grounds.trail,
    ),
    Choice(
        "aged",
        (),
        "retention",
        "{many} older than {number} are deleted by a nightly job, by the database's clock and an index on {table}",
        "Deletion of old {many} in small batches by an index never holds a long lock.",
        (
            (
                "{many} in partitions by month",
                "a month of {many} is dropped in no time",
                "every key of {table} must carry the month, and what refers to a {thing} too",
            ),
            (
                "One DELETE over all of {table}",
                "one statement",
                "a long lock, and a bloated table of {many} the morning after",
            ),
        ),
        (
            "What the brief wants gone is gone within a day of {number}.",
            "Bad: a {thing} lives up to a day longer than {number}, and in backups until they expire.",
        ),
        sure=76,
        ground=grounds.numbers("age", weight=9),
    ),
    Choice(
        "counted",
        (),
        "abuse",
        "{numbers} is counted while the row it belongs to is locked, in the transaction that writes the {thing}",
        "Counting and inserting a {thing} are one act only for whoever holds the row above.",
        (
            ("A counter column", "no count to run", "drifts when a {thing} is deleted by hand"),
            ("Count {many} without a lock", "fastest", "two inserts in the same moment see the same count"),
        ),
        (
            "The bound of {number} holds under load, and is tested with two writers.",
            "Bad: two {many} of the same owner are written one after the other.",
        ),
        sure=76,
        ground=grounds.numbers("most", "quota", "rate_limit", weight=8),
    ),
    Choice(
        "expiring",
        (),
        "data",
        "How long a {thing} holds is a column with its end, set from {number} by the database's clock",
        "An end that stands in the row of a {thing} can be indexed, shown and tested; a sum in each query cannot.",
        (
            (
                "Add {number} to created_at in every query",
                "no column",
                "one forgotten query lets an old {thing} pass; a new span would change old {many}",
            ),
            (
                "A job that marks old {many}",
                "the mark is easy to read",
                "between two runs a {thing} still counts that should not",
            ),
        ),
        (
            "A new span holds for new {many} alone.",
            "Bad: prolonging a {thing} is a write, and must be a named act.",
        ),
        sure=76,
        ground=grounds.numbers("expiry", weight=7),
    ),
    Choice(
        "decimal",
        ("money",),
        "data",
        "Amounts of {things} are numeric(14, 2), with a CHECK against negative ones",
        "Binary fractions cannot hold a tenth, and sums of {many} must add up to the last cent.",
        (
            (
                "bigint of the smallest unit",
                "compact, and fast to sum",
                "rates and currencies without cents do not fit",
            ),
            ("The type money", "formats itself", "follows a setting of the server, and knows no second currency"),
        ),
        ("Sums of {many} are made in the database.", "Bad: each language must read numeric without a detour by float."),
        sure=80,
    ),
    Choice(
        "protected",
        ("privacy", "credentials"),
        "privacy",
        "Protected columns of {things} are readable for one role of the database, and secrets are stored as hashes",
        "A query that was not meant to see them then fails instead of leaking a {thing}.",
        (
            (
                "Row-level security on {table} and its neighbours",
                "the database asks for every {thing}",
                "the plan of each query changes; hard to test for {actors}",
            ),
            (
                "Encryption of the disk alone",
                "nothing changes in the schema",
                "protects a stolen disk, not a curious query for {many}",
            ),
        ),
        (
            "Dumps for developers leave these columns of {things} out.",
            "Bad: a new report over {many} needs a grant before it runs.",
        ),
        sure=72,
    ),
    Choice(
        "outbox",
        (),
        "process",
        "{keys} are rows of an outbox, written with the act and taken by the worker with SKIP LOCKED",
        "What others are told ({events}) must not be sent for an act that was rolled back, nor be lost for one that "
        "was committed.",
        (
            (
                "Send inside the transaction",
                "the sender knows at once",
                "an outside system holds our locks, and a rollback cannot unsend",
            ),
            (
                "LISTEN and NOTIFY alone",
                "no table",
                "whoever is not listening at that moment never hears of {event}",
            ),
        ),
        (
            "A message about a {thing} is sent at least once, in the order of the acts.",
            "Bad: the receiver may see {event} twice, and needs its id to notice.",
        ),
        sure=78,
        ground=grounds.events("published"),
    ),
)
