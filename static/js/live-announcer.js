// live-announcer: tells a screen reader what matters, at most once in five seconds; the feed itself is not read out.
const PAUSE = 5_000;
const SENTENCES = {
  stage_started: (data) => `Stage ${data.stage} has started.`,
  stage_completed: (data) => `Stage ${data.stage} is complete.`,
  stage_failed: (data) => `Stage ${data.stage} failed.`,
  agent_task_failed: (data) => `${data.agent_name} failed: ${data.error}`,
  gate_opened: (data) => `Gate ${data.stage} is open and waits for a person.`,
  gate_approved: (data) => (data.by ? `${data.by} approved gate ${data.stage}.` : `Gate ${data.stage} passed by itself.`),
  gate_rejected: (data) => `${data.by} sent stage ${data.stage} back.`,
  question_asked: (data) => `An agent asks: ${data.text}`,
  question_answered: (data) => `${data.by} answered a question.`,
  question_defaulted: () => "A question was left open, so its default is taken.",
  budget_warned: () => "Four fifths of the budget are used.",
  session_resumed: () => "The session goes on.",
  session_paused: () => "The session is paused.",
  session_completed: () => "The session is complete.",
  session_failed: () => "The session failed.",
  session_cancelled: () => "The session was cancelled.",
};

class LiveAnnouncer extends HTMLElement {
  connectedCallback() {
    this.sentences = [];
    this.session = this.closest("live-session");
    this.listener = (event) => this.hear(event.detail);
    this.session?.addEventListener("session-event", this.listener);
  }

  disconnectedCallback() {
    this.session?.removeEventListener("session-event", this.listener);
    clearTimeout(this.timer);
  }

  hear({ type, data }) {
    const sentence = data && SENTENCES[type]?.(data);
    if (!sentence) return;
    this.sentences.push(sentence);
    this.timer ??= setTimeout(() => this.speak(), this.spoken ? PAUSE : 0);
  }

  speak() {
    this.timer = undefined;
    const [latest, earlier] = [this.sentences.at(-1), this.sentences.length - 1];
    this.textContent = earlier ? `${latest} ${earlier} more before it.` : latest;
    this.sentences = [];
    this.spoken = true;
  }
}

customElements.define("live-announcer", LiveAnnouncer);
