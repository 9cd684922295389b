"""The security specialist's choices."""

from agents.simulator.choices import Choice

CHOICES = (
    Choice(
        "matrix",
        (),
        "authorization",
        "Nothing is allowed that the matrix of {actors} and operations does not name",
        "Forgetting a line then locks {actors} out, and is noticed; forgetting a check would let somebody in, and is "
        "not.",
        (
            (
                "Allow {actors} everything unless it is forbidden",
                "less to write down for {things}",
                "a new operation on a {thing} is open until somebody thinks of it",
            ),
            (
                "Rights by network",
                "no accounts inside the house",
                "one stolen laptop is all of {actors} at once",
            ),
        ),
        (
            "Good: a test calls every operation as each of {actors} and compares with the matrix.",
            "Bad: a new operation on {things} works for nobody until its line is written.",
        ),
        sure=82,
    ),
    Choice(
        "stride",
        (),
        "method",
        "Threats are worked out by STRIDE for each operation and each store of {all}",
        "Going through the operations one by one leaves no door to {things} out because nobody thought of it.",
        (
            (
                "A list of the ten usual risks",
                "quick, and known to every reviewer",
                "the same for every product; says nothing of {things}",
            ),
            (
                "A penetration test alone",
                "finds what is really there",
                "comes when everything around {things} is built",
            ),
        ),
        (
            "Good: a new operation on {things} is a new line before it is released.",
            "Bad: the table grows with each of {all} and must be kept current.",
        ),
        sure=76,
    ),
    Choice(
        "owner",
        (),
        "authorization",
        "Rights are asked of the row, not of the address: whoever guesses the number of another's {thing} gets 404",
        "Numbers of {things} can be counted up; the query must carry the person.",
        (
            (
                "Numbers of {things} that cannot be guessed",
                "nothing to count up",
                "the address of a {thing} is copied and sent on",
            ),
            (
                "A check after loading the {thing}",
                "easy to read in the code",
                "is forgotten in the one place that matters",
            ),
        ),
        (
            "Good: every query of {things} begins from the person who asks.",
            "Bad: support cannot tell a wrong number of a {thing} from a missing right.",
        ),
        sure=80,
    ),
    Choice(
        "trace",
        ("audit", "approval", "separation"),
        "evidence",
        "Acts on {things} are recorded where the actor cannot change them",
        "Whoever denies an act on a {thing} is answered by a record they could not have written otherwise.",
        (
            (
                "Logs on the host that serves {things}",
                "nothing to add",
                "whoever owns the host owns the logs, and no log knows the transaction",
            ),
            (
                "Signed receipts for {actors}",
                "proof for both sides",
                "keys for each of {actors}, and a way to lose them",
            ),
        ),
        (
            "Good: each act on a {thing} and its record are one transaction.",
            "Bad: the record of {things} is itself personal data and has its own time to live.",
        ),
        sure=76,
    ),
    Choice(
        "data",
        ("privacy", "retention"),
        "privacy",
        "Protected facts of {things} are as few as the work needs, kept as long as the brief says ({limit}) and then "
        "gone, backups included",
        "What is not there cannot leak.",
        (
            (
                "Pseudonyms for the people behind {things}",
                "statistics go on after a deletion",
                "the table of names is the new treasure",
            ),
            (
                "Keep every {thing} and protect it",
                "nothing is ever missed",
                "protection must hold for as long as the data does",
            ),
        ),
        (
            "Good: a request for export or deletion of {things} is an operation with a test.",
            "Bad: a mistake in {things} that is found after their time cannot be looked into.",
        ),
        sure=74,
    ),
    Choice(
        "secrets",
        ("credentials",),
        "authentication",
        "Proofs for {things} are random, hashed, short-lived and bound to where they were asked for",
        "Each of the four takes away one way of using a stolen one.",
        (
            (
                "Long-lived secrets with a strong hash",
                "{actors} are interrupted less often",
                "one theft lasts a year",
            ),
            (
                "Trust the device of {actors} for ever",
                "comfortable after the first day",
                "devices are sold, lent and lost",
            ),
        ),
        (
            "Good: use, failure and withdrawal are recorded, and attempts bounded: {limit}.",
            "Bad: {actors} who change the device in between begin again.",
        ),
        sure=80,
    ),
    Choice(
        "brake",
        ("rate_limit", "quota"),
        "abuse",
        "Bounds on {things} are kept by the server for the person and for the network: {limit}",
        "One bound alone is passed by many accounts or by many addresses.",
        (
            (
                "A puzzle before each {thing}",
                "stops simple programs",
                "stops people who cannot solve it; programs can",
            ),
            (
                "Block by hand who takes too many {things}",
                "exact, and judged by a person",
                "after the harm, and at office hours",
            ),
        ),
        (
            "Good: meeting a bound on {things} is counted and watched.",
            "Bad: many of {actors} behind one network share its bound.",
        ),
        sure=74,
    ),
    Choice(
        "outside",
        ("network", "exchange"),
        "network",
        "Everything that leaves or comes in for {things} passes one place that checks address, size and form",
        "Addresses, files and answers from outside are chosen by others ({integrations}).",
        (
            (
                "Checks where {things} are used",
                "close to the case",
                "each place checks {things} a little differently",
            ),
            (
                "A firewall alone",
                "no code",
                "sees addresses, not what they mean for a {thing}",
            ),
        ),
        (
            "Good: redirects are not followed; size and time of each exchange of {things} are bounded.",
            "Bad: that one place must be up for anything about {things} to leave.",
        ),
        sure=78,
    ),
    Choice(
        "upload",
        ("files",),
        "content",
        "Files for {things} are judged by their content, stored under their hash and served from an address of their "
        "own",
        "A picture that is a program must stay a picture.",
        (
            (
                "Trust the name of the file",
                "nothing to do for a {thing}",
                "names are chosen by the sender",
            ),
            (
                "A scanner for viruses alone",
                "known evil is found",
                "an unknown one in a {thing} is not",
            ),
        ),
        (
            "Good: place and device are taken out of pictures of {things}.",
            "Bad: a rare but honest kind of file for a {thing} is refused.",
        ),
        sure=76,
    ),
    Choice(
        "race",
        ("same_time", "uniqueness", "money"),
        "consistency",
        "Rules on {things} that a race could break are kept by constraints, and a test races them",
        "An attacker presses faster than any person.",
        (
            (
                "Check in the application before writing a {thing}",
                "a friendly message at once",
                "two requests in the same moment both pass",
            ),
            (
                "A queue in front of {things}",
                "one after the other",
                "the queue becomes the thing to attack",
            ),
        ),
        (
            "Good: the second {thing} answers 409 whatever the timing.",
            "Bad: the message for {actors} is made from the name of a constraint.",
        ),
        sure=78,
    ),
    Choice(
        "fleet",
        ("measure",),
        "authentication",
        "Each device that sends {things} has a key of its own, which can be withdrawn without touching another",
        "Devices stand where anyone can open them.",
        (
            (
                "One key for all devices",
                "simple to roll out",
                "one opened device speaks for all {things}",
            ),
            (
                "The network's address as identity",
                "nothing to store",
                "an address is no identity, and it changes",
            ),
        ),
        (
            "Good: what a withdrawn device sent of {things} is kept apart.",
            "Bad: keys must be on devices before the first of {things} arrives.",
        ),
        sure=72,
    ),
)
