// Which regions of the page an event concerns. The socket carries facts; regions fetch their own markup.
const STOPS_OR_GOES = new Set(["session_paused", "session_resumed"]);
const CHANGES_THE_WAY_ON = new Set(["agent_task_failed", "agent_task_cancelled", "agent_task_retried"]);

export function topicsOf(event) {
  const { type, data } = event;
  const topics = ["feed"];
  if (data === null) return topics;
  if (data.task_id !== undefined) topics.push(`task-${data.task_id}`);
  if (type.startsWith("stage_")) topics.push(`stage-${data.stage}`, `gate-${data.stage}`, "head");
  if (type === "stage_reviewed") topics.push("vitals", "tabs", "quality", "attention");
  if (type.startsWith("session_")) topics.push("head", "vitals", "steering", "actions", "attention", "side");
  if (STOPS_OR_GOES.has(type)) topics.push("tasks");
  if (type === "session_changed") topics.push("gates");
  if (type.startsWith("agent_task_")) topics.push("head", "vitals", "side");
  if (CHANGES_THE_WAY_ON.has(type)) topics.push("attention", "actions");
  if (type === "llm_call_finished") topics.push("vitals", "tabs", "calls");
  if (type.startsWith("budget_")) topics.push("vitals", "attention");
  if (type.startsWith("gate_")) {
    topics.push(`gate-${data.stage}`, `stage-${data.stage}`, "attention", "actions", "head", "side");
    // Whoever works again is named by role; that round's tasks have no event of their own yet.
    if (type === "gate_rejected") topics.push("tasks", "vitals", "tabs", "quality");
  }
  if (type.startsWith("question_")) topics.push("attention", "questions", "tabs", "head", "side");
  if (type === "decision_recorded" || type === "decision_superseded") topics.push("vitals", "tabs", "decisions");
  if (type === "artifact_written" || type === "check_finished") topics.push("vitals", "tabs", "artifacts");
  return topics;
}

// A failed session can be retried, by somebody else too, so its page goes on listening.
export const ENDINGS = new Set(["session_completed", "session_cancelled"]);
