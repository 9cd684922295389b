"""The IT administrator's choices."""

from agents.simulator.choices import Choice

CHOICES = (
    Choice(
        "place",
        (),
        "deployment",
        "{title} runs as containers of one compose file: what serves {things}, what works behind it, and {database}",
        "The brief's load on {things} fits one host, and one file shows the whole of it.",
        (
            (
                "A cluster that schedules the parts of {title}",
                "replaces a failed host by itself",
                "more to learn and to keep than {things} ask for",
            ),
            (
                "Services installed by hand",
                "nothing between {title} and the machine",
                "nobody can build the same host for {things} twice",
            ),
        ),
        (
            "Good: a new host for {things} is one command and a restore.",
            "Bad: while the host is away, so are {things}.",
        ),
        sure=76,
    ),
    Choice(
        "backup",
        (),
        "data",
        "{database} with {all} is copied nightly in full and continuously by its log, and a restore is rehearsed",
        "A backup of {things} that was never restored is a hope.",
        (
            (
                "A nightly dump alone",
                "one file with all of {things}",
                "loses up to a day of {things}",
            ),
            (
                "A replica instead of a backup",
                "ready at once when the first one fails",
                "repeats every mistake on {things} within a second",
            ),
        ),
        (
            "Good: at most five minutes of {things} are lost, and the rehearsal says how long it takes.",
            "Bad: the log of {things} needs room and an alarm of its own.",
        ),
        sure=78,
    ),
    Choice(
        "watch",
        (),
        "monitoring",
        "What is watched is what {actors} would notice: whether {things} can be reached, changed and delivered",
        "An alarm on a figure that none of {actors} feels is switched off within a month.",
        (
            (
                "Watch every figure there is",
                "nothing about {things} goes unseen",
                "everything does, among so much",
            ),
            (
                "Wait for {actors} to call",
                "no tools to keep",
                "the call comes from the person whose {thing} it hurt",
            ),
        ),
        (
            "Good: each alarm names the section of the runbook on {things}.",
            "Bad: a fault that none of {actors} feels yet is found later.",
        ),
        sure=72,
    ),
    Choice(
        "slo",
        ("performance", "throughput", "realtime"),
        "monitoring",
        "The brief's figures for {things} are the thresholds of alarms: {limit}",
        "Whoever set the figure wants to hear when it is missed, not when it is doubled.",
        (
            (
                "Usual thresholds",
                "known to work somewhere else",
                "say nothing about this promise on {things}",
            ),
            (
                "No alarm, a weekly report",
                "calm nights",
                "a week of a broken promise to {actors}",
            ),
        ),
        (
            "Good: the warning for {things} comes at four fifths of the figure.",
            "Bad: a figure that was guessed in the brief rings at night until the brief is changed.",
        ),
        sure=74,
        needs_limit=True,
    ),
    Choice(
        "apart",
        ("availability", "retry"),
        "resilience",
        "Each part may be away without taking {things} with it, and a drill proves it every quarter",
        "The brief counts on failure; a drill is the only proof that does not come at night.",
        (
            (
                "Two of everything that serves {things}",
                "no single point",
                "twice the cost, and both break the same way",
            ),
            (
                "Restart by hand",
                "simple, and somebody looks",
                "{actors} wait until somebody is awake",
            ),
        ),
        (
            "Good: the drill stops one part at a time and notes what {actors} saw of {things}.",
            "Bad: an hour each quarter in which {things} are late on purpose.",
        ),
        sure=70,
    ),
    Choice(
        "gone",
        ("retention", "privacy"),
        "data",
        "Deletion of {things} runs nightly and again after every restore: {limit}",
        "A restore brings back what had to be gone.",
        (
            (
                "Delete {things} in the backups too",
                "complete at once",
                "backups that change are no backups",
            ),
            (
                "Short backups",
                "old {things} fade by themselves",
                "an old mistake on a {thing} cannot be undone",
            ),
        ),
        (
            "Good: backups of {things} are encrypted with a key that is held elsewhere.",
            "Bad: for 35 days a deleted {thing} can still be read by whoever holds that key.",
        ),
        sure=74,
    ),
    Choice(
        "on_time",
        ("schedule", "notification", "exchange"),
        "process",
        "Dated work on {things} is watched by its absence: an alarm rings when it has not happened",
        "A job on {things} that does not run makes no noise.",
        (
            (
                "Alarm on errors of the job",
                "exact, with the reason",
                "no run, no error: {actors} miss {things} first",
            ),
            (
                "Look at {things} by hand each morning",
                "no tools",
                "until the holiday",
            ),
        ),
        (
            "Good: each job writes when it last succeeded; {integrations} are told apart from our own faults.",
            "Bad: a job on {things} that is rightly skipped must say so.",
        ),
        sure=74,
    ),
    Choice(
        "keys",
        ("credentials", "network"),
        "secrets",
        "Secrets for {things} are files that the platform mounts, named in the compose file and never written there",
        "A file that many read is no place for what few may know.",
        (
            (
                "Environment variables",
                "every tool reads them",
                "shown in listings, inherited by every child that touches {things}",
            ),
            (
                "A vault",
                "short-lived secrets with a record of use",
                "one more part that {things} wait for at the start",
            ),
        ),
        (
            "Good: each secret names its readers and how it is renewed.",
            "Bad: whoever owns the host can read the files, so access to it is access to {things}.",
        ),
        sure=74,
    ),
    Choice(
        "room",
        ("files", "measure"),
        "capacity",
        "Space for {things} is forecast from their growth and ordered at 70 percent",
        "Files and figures of {things} only grow, and a full disk stops everything at once.",
        (
            (
                "Delete {things} when it is full",
                "no cost",
                "in a hurry, and the wrong ones",
            ),
            (
                "Space without end from a provider",
                "never full of {things}",
                "the bill is the alarm",
            ),
        ),
        (
            "Good: growth of {things} per week stands on the dashboard.",
            "Bad: a third of the space is paid for and empty.",
        ),
        sure=70,
    ),
)
