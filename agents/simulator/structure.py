"""The architect's choices."""

from agents.simulator.choices import Choice

CHOICES = (
    Choice(
        "shape",
        (),
        "structure",
        "{title} is one service over one PostgreSQL database, with {all} as its records",
        "{actors} work on {things} that refer to each other, so what belongs together must change together or "
        "not at all.",
        (
            (
                "A service for each of {all}",
                "each part is released alone; a fault stays in one part",
                "a change that spans two parts needs a protocol of its own; more to run than this brief pays for",
            ),
            (
                "A document store without relations",
                "no schema to migrate; a {thing} is read in one piece",
                "nothing but our code would keep {things} consistent; lists across {things} need a second copy",
            ),
        ),
        (
            "Every rule that joins two records is kept by one transaction.",
            "The database is the one thing that must be backed up.",
        ),
        sure=76,
    ),
    Choice(
        "vocabulary",
        (),
        "domain",
        "{all} keep the names of the brief in tables, addresses, pages and messages",
        "The people who wrote the brief must find their own words again, or every talk about a fault begins "
        "with a translation.",
        (
            (
                "Technical names chosen by the developers",
                "shorter; free of ambiguity for developers",
                "two vocabularies drift apart; the brief can no longer be checked",
            ),
            (
                "Generic records with a type column",
                "a new kind of record needs no migration",
                "no constraint can speak of a {thing}; every query carries a filter",
            ),
        ),
        ("A word that changes in the brief changes a name in the code.",),
        sure=80,
    ),
    Choice(
        "doors",
        (),
        "interface",
        "Pages and other callers use the same HTTP interface for {things}",
        "{actors} do the same acts from different places; one door means one place where rights and rules are asked.",
        (
            (
                "Pages read the database themselves",
                "fewer layers; faster first version",
                "rules are written twice and one copy is forgotten",
            ),
            (
                "A separate interface for each kind of client",
                "each client gets exactly what it needs",
                "as many doors to guard as there are clients",
            ),
        ),
        (
            "What the interface cannot do, nobody can do.",
            "The description of the interface is checked on every change.",
        ),
        sure=72,
    ),
    Choice(
        "no_double",
        ("same_time",),
        "consistency",
        "The database refuses a second {thing} for the same thing at the same time by a constraint, not by a "
        "check before",
        "Between looking and writing another request fits; only the index sees both.",
        (
            (
                "Look first, then write, in the application",
                "easy to read; a friendly message at once",
                "two requests in the same moment both see it free",
            ),
            (
                "One lock for everybody who books",
                "simple to reason about",
                "all wait for the slowest; a lost lock stops everything",
            ),
            ("Optimistic version numbers", "no lock is held", "does not see two new rows, only two changes of one"),
        ),
        (
            "The loser of the race gets 409 and the list of what is still free.",
            "A test fires two requests at once and expects one success.",
        ),
        sure=84,
    ),
    Choice(
        "approval",
        ("approval", "separation"),
        "process",
        "The approval of a {thing} is a state of its own, and whoever asked may not be the one who decides",
        "The brief separates asking from deciding ({actors}); the rule must hold for every door.",
        (
            (
                "A flag that anyone with rights may set",
                "one column; quick to build",
                "nothing keeps people from approving their own",
            ),
            ("Approval by e-mail outside the system", "no page to build", "nobody can prove later who agreed to what"),
        ),
        (
            "Who decided, and when, is kept beside the state.",
            "A {thing} cannot be used before it is decided.",
            "A stand-in must be named, or work stops in holidays.",
        ),
        sure=78,
    ),
    Choice(
        "keep",
        ("retention",),
        "data",
        "Each kind of record has its own time to live: {limit}",
        "What must be kept and what must be gone are both demands; a nightly job carries them out and writes "
        "down that it did.",
        (
            (
                "Keep everything for ever",
                "nothing can be deleted by mistake",
                "breaks the promise to delete; storage grows without end",
            ),
            ("Delete by hand when asked", "no job to run", "is forgotten; nobody can prove when it happened"),
        ),
        (
            "A restore from a backup must run the deletions again.",
            "The age of a {thing} is counted from its creation in the database's own time.",
        ),
        sure=80,
    ),
    Choice(
        "trail",
        ("audit",),
        "evidence",
        "What happens to {things} is written to a trail that only grows, in the same transaction as the act",
        "A trail that can miss an act proves nothing, and one that can be edited proves less.",
        (
            (
                "Log files of the application",
                "no table; searchable with ordinary tools",
                "lost with the host; not tied to the transaction",
            ),
            (
                "Triggers in the database",
                "no code path can forget it",
                "does not know the person behind the connection",
            ),
        ),
        (
            "The application's database role may insert into the trail, not update or delete.",
            "Reads of protected {things} are acts too.",
        ),
        sure=80,
    ),
    Choice(
        "private",
        ("privacy",),
        "privacy",
        "Protected facts of {things} are shown by allow-list: {actors} see what the brief grants, nothing else "
        "is sent to the client",
        "What is hidden by the page alone is one request away from being read.",
        (
            (
                "Send all and hide it in the page",
                "one answer for every role",
                "the answer can be read by anyone with developer tools",
            ),
            (
                "A second database for protected facts",
                "separate keys and rights",
                "joins and deletions across two stores for a system of this size",
            ),
        ),
        ("Each role has its own answer schema.", "Export and deletion of a person's data are operations with tests."),
        sure=76,
    ),
    Choice(
        "quick",
        ("performance", "realtime"),
        "quality",
        "The limit {limit} is a budget that is measured on every release",
        "A number in a brief is kept only by whoever measures it: the path of {things} is short, indexed and "
        "without calls to the outside.",
        (
            (
                "A cache in front of everything",
                "fast on the second read",
                "shows old {things}; hides the slow query until the cache is cold",
            ),
            (
                "Measure when somebody complains",
                "no effort now",
                "the figure is then a surprise, and the design is fixed",
            ),
        ),
        (
            "No call to an outside system stands between the request and its answer.",
            "A benchmark with realistic rows runs in CI and fails over the budget.",
        ),
        sure=70,
        needs_limit=True,
    ),
    Choice(
        "load",
        ("throughput",),
        "quality",
        "The system is sized by the brief's own load: {limit}",
        "The figure is small enough to hold in one database and large enough that the hot path needs its index "
        "and its queue.",
        (
            (
                "Scale out from the first day",
                "headroom for any success",
                "costs and parts that the figure does not ask for",
            ),
            ("Ignore the figure until it hurts", "nothing to do", "the busiest hour is the worst time to learn"),
        ),
        ("A load test replays the busiest time of {things}.", "Work that nobody waits for goes through the worker."),
        sure=68,
        needs_limit=True,
    ),
    Choice(
        "degrade",
        ("availability",),
        "resilience",
        "When a part is away, {things} go on with what is known, and catch up later",
        "The brief expects failure as an ordinary day: each outside call has a deadline, and its work waits in "
        "a queue inside the database.",
        (
            (
                "Stop with an error until everything is back",
                "never shows old data",
                "a small outage outside becomes ours",
            ),
            (
                "A second site that takes over",
                "covers even the loss of a whole site",
                "twice the operation for a case the brief does not name",
            ),
        ),
        (
            "Every client knows how old its {things} are and says so.",
            "What was done while apart is merged by rule, and conflicts are shown to {actors}.",
        ),
        sure=72,
    ),
    Choice(
        "again",
        ("retry",),
        "resilience",
        "A failed {thing} is tried again on a fixed plan, {limit}, and then set aside for a person",
        "At least once needs memory of what was tried; a plan with an end keeps one bad receiver from taking "
        "all the time.",
        (
            ("Try for ever", "nothing is given up", "a dead receiver eats the capacity of the living"),
            ("Try once", "simple", "every short outage loses work"),
        ),
        (
            "The receiver may see the same {thing} twice and needs its key to notice.",
            "One queue for each receiver, so that a slow one holds up only itself.",
        ),
        sure=80,
    ),
    Choice(
        "tell",
        ("notification", "schedule"),
        "process",
        "Messages about {things} are rows to be sent, written with the act and delivered by the worker",
        "A message must not be sent for an act that was rolled back, nor be lost for one that was committed.",
        (
            (
                "Send inside the request",
                "the person knows at once whether it worked",
                "the page waits for the mail server, and breaks with it",
            ),
            (
                "A mailing service that polls our tables",
                "no worker of our own",
                "a second system with rights to all data",
            ),
        ),
        (
            "Each message has a key, so that a repeat is seen.",
            "Times are worked out in the zone of the receiver.",
            "Who does not want messages is asked before sending.",
        ),
        sure=76,
    ),
    Choice(
        "signin",
        ("credentials",),
        "security",
        "Proofs of identity for {things} are short-lived, bound to their purpose and stored only as hashes",
        "A stolen table must not open a single door.",
        (
            ("Store them encrypted", "can be shown again", "whoever has the key has them all"),
            (
                "Leave it all to an outside identity service",
                "nothing to store",
                "an outage or a price rise there locks everyone out here",
            ),
        ),
        (
            "A lost secret is replaced, never shown.",
            "Each use and each failure is recorded.",
            "Old and new secrets overlap for the time the brief gives: {limit}.",
        ),
        sure=78,
    ),
    Choice(
        "egress",
        ("network",),
        "security",
        "Requests to addresses that others gave us leave through one guard that checks the resolved address at "
        "the moment of connecting",
        "A name may point to a private address a second after it was checked, so check and connection must be one act.",
        (
            (
                "Check the name when it is registered",
                "one check, at a quiet moment",
                "the answer of the DNS changes afterwards",
            ),
            ("A list of allowed hosts", "nothing unexpected is reachable", "every new customer needs an operator"),
        ),
        ("Redirects are not followed.", "The guard has its own network without a route to the inside."),
        sure=82,
    ),
    Choice(
        "coin",
        ("money",),
        "data",
        "Amounts of {things} are exact decimals with their currency beside them; nothing is computed in floating point",
        "Sums must add up to the last cent, and a figure without currency means nothing.",
        (
            (
                "Integers of the smallest unit",
                "exact and fast",
                "currencies differ in their smallest unit; rates need fractions",
            ),
            (
                "Floating point, rounded for display",
                "built into everything",
                "sums drift, and no auditor accepts the drift",
            ),
        ),
        ("Rounding happens once, at a named place.", "A rate is stored with what it was applied to."),
        sure=80,
    ),
    Choice(
        "frozen",
        ("immutable",),
        "data",
        "A settled {thing} is never changed; a correction is a new one that refers to it",
        "Whoever reads it later must see what was known then.",
        (
            (
                "Change it in place and keep a history table",
                "one current row to read",
                "the history is only as good as the code that writes it",
            ),
            ("Lock it by convention", "nothing to build", "the first hurry breaks the convention"),
        ),
        (
            "Lists show the latest by default, and the chain on demand.",
            "The database role has no UPDATE on settled {things}.",
        ),
        sure=82,
    ),
    Choice(
        "turn",
        ("order",),
        "consistency",
        "The order of {things} is a number given by the database, not the time of a clock",
        "Two clocks disagree, and two rows may carry the same time.",
        (
            ("Sort by time of arrival", "no extra column", "equal times, and clocks that step back"),
            ("A queue product that keeps order", "made for it", "a second place where {things} live"),
        ),
        ("Whoever is next is found by one indexed query.", "A gap in the numbers is allowed and means nothing."),
        sure=72,
    ),
    Choice(
        "when",
        ("calendar",),
        "time",
        "Times of {things} are stored as instants and shown in the zone of the place; opening times are kept "
        "as local rules",
        "On the days when the clock changes a local time happens twice or never; an instant does not.",
        (
            ("Store local time", "looks as written on the wall", "ambiguous once a year, missing once a year"),
            ("Compute everything in the browser", "uses the person's own zone", "that zone may not be the place's"),
        ),
        (
            "Both days of the clock change are test cases.",
            "Moving a rule never moves {things} that were already agreed.",
        ),
        sure=78,
    ),
    Choice(
        "files",
        ("files",),
        "data",
        "Files of {things} are kept outside the database under the hash of their content, and only their "
        "description inside",
        "Backups stay small, the same file is kept once, and a changed file cannot pretend to be the old one.",
        (
            ("Inside the database", "one backup, one transaction", "large rows slow everything else down"),
            ("On the web server's disk", "no further part", "lost with the host; two hosts see different files"),
        ),
        (
            "Files are served from an address of their own, never executed.",
            "Type and size are checked by content, not by name.",
        ),
        sure=74,
    ),
    Choice(
        "ration",
        ("quota", "rate_limit"),
        "abuse",
        "The bounds on {things} ({limit}) are counted by the database in the transaction that would break them",
        "A bound that is checked before writing is passed by two requests at once.",
        (
            ("Count in a cache", "fast", "a restart forgets; two hosts count apart"),
            ("Trust the pages", "nothing to build", "the interface is open to whoever can write a request"),
        ),
        (
            "Whoever meets a bound is told which, and when it opens again.",
            "Bounds are settings with the brief's numbers as defaults.",
        ),
        sure=78,
    ),
    Choice(
        "hand_over",
        ("exchange", "existing"),
        "integration",
        "The exchange with {integrations} is a file or call with a number of its own, made once and repeatable",
        "The other side may take it twice or lose it; a number lets both sides notice.",
        (
            (
                "Write into the other system's tables",
                "no interface to agree on",
                "its next version breaks ours without a word",
            ),
            ("Copy by hand", "no code", "late, and with errors nobody sees"),
        ),
        (
            "What was handed over is marked in the same transaction.",
            "The format is versioned and has a sample in the tests.",
        ),
        sure=70,
    ),
    Choice(
        "measured",
        ("measure",),
        "data",
        "Measurements arrive in batches, are stored as they came, and are summed up by the worker",
        "Devices lose their connection and send late; the raw value is the only one that can be trusted again.",
        (
            ("Store only averages", "small", "a wrong average can never be corrected"),
            (
                "A store for time series beside the database",
                "made for it",
                "a second store to back up at a load the first one carries",
            ),
        ),
        ("Late values are accepted and marked.", "Each device has a key of its own that can be withdrawn."),
        sure=70,
    ),
    Choice(
        "who_may",
        ("roles",),
        "security",
        "Who may do what with {things} is one table of actor and operation, asked by the interface on every call",
        "The brief draws lines between {actors}; a line that is drawn in one place can be read and tested.",
        (
            (
                "Checks spread over the code",
                "close to what they protect",
                "nobody can say what a role may do without reading everything",
            ),
            (
                "Rights for each single record",
                "finest grain",
                "no rule of the brief needs it; nobody can keep an overview",
            ),
        ),
        ("A new operation without a line in the table is refused.", "The table is printed in the security documents."),
        sure=76,
    ),
    Choice(
        "find",
        ("search",),
        "interface",
        "Searching {things} is done by the database's own text index, within what the person may see",
        "Rights are applied in the same query, so that a hit never tells what the list would hide.",
        (
            (
                "A search engine beside the database",
                "ranking and typing errors",
                "a second copy with its own rights and its own delay",
            ),
            ("Filter in the page", "instant", "needs all {things} in the browser"),
        ),
        ("The index is named in the schema with the query it serves.",),
        sure=70,
    ),
    Choice(
        "once",
        ("uniqueness", "expiry"),
        "consistency",
        "What may happen once to a {thing} is used up by a guarded update that returns the row, or nothing",
        "The update sees the state and changes it in one step; the second attempt finds nothing to change.",
        (
            ("Read, decide, write", "easy to follow", "two readers decide the same"),
            ("A table of used keys", "works across systems", "one more table to keep as long as the keys"),
        ),
        (
            "Expiry is part of the condition, by the database's clock: {limit}.",
            "The answer to a repeat is the same as to the first, without the effect.",
        ),
        sure=78,
    ),
)
