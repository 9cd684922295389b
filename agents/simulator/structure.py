"""The architect's choices: the shape of the system, its rules and its records."""

from agents.simulator import grounds
from agents.simulator.choices import Choice
from agents.simulator.structure_concerns import CONCERNS
from agents.simulator.structure_numbers import NUMBERS

_CORE = (
    Choice(
        "shape",
        (),
        "database",
        "{title} is one service over one {database} database, with {all} as its records",
        "{actors} work on {things} that refer to each other, so what belongs together must change together or "
        "not at all.",
        (
            (
                "A service for each of {all}",
                "each part is released alone; a fault in {many} stays there",
                "a change that spans two of {things} needs a protocol of its own; more to run than this brief pays for",
            ),
            (
                "A document store without relations",
                "no schema to migrate; a {thing} is read in one piece",
                "nothing but our code would keep {things} consistent; lists across them need a second copy",
            ),
        ),
        (
            "Every rule that joins a {thing} with another record is kept by one transaction.",
            "Bad: {things} are released and scaled together, also when only one of them grows.",
        ),
        sure=76,
    ),
    Choice(
        "doors",
        (),
        "interface",
        "Pages and other callers use the same HTTP interface for {things}",
        "{actors} do the same acts from different places; one door means one place where rights and rules are asked.",
        (
            (
                "Pages read the tables of {things} themselves",
                "fewer layers; a faster first version",
                "the rules of a {thing} are written twice, and one copy is forgotten",
            ),
            (
                "An interface for each of {actors}",
                "each gets exactly what it needs of a {thing}",
                "as many doors to guard as there are kinds of callers",
            ),
        ),
        (
            "What the interface cannot do with a {thing}, nobody can do.",
            "Bad: a page that needs one more fact of a {thing} waits for the interface.",
        ),
        sure=72,
    ),
    Choice(
        "vocabulary",
        (),
        "domain",
        "{all} keep the names of the brief in tables, addresses, pages and messages",
        "{actors} must find their own words again, or every talk about a fault begins with a translation.",
        (
            (
                "Technical names chosen by the developers",
                "shorter than “{thing}”; free of ambiguity for developers",
                "two vocabularies drift apart; nobody can check {things} against the brief",
            ),
            (
                "Generic records with a type column",
                "a further kind beside {many} needs no migration",
                "no constraint can speak of a {thing}; every query carries a filter",
            ),
        ),
        (
            "A sentence of the brief about a {thing} can be looked up in code by its own words.",
            "Bad: when people rename a {thing}, the code must follow.",
        ),
        sure=80,
    ),
)

