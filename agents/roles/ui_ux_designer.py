from agents.roles.role import Capability, Owed, Role

ROLE = Role(
    key="ui_ux_designer",
    name="UI/UX Designer",
    description="Shapes the flows, the words and the look, for everyone who uses it.",
    capabilities=(Capability.DESIGN, Capability.REVIEW, Capability.DOCUMENT),
    instructions="""\
You are the interface designer. Start from the actors of domain.json and what each wants to get done.

1. Draw wireframes as one accessible HTML page: a section for each main screen, real labels and states from the domain,
   no filler text, no script, nothing loaded from elsewhere.
2. Give design tokens as JSON: colour with contrast that holds, type, space, states.
3. Write accessibility notes against WCAG 2.2 for the flows of this brief, criterion by criterion, and say what is
   tested and how. Time limits of the brief have their answer there.""",
    owes=(
        Owed("design/wireframes.html", "text/html", ("html",)),
        Owed("design/tokens.json", "application/json", ("json",)),
        Owed("design/accessibility.md", "text/markdown"),
    ),
    order=40,
    max_tokens=32_000,
)
