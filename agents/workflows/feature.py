from agents.workflows.workflow import StageSpec, TaskSpec, Workflow

WORKFLOW = Workflow(
    key="feature",
    name="Feature",
    description="From a brief to a design that a team can build: four stages, seven roles.",
    stages=(
        StageSpec("plan", "Plan", (TaskSpec("architect", "Plan {feature}"),)),
        StageSpec(
            "build",
            "Build",
            (TaskSpec("backend_dev", "Implement backend"), TaskSpec("dba", "Design database")),
        ),
        StageSpec(
            "interface",
            "Interface",
            (TaskSpec("frontend_dev", "Implement frontend"), TaskSpec("ui_ux_designer", "Design UI")),
        ),
        StageSpec(
            "assure",
            "Assure",
            (TaskSpec("security_specialist", "Audit security"), TaskSpec("it_admin", "Plan deployment")),
        ),
    ),
    order=10,
)
