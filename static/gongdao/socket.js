// News as it happens. The socket is a hint and the table is the truth: whatever the line does, "since N" brings every
// missed row in order, over the socket or, while it is down, by asking every 20 seconds.

const BACKOFF_FIRST = 1_000;
const BACKOFF_MOST = 30_000;
const POLL_EVERY = 20_000;
const BEAT_EVERY = 25_000;
const SILENCE_AT_MOST = 60_000;
const TOAST_FOR = 10_000;
const TOASTS_AT_ONCE = 3;
const SIGNED_OUT = new Set([4401, 4403]);

const page = document.body.dataset;
const one = (selector, root = document) => root.querySelector(selector);
const storeKey = `gongdao.seq.${page.user}`;

// Up to where this tab has told of news. What came between two pages was counted by the new page but told by neither,
// so the tab's own mark goes first; it cannot be ahead of what the server had given out when it drew the page.
const drawn = Number(page.seq);
let since = Math.min(Number(sessionStorage.getItem(storeKey) ?? drawn), drawn);

function mark(seq) {
  since = seq;
  sessionStorage.setItem(storeKey, String(seq));
}

const bell = one("[data-bell]");
const count = one("[data-bell-count]");
const words = one("[data-bell-words]");

function showCount(unread) {
  count.textContent = unread > 99 ? "99+" : unread;
  count.hidden = words.hidden = unread === 0;
}

// --- toasts ---------------------------------------------------------------------------------------------------------

const toasts = one("[data-toasts]");

function toast(title, body, link) {
  const item = one("#toast").content.cloneNode(true).firstElementChild;
  const anchor = one("[data-toast-link]", item);
  anchor.textContent = title;
  // Only addresses of this site: a message never leads elsewhere.
  const target = new URL(link || bell.href, location.origin);
  anchor.href = target.origin === location.origin ? target.href : bell.href;
  one("[data-toast-body]", item).textContent = body ?? "";
  one("[data-toast-close]", item).addEventListener("click", () => item.remove());
  let timer = setTimeout(() => item.remove(), TOAST_FOR);
  const stay = () => clearTimeout(timer);
  const go = () => {
    clearTimeout(timer);
    timer = setTimeout(() => item.remove(), TOAST_FOR);
  };
  item.addEventListener("mouseenter", stay);
  item.addEventListener("focusin", stay);
  item.addEventListener("mouseleave", go);
  item.addEventListener("focusout", go);
  toasts.append(item);
  while (toasts.children.length > TOASTS_AT_ONCE) toasts.firstElementChild.remove();
}

// --- news -----------------------------------------------------------------------------------------------------------

// Rows come one by one; those of a moment are told together, so that a night's backlog is one toast and not a hundred.
let waiting = [];
let telling = null;

function tell() {
  const news = waiting;
  waiting = [];
  telling = null;
  if (news.length > TOASTS_AT_ONCE) toast(`${news.length} ${one("#toast-many").content.textContent.trim()}`, "", bell.href);
  else news.forEach(({ title, body, link }) => toast(title, body, link));
  document.dispatchEvent(new CustomEvent("gongdao:notified", { detail: { count: news.length, news } }));
}

function take(row) {
  if (row.seq <= since) return;
  mark(row.seq);
  waiting.push(row);
  telling ??= setTimeout(tell, 150);
}

function ring({ seq, unread }) {
  showCount(unread);
  // Less than this tab has seen: another database answers, and its numbers count from now on.
  if (seq < since) mark(seq);
}

// --- the line -------------------------------------------------------------------------------------------------------

let socket = null;
let attempt = 0;
let heardAt = 0;
let retry = null;
let poll = null;
let over = false;

function showLine(state) {
  bell.dataset.live = state === "live" ? "up" : "down";
  one("[data-offline]").hidden = state !== "offline";
}

function signedOut() {
  over = true;
  clearTimeout(retry);
  clearInterval(poll);
  one("[data-offline]").hidden = true;
  one("[data-signed-out]").hidden = false;
}

async function ask() {
  if (!page.sinceUrl || over) return;
  try {
    const response = await fetch(`${page.sinceUrl}?seq=${since}`, { headers: { Accept: "application/json" }, redirect: "manual" });
    // A redirect is the login page.
    if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) return signedOut();
    if (!response.ok) throw new Error(response.status);
    const answer = await response.json();
    answer.messages.forEach(take);
    ring(answer);
    showLine("asking");
    if (answer.more && answer.messages.length) await ask();
  } catch {
    showLine("offline");
  }
}

function startAsking() {
  if (poll || over) return;
  ask();
  poll = setInterval(ask, POLL_EVERY);
}

function stopAsking() {
  clearInterval(poll);
  poll = null;
}

function connect() {
  if (over || socket) return;
  clearTimeout(retry);
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const line = (socket = new WebSocket(`${scheme}://${location.host}/ws/notifications/`));
  line.addEventListener("open", () => line.send(JSON.stringify({ type: "hello", since })));
  line.addEventListener("message", ({ data }) => {
    heardAt = Date.now();
    // The server has spoken: only now the line is known to work.
    attempt = 0;
    stopAsking();
    showLine("live");
    const message = JSON.parse(data);
    if (message.type === "notification") take(message);
    else if (message.type === "bell") ring(message);
    else if (message.type === "ping") line.send(JSON.stringify({ type: "pong" }));
  });
  line.addEventListener("close", ({ code }) => {
    if (line !== socket) return;
    socket = null;
    if (SIGNED_OUT.has(code)) return signedOut();
    startAsking();
    attempt += 1;
    const pause = Math.min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** (attempt - 1));
    // Half of it by chance: a thousand pages must not come back in the same second after a restart.
    retry = setTimeout(connect, pause / 2 + (Math.random() * pause) / 2);
  });
}

// A line can be dead without being closed (a laptop that slept, a router that forgot): silence counts as closed.
setInterval(() => {
  if (socket?.readyState !== WebSocket.OPEN) return;
  if (Date.now() - heardAt > SILENCE_AT_MOST) socket.close(4000);
  else socket.send(JSON.stringify({ type: "ping" }));
}, BEAT_EVERY);

addEventListener("online", connect);
addEventListener("offline", () => showLine("offline"));
// A page in the browser's memory keeps no line open; back on the screen, it goes on from where the tab is.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  since = Math.max(since, Number(sessionStorage.getItem(storeKey)));
  connect();
});
addEventListener("pagehide", () => {
  const line = socket;
  socket = null;
  line?.close();
});

mark(since);
connect();
