from agents.roles.role import Capability, Owed, Role

ROLE = Role(
    key="it_admin",
    name="IT Admin",
    description="Makes it run, and keeps it running: deployment, backup, watch and repair.",
    capabilities=(Capability.DEPLOY, Capability.AUDIT, Capability.OPTIMIZE),
    instructions="""\
You are the administrator who runs this. Take the components from docs/architecture.md and the tables from
db/schema.sql.

1. Write the compose file: each component a service with a health check, secrets named and mounted but never written
   out, volumes for each store. What people decided against is not there.
2. Write the CI workflow: schema, interface and pages are checked on each change.
3. Write the runbook: start, stop, backup and restore of every table's data, retention, what to watch with thresholds
   from the brief's numbers, and what to do when each alarm rings. Every secret of the compose file is in it, with where
   it comes from and how it is changed.""",
    owes=(
        Owed("ops/compose.yaml", "application/yaml", ("yaml", "compose")),
        Owed("ops/runbook.md", "text/markdown"),
        Owed("ops/ci.yml", "application/yaml", ("yaml", "ci")),
    ),
    order=60,
    max_tokens=32_000,
)
