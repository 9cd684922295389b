"""Pages of sessions, mounted at the root, and the fragments that refresh their parts."""

from django.urls import include, path

from sessions_app.views import artifacts, fragments, sessions, steering

app_name = "sessions"

one_session = [
    path("", sessions.session_detail, name="detail"),
    path("decide/", steering.session_decide, name="decide"),
    path("end/", steering.session_end, name="end"),
    path("cancel/", steering.session_cancel, name="cancel"),
    path("export/", sessions.session_export, name="export"),
    path("head/", fragments.session_head, name="head-partial"),
    path("status/", fragments.session_status, name="status-partial"),
    path("vitals/", fragments.session_vitals, name="vitals-partial"),
    path("actions/", fragments.session_actions, name="actions-partial"),
    path("steering/", fragments.session_steering, name="steering-partial"),
    path("stages/<int:number>/", fragments.session_stage, name="stage-partial"),
    path("agents/<int:task_id>/", fragments.session_agent, name="agent-partial"),
    path("feed/", fragments.session_feed, name="feed-partial"),
    path("tabs/", fragments.session_tabs, name="tabs-partial"),
    path("decisions/", fragments.session_decisions, name="decisions-partial"),
    path("artifacts/", fragments.session_artifacts, name="artifacts-partial"),
]

urlpatterns = [
    path("sessions/", sessions.session_list, name="list"),
    path("sessions/new/", sessions.session_new, name="new"),
    path("sessions/live/", fragments.live_now, name="live-partial"),
    path("sessions/<int:session_id>/", include(one_session)),
    path("artifacts/<int:artifact_id>/", artifacts.artifact_detail, name="artifact"),
    path("artifacts/<int:artifact_id>/raw/", artifacts.artifact_raw, name="artifact-raw"),
]
