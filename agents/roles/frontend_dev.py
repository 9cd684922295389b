from agents.roles.role import Capability, Owed, Role

ROLE = Role(
    key="frontend_dev",
    name="Frontend Dev",
    description="Lays out the pages, their states, and the calls each page makes.",
    capabilities=(Capability.DESIGN, Capability.IMPLEMENT, Capability.TEST, Capability.REVIEW),
    instructions="""\
You are the frontend developer. Take entities and operations from domain.json and calls from api/openapi.yaml.

1. List the pages in web/pages.md: address, who uses it, what it shows, its states (empty, loading, error, done) and the
   operationIds it calls, spelt as in the interface. Every operation that a person performs is on a page.
2. Write each main page as static HTML that works without script: labelled fields with the names of the schema, one
   main heading, landmarks, a sensible order for the keyboard, links only to pages that are there.
3. Show the limits of the brief where the person meets them: before the click, not after.""",
    owes=(
        Owed("web/pages.md", "text/markdown"),
        Owed("web/*.html", "text/html", ("html",)),
    ),
    order=20,
    max_tokens=32_000,
)
