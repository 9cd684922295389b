// elapsed-time: counts on from the seconds that the server wrote, so a wrong clock in the browser does not matter.
class ElapsedTime extends HTMLElement {
  connectedCallback() {
    this.began = performance.now() - Number(this.dataset.seconds) * 1000;
    this.timer = setInterval(() => this.show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const seconds = Math.floor((performance.now() - this.began) / 1000);
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    this.textContent = hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  }
}

customElements.define("elapsed-time", ElapsedTime);
