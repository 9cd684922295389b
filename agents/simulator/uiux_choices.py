"""The UI/UX designer's choices."""

from agents.simulator.choices import Choice

CHOICES = (
    Choice(
        "flows",
        (),
        "flow",
        "The way through is drawn from the people: {actors} each start where their most frequent act on {things} is",
        "Somebody who does one thing with a {thing} fifty times a day should not pass a menu fifty times.",
        (
            (
                "One start page for {actors}",
                "one thing to learn and to explain",
                "most of it concerns somebody else's {things}",
            ),
            (
                "A start page that each person arranges",
                "fits everyone after a while",
                "nobody arranges it; whoever helps with a {thing} cannot picture the screen",
            ),
        ),
        (
            "Good: the first screen shows {actors} what waits for them.",
            "Bad: a person with two tasks has two ways to learn.",
        ),
        sure=72,
    ),
    Choice(
        "words",
        (),
        "words",
        "Labels are the brief's own words for {all}, in sentence case, and buttons are verbs",
        "A word that differs from the one that {actors} say is a question to whoever helps them.",
        (
            (
                "Words of the trade's software",
                "known to those who used another product for {things}",
                "not what {actors} say; the brief can no longer be checked against the screen",
            ),
            (
                "Icons instead of words",
                "small, and no translation",
                "an icon for a {thing} is guessed wrong, and silent for screen readers",
            ),
        ),
        (
            "Good: a {thing} has one name on screen, in the interface and in the schema.",
            "Bad: a change of word for {things} goes through every artifact.",
        ),
        sure=78,
    ),
    Choice(
        "one_act",
        (),
        "layout",
        "Each screen has one main act; the rest stands behind it in order of use",
        "With {things} on a small screen, two loud buttons are one too many.",
        (
            (
                "All acts on a {thing} in one bar",
                "nothing is hidden from {actors}",
                "what ends a {thing} stands beside what saves it",
            ),
            (
                "Acts in a menu on each {thing}",
                "a calm list",
                "the frequent act needs two presses, each time",
            ),
        ),
        (
            "Good: acts on a {thing} that cannot be undone stand apart and name what they change.",
            "Bad: rare acts on {things} need a second look to be found.",
        ),
        sure=74,
    ),
    Choice(
        "thumb",
        ("mobile", "files"),
        "layout",
        "Screens for {things} are drawn for one hand at 390 pixels first",
        "The brief puts {actors} on the move; what works there works on a desk.",
        (
            (
                "Desk first, phone later",
                "more room for a list of {things} to begin with",
                "the phone gets what is left over of a {thing}",
            ),
            (
                "Two designs of each screen",
                "each at its best for {things}",
                "two sets of habits for the same {actors}, and twice the tests",
            ),
        ),
        (
            "Good: targets for {things} are 48 pixels, and the camera opens from the form itself.",
            "Bad: a wide list of {things} becomes blocks, so that fewer fit on the screen.",
        ),
        sure=72,
    ),
    Choice(
        "state_words",
        ("approval", "order", "expiry", "retry"),
        "feedback",
        "The state of a {thing} is a word with a mark and a colour, in this order of importance",
        "Colour alone is lost on paper, in sunlight and to one man in twelve.",
        (
            (
                "Coloured dots beside {things}",
                "compact in a long list",
                "need a legend, and eyes that tell red from green",
            ),
            (
                "Progress bars for each {thing}",
                "show the way that is left",
                "suggest a steadiness that {things} do not have",
            ),
        ),
        (
            "Good: each state of a {thing} has one word everywhere, also in messages.",
            "Bad: a new state needs a word before it can be shown.",
        ),
        sure=78,
    ),
    Choice(
        "no_blame",
        ("same_time", "quota", "rate_limit", "availability"),
        "words",
        "When a rule on {things} stops somebody, the screen says which rule, what is safe and what to do next",
        "The brief draws lines ({limit}); meeting one is no mistake of the person.",
        (
            (
                "A code and a link to help",
                "short, the same for all {things}",
                "stops the work on a {thing} to read a manual",
            ),
            (
                "Say that something went wrong",
                "one text for every refusal",
                "says nothing; {actors} try the same {thing} again",
            ),
        ),
        (
            "Good: every refusal on {things} has a sentence in the words of its rule.",
            "Bad: a changed rule changes a sentence on screen too.",
        ),
        sure=74,
    ),
    Choice(
        "veil",
        ("privacy", "credentials"),
        "trust",
        "Protected facts of {things} are shown only on request and never in a list",
        "Screens with {things} are read over shoulders.",
        (
            (
                "Show all to who may see all",
                "fewer presses for {actors}",
                "so may the person behind them in the queue",
            ),
            (
                "Ask for the password again",
                "sure that it is still the same person",
                "at the tenth {thing} a day it is written on a note",
            ),
        ),
        (
            "Good: opening a protected fact of a {thing} is recorded, and the screen says so.",
            "Bad: comparing two {things} takes two presses more.",
        ),
        sure=70,
    ),
)
