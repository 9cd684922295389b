// live-session: turns each event of a session into DOM events for the regions it concerns.
//
// A region listens with hx-trigger="<topic> from:closest live-session". Events come in bursts, so a topic is told at
// most once in 250 ms; a region whose menu is open or whose form holds unsent input waits until it is free.
// Sends `session-event` (detail: the event), `progress` (detail: a running agent's words) and `live-state`.
import { connectEvents } from "./event-socket.js";
import { ENDINGS, topicsOf } from "./topics.js";

const PAUSE = 250;
const OFFLINE_AFTER = 5_000;

const isTouched = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;

class LiveSession extends HTMLElement {
  connectedCallback() {
    this.waiting = new Set();
    this.told = new Map();
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.addEventListener("htmx:responseError", (event) => this.failed(event.detail.elt, true), { signal });
    this.addEventListener("htmx:sendError", (event) => this.failed(event.detail.elt, true), { signal });
    this.addEventListener("htmx:beforeSwap", (event) => this.holdBack(event.detail), { signal });
    this.addEventListener("htmx:afterSwap", (event) => this.failed(event.target, false), { signal });
    this.addEventListener("click", (event) => event.target.closest("[data-try-now]") && this.stream?.tryNow(), { signal });
    if (this.dataset.address) this.connect();
  }

  disconnectedCallback() {
    this.abort.abort();
    this.stream?.close();
    clearTimeout(this.flushing);
    clearTimeout(this.givingUp);
  }

  connect() {
    this.say("connecting");
    this.stream = connectEvents(this.dataset.address, Number(this.dataset.after), {
      onEvent: (event) => this.receive(event),
      onFrame: (frame) => frame.type === "agent_progress" && this.tell("progress", frame.data),
      onState: (state) => this.say(state),
    });
  }

  receive(event) {
    this.tell("session-event", event);
    for (const topic of topicsOf(event)) this.waiting.add(topic);
    this.schedule();
    if (ENDINGS.has(event.type)) {
      this.stream.close();
      this.say("ended");
    }
  }

  schedule(pause = 0) {
    this.flushing ??= setTimeout(() => this.flush(), pause);
  }

  flush() {
    this.flushing = undefined;
    if (this.lostAt) return; // Nobody would answer; the way back to "live" asks for all of it.
    const now = performance.now();
    for (const topic of [...this.waiting]) {
      if (now - (this.told.get(topic) ?? -PAUSE) < PAUSE || this.isBusy(topic)) continue;
      this.waiting.delete(topic);
      this.told.set(topic, now);
      this.tell(topic);
    }
    if (this.waiting.size) this.schedule(PAUSE);
  }

  isBusy(topic) {
    const region = this.querySelector(`[data-topic~="${topic}"]`);
    return region !== null && this.isInUse(region);
  }

  isInUse(region) {
    if (region.querySelector("details.menu[open]")) return true;
    return [...region.querySelectorAll("textarea, input:not([type=hidden])")].some(isTouched);
  }

  // What was asked for before somebody opened the menu comes too late: the region asks again when it is free.
  holdBack(swap) {
    const region = swap.target;
    if (swap.requestConfig?.elt !== region || !region.dataset.topic || !this.isInUse(region)) return;
    swap.shouldSwap = false;
    for (const topic of region.dataset.topic.split(" ")) this.waiting.add(topic);
    this.schedule(PAUSE);
  }

  say(state) {
    clearTimeout(this.givingUp);
    if (state === "reconnecting") {
      this.lostAt ??= new Date();
      const left = Math.max(OFFLINE_AFTER - (Date.now() - this.lostAt), 0);
      this.givingUp = setTimeout(() => this.show("offline"), left);
      if (this.dataset.state === "offline") return;
    } else if (state !== "connecting") {
      this.lostAt = undefined;
    }
    this.show(state);
    if (state === "live" && this.waiting.size) this.schedule();
  }

  show(state) {
    this.dataset.state = state;
    this.tell("live-state", { state, since: this.lostAt });
  }

  // A region that could not be fetched keeps what it shows, looks stale, and is asked for again with the next event.
  failed(region, isStale) {
    if (!(region instanceof Element) || !region.hasAttribute("data-topic")) return;
    region.toggleAttribute("data-stale", isStale);
    if (isStale) for (const topic of region.dataset.topic.split(" ")) this.waiting.add(topic);
    if (isStale) this.schedule(OFFLINE_AFTER);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define("live-session", LiveSession);
