// agent-progress: shows what a running agent writes at the moment. The words come from a model, so they are only text.
class AgentProgress extends HTMLElement {
  connectedCallback() {
    this.session = this.closest("live-session");
    this.listener = (event) => this.show(event.detail);
    this.session?.addEventListener("progress", this.listener);
  }

  disconnectedCallback() {
    this.session?.removeEventListener("progress", this.listener);
  }

  show(progress) {
    if (String(progress.task_id) !== this.dataset.task) return;
    this.querySelector("[data-words]").textContent = progress.words || progress.step;
    this.querySelector("[data-tokens]").textContent = progress.tokens;
  }
}

customElements.define("agent-progress", AgentProgress);
