"""The frontend developer's choices."""

from agents.simulator.choices import Choice

CHOICES = (
    Choice(
        "plain",
        (),
        "structure",
        "Pages for {all} are rendered by the server and work without script; script only adds comfort",
        "{actors} must get their work with {things} done on any device, and a form that posts is the surest thing a "
        "browser has.",
        (
            (
                "A single-page application for {title}",
                "moves between {things} without a reload; one interface for pages and other callers",
                "a second copy of every rule on a {thing} in the browser; nothing is readable before the bundle is",
            ),
            (
                "Native apps for {actors}",
                "camera and notifications at hand",
                "two more programs to release whenever a field of a {thing} changes",
            ),
        ),
        (
            "Good: each {thing} has an address that can be sent to a colleague.",
            "Good: the first page is readable before any script has loaded.",
            "Bad: a list of {things} is loaded anew after each act.",
        ),
        sure=76,
    ),
    Choice(
        "by_record",
        (),
        "structure",
        "Each of {all} has one page with its list, its form and its acts",
        "{actors} look for the {thing} first and for the act second; a page per record keeps both in sight.",
        (
            (
                "A page for each act on {things}",
                "short pages with one button",
                "as many addresses as there are verbs; the {thing} is out of sight while it is changed",
            ),
            (
                "One dashboard for {all}",
                "all at a glance on a desk",
                "on a phone nothing is at a glance; {actors} see what concerns others",
            ),
        ),
        (
            "Good: an act that a person may not do on a {thing} is not shown, and refused all the same.",
            "Bad: the page of {things} is the longest one and needs headings to jump to.",
        ),
        sure=74,
    ),
    Choice(
        "states",
        (),
        "behaviour",
        "Each page of {all} shows its empty, loading, failed and denied state in the place of the list",
        "Somebody who waits for {things} must see whether they wait for the system or the system for them.",
        (
            (
                "A message about {things} that fades away",
                "takes no space beside the list",
                "is gone before it is read, and unheard by screen readers",
            ),
            (
                "A dialog for each error",
                "cannot be missed",
                "must be closed before the {thing} that caused it can be looked at",
            ),
        ),
        (
            "Good: errors of a {thing} stand beside their field and in a summary on top.",
            "Bad: four states of every page of {things} have to be written and tested.",
        ),
        sure=76,
    ),
    Choice(
        "before",
        ("quota", "rate_limit", "expiry", "calendar"),
        "behaviour",
        "The bounds on {things} are shown before the act and set on its fields: {limit}",
        "To be told after filling in a form for a {thing} is to have filled it in for nothing.",
        (
            (
                "Tell after sending",
                "no figure to keep current on the page",
                "the work on the {thing} is lost, and so is the patience of {actors}",
            ),
            (
                "Hide what is not possible",
                "a calm page of {things}",
                "nobody learns that {limit} is the reason",
            ),
        ),
        (
            "Good: min, max and maxlength stop a {thing} in the browser that the server would refuse.",
            "Bad: the figure stands in page and schema, so that a test must compare both.",
        ),
        sure=74,
    ),
    Choice(
        "press_once",
        ("same_time", "uniqueness", "money"),
        "behaviour",
        "A form for a {thing} carries a key of its own, so that pressing twice does it once",
        "A slow network makes {actors} press again, and the second press must not make a second {thing}.",
        (
            (
                "Disable the button after the first press",
                "one line of script",
                "does nothing against a reload or a second tab with the same {thing}",
            ),
            (
                "Ask whether they are sure",
                "a moment to think before a {thing} is made",
                "{actors} learn to answer without reading",
            ),
        ),
        (
            "Good: who lost the race for a {thing} is shown what is still free.",
            "Bad: the server keeps each key for a day.",
        ),
        sure=78,
    ),
    Choice(
        "apart",
        ("availability", "mobile"),
        "resilience",
        "Pages for {things} keep what was typed when the connection goes, and send it when it is back",
        "The brief expects the work on {things} to go on: “offline” is a state of the page, no error.",
        (
            (
                "A full copy of {things} on the device",
                "everything can be looked up anywhere",
                "conflicts between two copies of a {thing} that no rule of the brief decides",
            ),
            (
                "Tell {actors} to wait",
                "nothing to build",
                "they use paper, and type the {thing} in later with errors",
            ),
        ),
        (
            "Good: {things} not yet sent are counted and listed on their page.",
            "Bad: script is needed for this one comfort, and a shared device keeps what was typed.",
        ),
        sure=66,
    ),
    Choice(
        "hidden",
        ("privacy", "roles"),
        "privacy",
        "What {actors} may not see of {things} never reaches their page",
        "A page is only as discreet as the data it was given.",
        (
            (
                "Hide fields of a {thing} by style",
                "one template for {actors}",
                "readable in the source of the page",
            ),
            (
                "Blur a {thing} until it is pressed",
                "protects against glances",
                "protects {things} against nothing else",
            ),
        ),
        (
            "Good: a printed list of {things} follows the same rule as the page.",
            "Bad: each kind of person has a template of the {thing}, or a part of one.",
        ),
        sure=78,
    ),
    Choice(
        "fresh",
        ("realtime", "notification"),
        "behaviour",
        "A change of {things} by others is announced in the page, never slipped under the reader's eyes",
        "A {thing} that moves while a finger is on its way is the wrong {thing}.",
        (
            (
                "Replace the list of {things} at once",
                "always current",
                "the list moves while {actors} read it",
            ),
            (
                "Only on reload",
                "calm, and nothing to build",
                "{actors} decide on a {thing} that is no longer so",
            ),
        ),
        (
            "Good: the announcement says how many {things} changed, and waits for a press.",
            "Bad: until then the page of {things} is knowingly old.",
        ),
        sure=68,
    ),
)
