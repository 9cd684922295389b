"""The architect's choices about concerns that a sentence of the brief may raise."""

from agents.simulator.choices import Choice

CONCERNS = (
    Choice(
        "degrade",
        ("availability",),
        "resilience",
        "When a part is away, {actors} go on with the {many} that are known, and what they did is caught up later",
        "The brief expects failure as an ordinary day: each outside call has a deadline, and its work waits in a queue "
        "inside the database.",
        (
            (
                "Stop with an error until everything is back",
                "never shows an old {thing}",
                "a small outage outside becomes an outage for {actors}",
            ),
            (
                "A second site that takes over",
                "covers even the loss of a whole site",
                "twice the operation, for a case that the brief does not name",
            ),
        ),
        (
            "Every page says how old its {many} are.",
            "Bad: what two of {actors} did while apart may conflict, and one of them must be asked.",
        ),
        sure=72,
        weight=12,
    ),
    Choice(
        "signin",
        ("credentials",),
        "security",
        "Proofs of identity for {things} are short-lived, bound to their purpose and stored only as hashes",
        "A stolen table of {many} must not open a single door.",
        (
            ("Store them encrypted", "a {thing} can be shown again", "whoever has the key has all {many}"),
            (
                "Leave it all to an outside identity service",
                "nothing to store",
                "an outage or a price rise there locks {actors} out here",
            ),
        ),
        (
            "Each use of a {thing} and each failure is recorded.",
            "Bad: a lost secret cannot be shown again, only replaced.",
        ),
        sure=78,
        weight=5,
    ),
    Choice(
        "egress",
        ("network",),
        "security",
        "Requests to addresses that others gave us leave through one guard, which checks the address it connects to",
        "A name of a {thing} may point to a private address a second after it was checked, so check and connection "
        "must be one act.",
        (
            (
                "Check the name when the {thing} is registered",
                "one check, at a quiet moment",
                "the answer of the DNS changes afterwards",
            ),
            (
                "A list of allowed hosts",
                "nothing unexpected is reachable",
                "every new {thing} needs an operator",
            ),
        ),
        (
            "Redirects of a {thing} are not followed, and the guard has a network of its own.",
            "Bad: an honest receiver on a private address cannot be reached.",
        ),
        sure=80,
        weight=12,
    ),
    Choice(
        "coin",
        ("money",),
        "data",
        "Amounts of {things} are exact decimals with their currency beside them; nothing is computed in floating point",
        "Sums of {many} must add up to the last cent, and a figure without currency means nothing.",
        (
            (
                "Integers of the smallest unit",
                "exact and fast",
                "currencies differ in their smallest unit; a rate on a {thing} needs fractions",
            ),
            (
                "Floating point, rounded for display",
                "built into everything",
                "sums of {many} drift, and no auditor accepts it",
            ),
        ),
        (
            "A rate is stored with the {thing} it was applied to.",
            "Bad: every client must take amounts as text, or round by accident.",
        ),
        sure=80,
        weight=3,
    ),
    Choice(
        "turn",
        ("order",),
        "consistency",
        "The order of {many} is a number given by the database, not the time of a clock",
        "Two clocks disagree, and two {many} may carry the same time.",
        (
            ("Sort {many} by time of arrival", "no extra column", "equal times, and clocks that step back"),
            ("A queue product that keeps order", "made for it", "a second place where {many} live"),
        ),
        (
            "Whoever is next is found by one indexed query.",
            "Bad: gaps in the numbers of {many} are allowed, and somebody will ask about them.",
        ),
        sure=72,
        weight=4,
    ),
    Choice(
        "when",
        ("calendar",),
        "time",
        "Times of {things} are stored as instants and shown in the zone of the place; opening times stay local rules",
        "On the days when the clock changes a local time happens twice or never; an instant does not.",
        (
            (
                "Store the local time of a {thing}",
                "looks as written on the wall",
                "ambiguous once a year, missing once a year",
            ),
            (
                "Work it out in the browser",
                "uses the person's own zone",
                "that zone may not be the one where the {thing} takes place",
            ),
        ),
        (
            "Both days of the clock change are test cases with a {thing} on each side.",
            "Bad: a rule in local time must be worked out anew for every day of the list.",
        ),
        sure=78,
        weight=6,
    ),
    Choice(
        "files",
        ("files",),
        "data",
        "Files of {things} are kept outside the database under the hash of their content, and only described inside",
        "Backups of {many} stay small, a file is kept once, and a changed one cannot pretend to be the old one.",
        (
            ("Inside the table of {many}", "one backup, one transaction", "large rows slow everything else down"),
            (
                "On the disk of the web server",
                "no further part",
                "lost with the host; two hosts see different files of a {thing}",
            ),
        ),
        (
            "A file of a {thing} is served from an address of its own, and never executed.",
            "Bad: a restore must bring database and file store to the same moment.",
        ),
        sure=74,
        weight=2,
    ),
    Choice(
        "hand_over",
        ("exchange", "existing"),
        "integration",
        "The exchange of {many} with {integrations} has a number of its own, is made once and can be repeated",
        "The other side may take a {thing} twice or lose it; a number lets both sides notice.",
        (
            (
                "Write into the tables of the other system",
                "no interface to agree on",
                "its next version breaks ours without a word",
            ),
            ("Copy {many} by hand", "no code", "late, and with errors that nobody sees"),
        ),
        (
            "What was handed over is marked in the same transaction.",
            "Bad: the format needs a version and a sample, and both sides must keep to it.",
        ),
        sure=70,
        weight=4,
    ),
    Choice(
        "measured",
        ("measure",),
        "data",
        "Values arrive in batches, are stored as they came, and are summed up by the worker",
        "Devices lose their connection and send late; the raw {thing} is the only one that can be trusted again.",
        (
            ("Store only averages of {many}", "small", "a wrong average can never be corrected"),
            (
                "A store for time series beside the database",
                "made for it",
                "a second store to back up, at a load that the first one carries",
            ),
        ),
        (
            "A late {thing} is accepted and marked, and each device has a key that can be withdrawn.",
            "Bad: sums over {many} are some minutes old.",
        ),
        sure=70,
        weight=6,
    ),
    Choice(
        "who_may",
        ("roles", "privacy"),
        "security",
        "Who may do what with {things} is one table of actor and operation, asked by the interface on every call",
        "The brief draws lines between {actors}; a line that is drawn in one place can be read and tested.",
        (
            (
                "Checks spread over the code",
                "close to the {thing} they protect",
                "nobody can say what one of {actors} may do without reading everything",
            ),
            (
                "Rights for each single {thing}",
                "finest grain",
                "no rule of the brief needs it; nobody can keep an overview",
            ),
        ),
        (
            "A new operation without a line in the table is refused.",
            "Bad: an exception for one {thing} cannot be expressed, and must be refused or decided.",
        ),
        sure=74,
    ),
    Choice(
        "find",
        ("search",),
        "interface",
        "Searching {things} is done by the database's own text index, within what the person may see",
        "Rights are applied in the same query, so that a hit never tells of a {thing} that the list would hide.",
        (
            (
                "A search engine beside the database",
                "ranking, and forgiving of typing errors",
                "a second copy of {many} with its own rights and its own delay",
            ),
            ("Filter in the page", "instant", "needs all {many} in the browser"),
        ),
        (
            "A {thing} can be found in the second it was written.",
            "Bad: words are compared as written; a misspelt {thing} is not found.",
        ),
        sure=70,
    ),
)
