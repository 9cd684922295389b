"""Pages of sessions, mounted at the root, and the fragments that refresh their parts."""

from django.urls import include, path

from sessions_app.views import artifacts, calls, control, fragments, gates, operations, sessions, steering, usage

app_name = "sessions"

one_session = [
    path("", sessions.session_detail, name="detail"),
    path("decide/", steering.session_decide, name="decide"),
    path("pause/", control.session_pause, name="pause"),
    path("resume/", control.session_resume, name="resume"),
    path("retry/", control.session_retry, name="retry"),
    path("change/", control.session_change, name="change"),
    path("fork/", control.session_fork, name="fork"),
    path("end/", control.session_end, name="end"),
    path("cancel/", control.session_cancel, name="cancel"),
    path("export/", sessions.session_export, name="export"),
    path("head/", fragments.session_head, name="head-partial"),
    path("status/", fragments.session_status, name="status-partial"),
    path("vitals/", fragments.session_vitals, name="vitals-partial"),
    path("actions/", fragments.session_actions, name="actions-partial"),
    path("steering/", fragments.session_steering, name="steering-partial"),
    path("stages/<int:number>/", fragments.session_stage, name="stage-partial"),
    path("stages/<int:number>/gate/", fragments.session_gate, name="gate-partial"),
    path("attention/", fragments.session_attention, name="attention-partial"),
    path("agents/<int:task_id>/", fragments.session_agent, name="agent-partial"),
    path("feed/", fragments.session_feed, name="feed-partial"),
    path("tabs/", fragments.session_tabs, name="tabs-partial"),
    path("decisions/", fragments.session_decisions, name="decisions-partial"),
    path("artifacts/", fragments.session_artifacts, name="artifacts-partial"),
    path("calls/", calls.session_calls, name="calls-partial"),
    path("calls/<int:call_id>/", calls.call_detail, name="call"),
    path("questions/", fragments.session_questions, name="questions-partial"),
    path("quality/", fragments.session_quality, name="quality-partial"),
]

urlpatterns = [
    path("sessions/", sessions.session_list, name="list"),
    path("sessions/new/", sessions.session_new, name="new"),
    path("sessions/forecast/", sessions.session_forecast, name="forecast-partial"),
    path("sessions/models/", sessions.session_models, name="models-partial"),
    path("sessions/live/", fragments.live_now, name="live-partial"),
    path("sessions/<int:session_id>/", include(one_session)),
    path("usage/", usage.usage_page, name="usage"),
    path("operations/", operations.operations, name="operations"),
    path("operations/now/", operations.operations_now, name="operations-now"),
    path("gates/<int:gate_id>/approve/", gates.gate_approve, name="gate-approve"),
    path("gates/<int:gate_id>/reject/", gates.gate_reject, name="gate-reject"),
    path("questions/<int:question_id>/answer/", gates.question_answer, name="question-answer"),
    path("tasks/<int:task_id>/cancel/", control.task_cancel, name="task-cancel"),
    path("artifacts/<int:artifact_id>/", artifacts.artifact_detail, name="artifact"),
    path("artifacts/<int:artifact_id>/raw/", artifacts.artifact_raw, name="artifact-raw"),
]