_RULES = (
    Choice(
        "no_double",
        (),
        "consistency",
        "The database refuses a second {thing} for the same {columns} by a constraint, not by a look before",
        "Between looking and writing another {thing} fits; only the index sees both.",
        (
            (
                "Look first, then write, in the application",
                "a friendly message for {actors} at once",
                "two requests in the same moment both see it free",
            ),
            (
                "One lock for everybody who writes {many}",
                "simple to reason about",
                "all wait for the slowest; a lost lock stops every {thing}",
            ),
            (
                "Version numbers on each {thing}",
                "no lock is held",
                "see two changes of one {thing}, not two new ones",
            ),
        ),
        (
            "The loser of the race gets 409 {code}; a test fires both at once and expects one success.",
            "Bad: the rule lives in the schema, so changing it is a migration of {table}.",
        ),
        sure=84,
        ground=grounds.rules("exclude", "unique", kinds=("exclusive", "unique", "once"), weight=15),
    ),
    Choice(
        "apart",
        (),
        "process",
        "Deciding a {thing} is an act of its own, and whoever asked for it may not be the one who decides",
        "The rule must hold for every door, so it stands where both names stand: in the row of the {thing}.",
        (
            (
                "A flag that anyone with the right may set",
                "one column; quick to build",
                "nothing keeps {actors} from approving their own {thing}",
            ),
            (
                "Approval outside the system, by message",
                "no page to build",
                "nobody can prove later who agreed to which {thing}",
            ),
        ),
        (
            "Who asked, who decided, and when, is kept beside each {thing}.",
            "Bad: when only one person is on duty, a {thing} waits for a second.",
        ),
        sure=80,
        ground=grounds.rules("apart", weight=15),
    ),
    Choice(
        "life",
        (),
        "process",
        "A {thing} has one life, {states}, and only named acts move it: {steps}",
        "Pages, rights and messages all hang on where a {thing} stands, so that must be one fact and not a guess from "
        "several dates.",
        (
            (
                "A date for each step of a {thing}, and no state",
                "tells when as well as whether",
                "two dates can contradict each other; every list must work out where a {thing} stands",
            ),
            (
                "A workflow engine beside the database",
                "steps can be drawn and changed without a release",
                "a second place that knows about {many}, to run, back up and keep in step",
            ),
        ),
        (
            "What may be done with a {thing} can be read from one diagram.",
            "Bad: a step that the diagram lacks, such as back to {first}, is a release.",
        ),
        sure=76,
        ground=grounds.states,
    ),
    Choice(
        "trail",
        (),
        "evidence",
        "Every act on {trailed} is written down with who, when and what, in the transaction of the act",
        "A trail that is written afterwards has gaps exactly where something went wrong.",
        (
            (
                "The log files of the service",
                "there already",
                "rotate, cannot be searched by {thing}, and can be lost when an act was committed",
            ),
            (
                "A service for audit that listens",
                "apart from those it watches",
                "hears nothing in an outage, which is when questions about {trailed} arise",
            ),
        ),
        (
            "A question about a {thing} is answered by one query, years later.",
            "Bad: each act costs a second row, and reading {trailed} may cost one too.",
        ),
        sure=80,
        ground=grounds.trail,
    ),
    Choice(
        "sealed",
        (),
        "data",
        "What stands in a {thing} is never changed, a correction is a new one that refers to it: {rule}",
        "Whoever reads a {thing} later must see what was known then, not what somebody wished later that it had said.",
        (
            (
                "Change it in place and keep a history",
                "one current {thing} to read",
                "the history is only as good as the code that writes it",
            ),
            (
                "Seal by agreement",
                "nothing to build",
                "the first hurry breaks “{rule}”",
            ),
        ),
        (
            "The right to change {many} is missing in the database itself.",
            "Bad: lists must show the latest {thing} of a chain, and the chain on demand.",
        ),
        sure=82,
        ground=grounds.rules("privilege", weight=12),
    ),
    Choice(
        "visible",
        (),
        "privacy",
        "What a {thing} tells is sent by allow-list, actor by actor; nothing else leaves the interface",
        "What is only hidden by a page is one request away from being read.",
        (
            (
                "Send all of a {thing} and hide it in the page",
                "one answer for everybody",
                "the answer can be read by anyone with developer tools",
            ),
            (
                "A second database for protected {many}",
                "its own keys and rights",
                "joins and deletions across two stores, for a system of this size",
            ),
        ),
        (
            "“{rule}” is a line of the authorization matrix, and a test.",
            "Bad: every new fact of a {thing} must be granted before anybody sees it.",
        ),
        sure=78,
        ground=grounds.rules("columns", "rows", weight=12),
    ),
    Choice(
        "guarded",
        (),
        "consistency",
        "“{rule}” is checked in the transaction that writes the {thing}, beside the write itself",
        "The facts it asks for may change between a check and a write; inside one transaction that is seen.",
        (
            (
                "Check in the page before sending",
                "{actors} learn it while they type",
                "the interface stands open to whoever sends without the page",
            ),
            (
                "Accept, and let a nightly job find what broke it",
                "nobody is refused",
                "by then somebody has relied on the {thing}",
            ),
        ),
        (
            "The refusal carries the code {code}, so a page can say what is missing.",
            "Bad: the condition is code, not a constraint; each new door must call the same function.",
        ),
        sure=70,
        ground=grounds.rules("guard", weight=6),
    ),
)

CHOICES = (*_CORE, *_RULES, *NUMBERS, *CONCERNS)
