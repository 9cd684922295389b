"""The tables of a run; one file per subject."""

from sessions_app.models.agent_task import AgentSnapshot, AgentTask, TaskStatus
from sessions_app.models.artifact import Artifact, ArtifactCheck, ArtifactVersion, CheckSeverity, CheckStatus
from sessions_app.models.decision import DecisionStatus, SessionDecision, TaskDecision
from sessions_app.models.event import ChainCheckpoint, SessionEvent
from sessions_app.models.gate import Gate, GateStatus
from sessions_app.models.llm_call import CallStatus, LLMCall
from sessions_app.models.question import Question
from sessions_app.models.requirement import Requirement
from sessions_app.models.session import ExecutionSession, SessionStatus
from sessions_app.models.stage import Stage, StageStatus
from sessions_app.models.worker import WorkerHeartbeat

__all__ = [
    "AgentSnapshot",
    "AgentTask",
    "Artifact",
    "ArtifactCheck",
    "ArtifactVersion",
    "CallStatus",
    "ChainCheckpoint",
    "CheckSeverity",
    "CheckStatus",
    "DecisionStatus",
    "ExecutionSession",
    "Gate",
    "GateStatus",
    "LLMCall",
    "Question",
    "Requirement",
    "SessionDecision",
    "SessionEvent",
    "SessionStatus",
    "Stage",
    "StageStatus",
    "TaskDecision",
    "TaskStatus",
    "WorkerHeartbeat",
]
