// A session's events in order, each exactly once, over a socket that comes back by itself.
//
// `connectEvents(address, after, handlers)` resumes after the last number it has seen; the server sends from its
// database what was missed. A gap closes the socket, so that the next one heals it.
// handlers: onEvent(event with seq), onFrame(frame without seq), onState("live" | "reconnecting" | "refused").
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const REFUSED = new Set([4400, 4401, 4403, 4404]);

export function connectEvents(address, after, { onEvent, onFrame, onState }) {
  let last = after;
  let wait = FIRST_WAIT;
  let socket = null;
  let timer = null;
  let closed = false;

  function open() {
    clearTimeout(timer);
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("after", last);
    socket = new WebSocket(url);
    socket.addEventListener("message", (message) => receive(JSON.parse(message.data)));
    socket.addEventListener("close", (event) => lost(event.code));
  }

  function receive(frame) {
    if (frame.type === "hello") {
      wait = FIRST_WAIT;
      onState("live");
    } else if (frame.seq === undefined) {
      onFrame(frame);
    } else if (frame.seq === last + 1) {
      last = frame.seq;
      onEvent(frame);
    } else if (frame.seq > last) {
      socket.close();
    }
  }

  function lost(code) {
    if (closed) return;
    if (REFUSED.has(code)) {
      closed = true;
      onState("refused");
      return;
    }
    onState("reconnecting");
    // Spread out, so that a server that comes back is not met by all browsers at once.
    timer = setTimeout(open, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function tryNow() {
    if (closed || socket.readyState <= WebSocket.OPEN) return;
    wait = FIRST_WAIT;
    open();
  }

  function close() {
    closed = true;
    clearTimeout(timer);
    removeEventListener("online", tryNow);
    socket.close();
  }

  addEventListener("online", tryNow);
  open();
  return { close, tryNow };
}
