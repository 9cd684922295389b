"""Mounted at `/api/v1/`."""

from django.urls import path

from sessions_app.api.views import (
    artifacts,
    calls,
    charter,
    control,
    decisions,
    forecast,
    gates,
    journal,
    registry,
    sessions,
    tasks,
    verify,
)

app_name = "sessions-api"

urlpatterns = [
    path("sessions", sessions.SessionsAPI.as_view(), name="sessions"),
    path("sessions/forecast", forecast.ForecastAPI.as_view(), name="forecast"),
    path("sessions/<int:session_id>", sessions.SessionAPI.as_view(), name="session"),
    path("sessions/<int:session_id>/end", sessions.SessionEndAPI.as_view(), name="end"),
    path("sessions/<int:session_id>/complete", sessions.SessionCompleteAPI.as_view(), name="complete"),
    path("sessions/<int:session_id>/pause", control.SessionPauseAPI.as_view(), name="pause"),
    path("sessions/<int:session_id>/resume", control.SessionResumeAPI.as_view(), name="resume"),
    path("sessions/<int:session_id>/cancel", control.SessionCancelAPI.as_view(), name="cancel"),
    path("sessions/<int:session_id>/retry", control.SessionRetryAPI.as_view(), name="retry"),
    path("sessions/<int:session_id>/fork", control.SessionForkAPI.as_view(), name="fork"),
    path("sessions/<int:session_id>/plan", control.SessionPlanAPI.as_view(), name="plan"),
    path("sessions/<int:session_id>/stages/<int:number>", gates.SessionStageAPI.as_view(), name="stage"),
    path("sessions/<int:session_id>/stages/<int:number>/answers", gates.StageAnswersAPI.as_view(), name="answers"),
    path("sessions/<int:session_id>/charter", charter.SessionCharterAPI.as_view(), name="charter"),
    path("sessions/<int:session_id>/decisions", decisions.SessionDecisionsAPI.as_view(), name="session-decisions"),
    path("sessions/<int:session_id>/tasks", tasks.SessionTasksAPI.as_view(), name="tasks"),
    path("sessions/<int:session_id>/artifacts", artifacts.SessionArtifactsAPI.as_view(), name="artifacts"),
    path("sessions/<int:session_id>/checks", artifacts.SessionChecksAPI.as_view(), name="checks"),
    path("sessions/<int:session_id>/events", journal.SessionEventsAPI.as_view(), name="events"),
    path("sessions/<int:session_id>/llm-calls", calls.SessionCallsAPI.as_view(), name="llm-calls"),
    path("sessions/<int:session_id>/snapshots", journal.SessionSnapshotsAPI.as_view(), name="snapshots"),
    path("sessions/<int:session_id>/verify", verify.SessionVerifyAPI.as_view(), name="verify"),
    path("sessions/<int:session_id>/export", journal.SessionExportAPI.as_view(), name="export"),
    path("decisions/sessions/<int:session_id>", decisions.SessionJournalAPI.as_view(), name="journal"),
    path("tasks/<int:task_id>", tasks.TaskAPI.as_view(), name="task"),
    path("tasks/<int:task_id>/cancel", control.TaskCancelAPI.as_view(), name="task-cancel"),
    path("tasks/<int:task_id>/retry", control.TaskRetryAPI.as_view(), name="task-retry"),
    path("llm-calls/<int:call_id>", calls.CallAPI.as_view(), name="llm-call"),
    path("gates/<int:gate_id>/approve", gates.GateApproveAPI.as_view(), name="gate-approve"),
    path("gates/<int:gate_id>/reject", gates.GateRejectAPI.as_view(), name="gate-reject"),
    path("questions/<int:question_id>/answer", gates.QuestionAnswerAPI.as_view(), name="question-answer"),
    path("artifacts/<int:artifact_id>", artifacts.ArtifactAPI.as_view(), name="artifact"),
    path(
        "artifacts/<int:artifact_id>/versions/<int:number>",
        artifacts.ArtifactVersionAPI.as_view(),
        name="artifact-version",
    ),
    path("workflows", registry.WorkflowsAPI.as_view(), name="workflows"),
    path("roles", registry.RolesAPI.as_view(), name="roles"),
    path("providers", registry.ProvidersAPI.as_view(), name="providers"),
]
