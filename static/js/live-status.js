// live-status: says beside the session whether its page is live, reconnects, or shows an old state.
const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const WORDS = {
  connecting: ["warn", "Connecting"],
  live: ["", "Live"],
  reconnecting: ["warn", "Reconnecting"],
  offline: ["off", "Offline"],
  refused: ["off", "Signed out"],
  ended: ["idle", "Ended"],
};

class LiveStatus extends HTMLElement {
  connectedCallback() {
    this.session = document.getElementById(this.getAttribute("for"));
    this.listener = (event) => this.show(event.detail);
    this.session?.addEventListener("live-state", this.listener);
    if (this.session?.dataset.state) this.show({ state: this.session.dataset.state });
  }

  disconnectedCallback() {
    this.session?.removeEventListener("live-state", this.listener);
  }

  show({ state, since }) {
    const [tone, word] = WORDS[state];
    this.querySelector(".pulse").className = `pulse ${tone}`;
    this.querySelector("[data-word]").textContent = word;
    this.hidden = false;
    const bar = document.getElementById(this.dataset.bar);
    if (!bar) return;
    bar.hidden = state !== "offline" && state !== "refused";
    if (bar.hidden) return;
    const reason = state === "refused" ? "You no longer see this session live. Load the page again." : "No connection. It is tried again and again.";
    bar.querySelector("[data-reason]").textContent = reason;
    bar.querySelector("[data-since]").textContent = `This is the state at ${TIME.format(since ?? new Date())}.`;
  }
}

customElements.define("live-status", LiveStatus);
