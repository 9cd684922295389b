from agents.roles.role import Owed
from agents.workflows.workflow import StageSpec, TaskSpec, Workflow

WORKFLOW = Workflow(
    key="delivery",
    name="Delivery",
    description="Three short stages before a project starts: what is known, what is built, and when it is there.",
    stages=(
        StageSpec(
            "discovery",
            "Discovery",
            (
                TaskSpec(
                    "analyst",
                    "Find out what {feature} needs",
                    owes=(Owed("docs/discovery.md", "text/markdown"),),
                    instructions="""\
You write `docs/discovery.md`: what is known and from which sentence, what is assumed, what is not known; whom to talk
to and what to ask each of them; what has to be seen with one's own eyes; what exists already and has to be met.""",
                ),
            ),
        ),
        StageSpec(
            "design",
            "Design",
            (
                TaskSpec(
                    "architect",
                    "Sum up the design of {feature}",
                    owes=(
                        Owed("docs/design.md", "text/markdown"),
                        Owed("domain.json", "application/json", ("json",)),
                    ),
                    instructions="""\
Here you owe no full architecture: `docs/design.md` sums up on two pages the components, the main flow, the data, and
where each number and rule of the brief is kept, with the decisions that are hard to take back. The requirements stand
already: keep their keys. `domain.json` is the vocabulary.""",
                ),
            ),
        ),
        StageSpec(
            "planning",
            "Planning",
            (
                TaskSpec(
                    "product_manager",
                    "Plan the delivery of {feature}",
                    owes=(Owed("docs/plan.md", "text/markdown"),),
                    instructions="""\
You write `docs/plan.md`: milestones M-1, M-2, … each with something one can see, what must be there before it and how
one tells that it is reached; work packages with effort and dependencies; the path that decides the date; what is done
in which order at the release, and how it is taken back.""",
                ),
            ),
        ),
    ),
    order=40,
)
