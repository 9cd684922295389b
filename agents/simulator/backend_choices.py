"""The backend developer's choices."""

from agents.simulator import grounds
from agents.simulator.choices import Choice

CHOICES = (
    Choice(
        "resources",
        (),
        "interface",
        "{all} are resources under their own names, and every other act on a {thing} is a POST to a name below it",
        "{actors} who know the calls of {many} know those of all others, and each act keeps the verb of the brief.",
        (
            (
                "One endpoint with a command in its body",
                "any act on {things} fits",
                "caches, logs and rights cannot tell the acts of {actors} apart",
            ),
            (
                "GraphQL over {things}",
                "each page chooses its fields of a {thing}",
                "rights and cost of each query must be worked out at run time, for every one of {actors}",
            ),
        ),
        (
            "Each operationId is a key of domain.json, so pages and threats of {many} call it by one name.",
            "Bad: a page that shows {things} together makes several calls.",
        ),
        sure=80,
    ),
    Choice(
        "problems",
        (),
        "errors",
        "Errors are problem details (RFC 9457); their codes name the {thing} and the rule that refused",
        "Programs branch on the code, {actors} read the sentence; neither has to parse the other.",
        (
            (
                "Status codes alone",
                "nothing to define",
                "409 says nothing about which rule of a {thing} refused, nor what {actors} can do",
            ),
            (
                "An error object of our own",
                "made to measure for {many}",
                "one more format that every caller must learn",
            ),
        ),
        (
            "Who may not know of a {thing} gets 404, whether it exists or not.",
            "Bad: a code, once published, can never change its meaning.",
        ),
        sure=84,
    ),
    Choice(
        "paging",
        (),
        "interface",
        "Lists of {things} are pages by cursor, at most 100 at once",
        "A cursor stays right while {actors} add {many}; a page number does not.",
        (
            (
                "Page numbers with a total of {many}",
                "jump to any page",
                "counting costs a scan; rows slip between pages",
            ),
            ("All {many} at once", "one call", "works until the list of {many} is long"),
        ),
        (
            "The order of each list is fixed and has its index.",
            "Bad: nobody can jump to the middle of the list of {many}.",
        ),
        sure=78,
    ),
    Choice(
        "conflict",
        (),
        "consistency",
        "Two callers who want the same {columns} meet at {name}: one gets the {thing}, the other 409 {code}",
        "Asking first and writing then leaves a moment in which another {thing} fits; a constraint leaves none.",
        (
            (
                "An endpoint that tells whether it is still free",
                "the page of {actors} can grey it out",
                "what was free when asked is taken when sent; it needs the 409 all the same",
            ),
            (
                "Reserve for a minute, confirm after",
                "nobody is refused at the last step",
                "a second life for each {thing}, with a clock and a cleaner, that the brief does not ask for",
            ),
        ),
        (
            "A test fires two calls in the same instant and expects one 201 and one 409.",
            "Bad: the loser learns it only after filling in the form.",
        ),
        sure=82,
        ground=grounds.rules("exclude", "unique", kinds=("exclusive", "unique", "once"), weight=15),
    ),
    Choice(
        "idempotent",
        (),
        "consistency",
        "{creates} take an Idempotency-Key: the same key gives the first answer again, for 24 hours",
        "A caller that lost the answer must be able to ask again without a second {thing}.",
        (
            (
                "The caller looks whether there is a {thing} already",
                "no key to keep",
                "the look and the repeat race with each other",
            ),
            (
                "PUT with an id that the caller makes",
                "repeatable by nature",
                "callers choose the ids of {many}, and may choose each other's",
            ),
        ),
        (
            "The same key with another body is 422, so a mistake of the caller is seen.",
            "Bad: every {thing} costs one more row for a day.",
        ),
        sure=80,
        ground=grounds.repeats,
    ),
    Choice(
        "transitions",
        (),
        "consistency",
        "The {attribute} of a {thing} is changed by {steps} alone, each of which names where it may start",
        "{attribute} as a field that anybody may PATCH would let a {thing} jump from {first} to {last}.",
        (
            (
                "PATCH with the new {attribute}",
                "one call for every step",
                "who may take which step cannot be said by operation; a step can be skipped",
            ),
            (
                "A table of events from which the {attribute} follows",
                "the whole life of a {thing} is kept",
                "each list of {many} must fold the events first",
            ),
        ),
        (
            "A step that comes too late answers 409 with the present {attribute}, and undoes nothing.",
            "Bad: a new step between {states} is a new operation.",
        ),
        sure=78,
        ground=grounds.states,
    ),
    Choice(
        "separate",
        (),
        "security",
        "Whoever asked for a {thing} is taken from the token and kept, and the same person deciding it is refused",
        "The rule “{rule}” speaks of persons, so the caller must not be able to say who they are in the body.",
        (
            (
                "Two roles, one that asks and one that decides",
                "one look at the token",
                "people who hold both roles could decide on their own {thing}",
            ),
            (
                "Trust the page to hide the button",
                "nothing to build",
                "the call stands open to whoever can write one",
            ),
        ),
        (
            "The refusal is 409 {code}, and says who else may decide.",
            "Bad: a single person on duty cannot finish a {thing}.",
        ),
        sure=80,
        ground=grounds.rules("apart", weight=14),
    ),
    Choice(
        "limited",
        (),
        "abuse",
        "Calls over {number} answer 429 with Retry-After and RateLimit-Policy; the count is made by the database",
        "The brief gives the figure ({limits}), so the caller must learn when it opens again.",
        (
            (
                "Slow the answers down",
                "no error to handle",
                "open connections are what an attacker of {many} wants",
            ),
            (
                "Count in the memory of each process",
                "no write for a {thing}",
                "two processes allow twice as many; a restart forgets",
            ),
        ),
        (
            "The bound holds for all processes together.",
            "Bad: an honest caller behind a shared address meets the bound of others.",
        ),
        sure=78,
        ground=grounds.numbers("rate_limit", weight=12),
    ),
    Choice(
        "capped",
        (),
        "consistency",
        "What would pass {numbers} is refused with 409, because waiting does not help",
        "The bound belongs to what exists, not to how fast it is called.",
        (
            (
                "429, as for a rate",
                "one code for all bounds",
                "tells the caller to wait, and waiting changes nothing",
            ),
            (
                "Accept and mark it as over the bound",
                "nobody is refused",
                "the brief's bound would be a wish",
            ),
        ),
        (
            "The answer says which {thing} would have to go.",
            "Bad: two writers of {many} wait for each other for a moment.",
        ),
        sure=76,
        ground=grounds.numbers("most", "quota", weight=9),
    ),
    Choice(
        "frozen",
        (),
        "consistency",
        "A {thing} has no PATCH and no DELETE for what the brief seals ({rule}); a correction is a new one",
        "An operation that does not exist cannot be called by mistake, nor by somebody in a hurry.",
        (
            (
                "PATCH that is refused by a right",
                "an administrator could still correct a {thing}",
                "then “{rule}” holds for most, not for all",
            ),
            (
                "Keep old versions of each {thing}",
                "a correction stays where it belongs",
                "readers of {many} must know which version they look at",
            ),
        ),
        ("What was answered about a {thing} once is answered for ever.", "Bad: a typing error stays to be seen."),
        sure=78,
        ground=grounds.rules("privilege", weight=9),
    ),
    Choice(
        "least",
        (),
        "security",
        "What a {thing} tells is decided by actor: its schema names who may see it, and others get 404",
        "What is only hidden by a page is one call away from being read.",
        (
            (
                "The same {thing} for everybody, filtered by the page",
                "one answer",
                "the whole {thing} lies in the browser of whoever looks",
            ),
            (
                "A service of its own for {many}",
                "its own keys and rights",
                "every list that shows {many} with others asks two services",
            ),
        ),
        (
            "`x-visible-to` is compared with the authorization matrix.",
            "Bad: an actor who gains the right needs a new token.",
        ),
        sure=76,
        ground=grounds.rules("columns", "rows", weight=11),
    ),
    Choice(
        "rights",
        ("privacy", "roles", "separation"),
        "security",
        "Each operation on {things} names its actors, and their tokens carry one scope for each operation",
        "{actors} see different sides of {things}; the description must say so, or no test can.",
        (
            ("One scope to read {many}, one to write", "simple", "too coarse for the lines that the brief draws"),
            ("Checks in the pages of {actors}", "close to the person", "the interface stands open"),
        ),
        (
            "The security of each operation is the authorization matrix, line by line.",
            "Bad: tokens of {actors} grow with every operation.",
        ),
        sure=74,
    ),
    Choice(
        "told",
        (),
        "integration",
        "{keys} go out as webhooks, written with the act and sent until they are answered",
        "{events} must reach others without their asking, and not for an act that was rolled back.",
        (
            (
                "Others poll the lists of {many}",
                "nothing to send",
                "late by half the interval, and most calls find nothing",
            ),
            (
                "Call the other side inside the request",
                "one act, one answer",
                "an outage there becomes one of ours",
            ),
        ),
        (
            "The body holds the {thing} as the interface would answer it.",
            "Bad: a receiver may see {event} twice.",
        ),
        sure=74,
        ground=grounds.events("published"),
    ),
    Choice(
        "later",
        ("exchange", "schedule"),
        "process",
        "What takes long on {things} is taken down at once and done by the worker; the {thing} tells how far it is",
        "{integrations} answer in their own time, and {actors} must not hold a page open for it.",
        (
            ("Wait for the result", "one call", "time-outs decide what happened to a {thing}"),
            (
                "Call the asker back",
                "no second look",
                "every page of {actors} would need an address of its own",
            ),
        ),
        ("What failed is repeated by the worker, and the {thing} says so.", "Bad: the page has to look twice."),
        sure=66,
    ),
)
