// local-time: puts the server's UTC time into the reader's zone: 14:18 today, else 18 Nov.
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "medium" });

class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const at = new Date(time?.dateTime ?? "");
    if (Number.isNaN(at.getTime())) return;
    const isToday = at.toDateString() === new Date().toDateString();
    time.textContent = (isToday ? CLOCK : DAY).format(at);
    time.title = FULL.format(at);
  }
}

customElements.define("local-time", LocalTime);
