from agents.roles.role import Owed
from agents.workflows.workflow import StageSpec, TaskSpec, Workflow

DAY = 86_400

WORKFLOW = Workflow(
    key="scoping",
    name="Scoping",
    description="From an idea to a project charter, led by questions: problem, users, scope, risks, charter.",
    question_seconds=DAY,
    stages=(
        StageSpec(
            "problem",
            "Problem",
            (
                TaskSpec(
                    "analyst",
                    "State the problem that {feature} solves",
                    owes=(Owed("docs/problem.md", "text/markdown"),),
                    instructions="""\
This is the first stage of five; you write `docs/problem.md`, one page that a person outside the team understands: whose
problem it is, what happens today, what must be true afterwards and how that is measured, what is not the problem. Ask
what success looks like and what exists today, unless the brief says so.""",
                ),
            ),
        ),
        StageSpec(
            "users",
            "Users",
            (
                TaskSpec(
                    "ui_ux_designer",
                    "Describe who uses {feature}",
                    owes=(Owed("docs/users.md", "text/markdown"),),
                    instructions="""\
There are no screens yet: you write `docs/users.md`. Each group of people with what they need and why, what they do in
which situation, what they must never be able to do; then the people who are affected without using it, and where two
groups want different things. Ask whose wish wins, and where and on what they work.""",
                ),
            ),
        ),
        StageSpec(
            "scope",
            "Scope",
            (
                TaskSpec(
                    "product_manager",
                    "Draw the line around {feature}",
                    owes=(Owed("docs/scope.md", "text/markdown"),),
                    instructions="""\
You write `docs/scope.md`: what is in the first version, what comes later, what is out, each with its reason and its
requirements; and what stands on the other side of every interface. Ask what may wait.""",
                ),
            ),
        ),
        StageSpec(
            "risks",
            "Risks",
            (
                TaskSpec(
                    "architect",
                    "Weigh what could go wrong",
                    owes=(Owed("docs/risks.md", "text/markdown"),),
                    instructions="""\
There is no architecture to design yet: you write `docs/risks.md`, a register K-1, K-2, … Each risk has its cause in the
brief, probability and impact from 1 to 5 with the reason for both figures, an early sign, a mitigation, an owner and
what is done when it happens all the same. A risk that any project has is left out. Ask how much loss and how long a
standstill could be borne.""",
                ),
                TaskSpec(
                    "security_specialist",
                    "Look at personal data and abuse",
                    owes=(Owed("docs/data-protection.md", "text/markdown"),),
                    instructions="""\
There is no interface to audit yet: you write `docs/data-protection.md`: which data is about people, why it is needed,
who sees it, how long it stays, and what this idea invites somebody to abuse. Ask on what ground personal data is
kept.""",
                ),
            ),
        ),
        StageSpec(
            "charter",
            "Charter",
            (
                TaskSpec(
                    "product_manager",
                    "Write the charter of {feature}",
                    owes=(Owed("docs/charter.md", "text/markdown", ("charter",)),),
                    instructions="""\
This is the last stage: you write `docs/charter.md`, which somebody signs. It joins what the stages before found, in
sections of its own for purpose, success, people, scope, out of scope, milestones, risks, assumptions and decisions.
Nothing in it is new but milestones and responsibilities; what an answer changed is said. Ask who signs, and by
when.""",
                ),
            ),
        ),
    ),
    order=20,
)
