// Which regions of the page an event concerns. The socket carries facts; regions fetch their own markup.
export function topicsOf(event) {
  const { type, data } = event;
  const topics = ["feed"];
  if (data === null) return topics;
  if (data.task_id !== undefined) topics.push(`task-${data.task_id}`);
  if (type.startsWith("stage_")) topics.push(`stage-${data.stage}`, "head");
  if (type.startsWith("session_")) topics.push("head", "vitals", "steering", "actions", "side");
  if (type.startsWith("agent_task_")) topics.push("head", "vitals", "side");
  if (type === "llm_call_finished") topics.push("vitals");
  if (type === "decision_recorded") topics.push("vitals", "tabs", "decisions");
  if (type === "artifact_written" || type === "check_finished") topics.push("vitals", "tabs", "artifacts");
  return topics;
}

export const ENDINGS = new Set(["session_completed", "session_failed", "session_cancelled"]);
