from agents.workflows.workflow import StageSpec, TaskSpec, Workflow

WORKFLOW = Workflow(
    key="agile",
    name="Agile",
    description="From a brief to a backlog a team can start on: requirements, architecture, stories, test plan.",
    stages=(
        StageSpec("analyse", "Analyse", (TaskSpec("analyst", "Analyse {feature}"),)),
        StageSpec("product", "Product", (TaskSpec("product_manager", "Write the requirements of {feature}"),)),
        StageSpec(
            "architecture",
            "Architecture",
            (
                TaskSpec(
                    "architect",
                    "Plan {feature}",
                    instructions="""\
The analyst has stated the requirements: keep their keys and add none. docs/prd.md says what matters most; the structure
serves that first.""",
                ),
            ),
        ),
        StageSpec("backlog", "Backlog", (TaskSpec("scrum_master", "Cut {feature} into stories"),)),
        StageSpec(
            "build",
            "Build and test",
            (
                TaskSpec("developer", "Say how the stories are built"),
                TaskSpec("qa", "Plan the tests"),
            ),
        ),
    ),
    order=30,
)
