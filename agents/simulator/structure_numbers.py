"""The architect's choices about the numbers, events and deadlines of a brief."""

from agents.simulator import grounds
from agents.simulator.choices import Choice

NUMBERS = (
    Choice(
        "keep",
        (),
        "retention",
        "Each kind of record has its own time to live; {many} live for {number}",
        "What must be kept and what must be gone are both demands of the brief; a nightly job carries them out and "
        "writes down that it did.",
        (
            (
                "Keep {many} for ever",
                "nothing can be deleted by mistake",
                "breaks the promise of {number}; storage grows without end",
            ),
            (
                "Delete {many} by hand when asked",
                "no job to run",
                "is forgotten; nobody can prove when it happened",
            ),
        ),
        (
            "How old the oldest {thing} is can be asked at any time.",
            "Bad: a restore from a backup must run the deletions again before anybody signs in.",
        ),
        sure=74,
        ground=grounds.numbers("age", weight=10),
    ),
    Choice(
        "quick",
        (),
        "quality",
        "{number} is a budget for {things} that is measured on every release",
        "A number in a brief is kept only by whoever measures it: the path to a {thing} is short, indexed and without "
        "calls to the outside.",
        (
            (
                "A cache in front of {many}",
                "fast on the second read",
                "shows an old {thing}; hides the slow query until the cache is cold",
            ),
            (
                "Measure when {actors} complain",
                "no effort now",
                "the figure is then a surprise, and the design is fixed",
            ),
        ),
        (
            "A benchmark with as many {many} as the brief names runs in CI and fails over {number}.",
            "Bad: a useful call to an outside system may not stand between {actors} and their answer.",
        ),
        sure=70,
        ground=grounds.numbers("latency", weight=11),
    ),
    Choice(
        "load",
        (),
        "quality",
        "The system is sized by the brief's own load, {number}, and no further",
        "The figure is small enough for one database and large enough that the way of {many} needs its index and its "
        "queue.",
        (
            (
                "Scale out from the first day",
                "headroom for any success",
                "costs and parts that {number} does not ask for",
            ),
            (
                "Ignore the figure until it hurts",
                "nothing to do",
                "the busiest time of {many} is the worst time to learn",
            ),
        ),
        (
            "A load test replays the busiest time of {many}.",
            "Bad: ten times {number} needs a new decision about partitions.",
        ),
        sure=68,
        ground=grounds.numbers("load", weight=9),
    ),
    Choice(
        "ration",
        (),
        "abuse",
        "{numbers} is counted by the database, in the transaction that would break it",
        "A bound on {many} that is checked before writing is passed by two requests at once.",
        (
            ("Count in a cache", "fast", "a restart forgets how many {many} there were; two hosts count apart"),
            (
                "Trust the pages of {actors}",
                "nothing to build",
                "the interface is open to whoever can write a request",
            ),
        ),
        (
            "Whoever meets the bound ({number}) is told so, and when or how it opens again.",
            "Bad: {many} of one owner are written one after the other.",
        ),
        sure=78,
        ground=grounds.numbers("rate_limit", "quota", "most", weight=9),
    ),
    Choice(
        "expiry",
        (),
        "time",
        "The end of a {thing} is written down when it begins, {number} later by the database's clock",
        "Whether a {thing} still holds must have one answer for pages, messages and other systems.",
        (
            (
                "Work it out wherever it is asked",
                "no column",
                "two places will disagree about the last minute of a {thing}",
            ),
            (
                "A timer for each {thing}",
                "something happens at the very moment",
                "a restart loses the timers of all {many}",
            ),
        ),
        (
            "Changing {number} touches new {many} alone.",
            "Bad: a {thing} that ends between two looks of the worker is told late.",
        ),
        sure=74,
        ground=grounds.numbers("expiry", weight=7),
    ),
    Choice(
        "threshold",
        (),
        "process",
        "{number} is a setting with the brief's value as default, read by the one function that decides on it",
        "“{rest}” changes who must act, so the figure must not stand in two places.",
        (
            (
                "The figure in each page and query",
                "nothing to look up",
                "one place is forgotten when it changes, and a {thing} is treated in two ways",
            ),
            (
                "Rules that people write themselves",
                "any figure, any time",
                "nobody can test all of them; the brief names one",
            ),
        ),
        (
            "Tests stand right below and right above {number}.",
            "Bad: what was decided on a {thing} under an old figure stays decided.",
        ),
        sure=70,
        ground=grounds.numbers("threshold", weight=6),
    ),
    Choice(
        "again",
        (),
        "resilience",
        "A failed {thing} is tried again on a fixed plan ({plan}), and then set aside for a person",
        "At least once needs memory of what was tried; a plan with an end keeps one bad receiver from taking all the "
        "time.",
        (
            ("Try for ever", "no {thing} is given up", "a dead receiver eats the capacity of the living"),
            ("Try once", "simple", "every short outage loses a {thing}"),
        ),
        (
            "One queue for each receiver, so that a slow one holds up only itself.",
            "Bad: the receiver may see the same {thing} twice, and needs its key to notice.",
        ),
        sure=80,
        ground=grounds.numbers("retry", weight=12),
    ),
    Choice(
        "tell",
        (),
        "process",
        "What others are told ({events}) is a row, written with the act and delivered by the worker",
        "A message must not be sent for an act that was rolled back, nor be lost for one that was committed.",
        (
            (
                "Send inside the request",
                "the person knows at once whether {event} went out",
                "the page waits for the gateway, and breaks with it",
            ),
            (
                "A service that polls the table of {many}",
                "no worker of our own",
                "a second system with rights to all of them",
            ),
        ),
        (
            "Each message about a {thing} has a key, so that a repeat is seen.",
            "Bad: {event} comes some seconds after the act.",
        ),
        sure=76,
        ground=grounds.events("published", weight=9),
    ),
    Choice(
        "timely",
        (),
        "time",
        "What happens at its time ({events}) is found by a query of the worker, never by a timer",
        "A row that says when it is due survives a restart; a timer in memory does not.",
        (
            (
                "A timer for each {thing}",
                "to the second",
                "is lost with its process, and {event} with it",
            ),
            (
                "The cron of the host",
                "there already",
                "two hosts do {event} twice, none does it when the one is down",
            ),
        ),
        (
            "A run that was missed is made up for at the next look.",
            "Bad: {event} is as late as the worker looks seldom, up to a minute.",
        ),
        sure=74,
        ground=grounds.events("scheduled", weight=6),
    ),
)
