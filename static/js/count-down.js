// count-down: says how much time is left, in words; it starts from the seconds that the server wrote and decides nothing.
const WORDS = [
  [86_400, "day"],
  [3_600, "h"],
  [60, "min"],
];

export function inWords(seconds) {
  for (const [length, word] of WORDS) {
    const number = Math.round(seconds / length);
    if (seconds >= length) return word === "day" ? `${number} day${number === 1 ? "" : "s"}` : `${number} ${word}`;
  }
  return `${Math.max(Math.floor(seconds), 0)} s`;
}

class CountDown extends HTMLElement {
  connectedCallback() {
    this.ends = performance.now() + Number(this.dataset.seconds) * 1000;
    this.timer = setInterval(() => this.show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const left = (this.ends - performance.now()) / 1000;
    this.textContent = left > 0 ? `in ${inWords(left)}` : "at any moment";
  }
}

customElements.define("count-down", CountDown);
