// One conversation: its messages and the thread beside it.

import { directory, get, me, nameOf, post } from "./api.js";
import { files, reactionMenu, reactions } from "./attachments.js";
import { blocks } from "./blocks.js";
import { dayOf } from "./clock.js";
import { byId, h } from "./dom.js";
import { drawLines } from "./lines.js";
import { openLead } from "./panels.js";
import { mrkdwn } from "./text.js";

// So many messages are on the page at most; the others come as one scrolls.
const WINDOW = 200;
const NEAR = 600;
export const open = { channel: null, thread: null };
const shown = new Map();
let unreadFrom = null;
let missed = null;
let loading = false;
let atEnd = true;
let following = true;

const scroller = () => byId("scroller");
const toBottom = () => (scroller().scrollTop = scroller().scrollHeight);
const below = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight;

/** Whoever reads the latest stays there when messages or panels change the height. */
export function follow() {
  scroller().addEventListener("scroll", () => {
    following = atEnd && below() < 80;
    if (scroller().scrollTop < NEAR) older();
    else if (below() < NEAR) newer();
    showJump();
  });
  const observer = new ResizeObserver(() => following && toBottom());
  observer.observe(scroller());
  observer.observe(byId("messages"));
  byId("latest").addEventListener("click", () => show(open.channel));
  setInterval(rule, 60_000);
}

/** Draw the lines anew: after a change of the list, and when today has become yesterday. */
function rule() {
  drawLines(byId("messages"), shown.values(), me.tz, { unreadFrom, fromStart: byId("older").hidden });
}

function showJump() {
  byId("latest").hidden = atEnd && below() < 1500;
}

/** Show a conversation's latest messages. */
export async function show(channel) {
  if (open.channel?.id !== channel.id) unreadFrom = null;
  open.channel = channel;
  const during = (missed = []);
  const found = await get("messages", { channel: channel.id });
  if (missed !== during) return;
  missed = null;
  unreadFrom = found.unread_from ?? unreadFrom;
  shown.clear();
  byId("messages").replaceChildren(...(found.messages ?? []).map((m) => item(m, channel.id)));
  byId("older").hidden = !found.has_more;
  if (!found.messages?.length) byId("messages").append(emptiness(channel));
  byId("composer-text").placeholder = `Message ${channel.kind === "im" ? channel.name : "#" + channel.name}`;
  following = atEnd = true;
  rule();
  during.forEach(take);
  toBottom();
  post("read", { channel: channel.id });
}

/** The messages before the first one on the page; the latest make room. */
export async function older() {
  if (byId("older").hidden) return;
  await load({ before: [...shown.keys()][0] }, (found, items) => {
    byId("messages").prepend(...items);
    reorder(items);
    byId("older").hidden = !found.has_more;
    if (drop([...shown.keys()].slice(WINDOW))) atEnd = false;
  });
}

async function newer() {
  if (atEnd) return;
  await load({ after: [...shown.keys()].at(-1) }, (found, items) => {
    byId("messages").append(...items);
    atEnd = !found.has_more;
    trim();
  });
}

/** Fetch a piece and let `place` put it in, while what is being read stays where it is. */
async function load(query, place) {
  if (loading) return;
  loading = true;
  const channel = open.channel;
  const found = await get("messages", { channel: channel.id, ...query });
  loading = false;
  if (channel !== open.channel) return;
  const top = scroller().getBoundingClientRect().top;
  const anchor = [...shown.values()].map((one) => one.node).find((node) => node.getBoundingClientRect().bottom > top);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  place(found, found.messages.map((m) => item(m, channel.id)));
  rule();
  if (anchor?.isConnected) scroller().scrollTop += anchor.getBoundingClientRect().top - before;
}

/** `shown` is in the order of the page: the nodes put in front come first. */
function reorder(items) {
  const first = new Set(items.map((node) => node.dataset.ts));
  const entries = [...shown.entries()];
  shown.clear();
  for (const [ts, one] of [...entries.filter(([key]) => first.has(key)), ...entries.filter(([key]) => !first.has(key))]) shown.set(ts, one);
}

function drop(many) {
  many.forEach(remove);
  return many.length > 0;
}

/** Take a live change into the list and the thread. */
export function take(change) {
  if (!open.channel || change.channel !== open.channel.id) return;
  if (missed) return missed.push(change);
  if (open.thread) takeInThread(change);
  if (change.kind === "message.deleted") {
    remove(change.ts);
    return rule();
  }
  const message = change.message;
  if (!message) return;
  if (message.thread_ts && message.thread_ts !== message.ts) return countReply(change.parent);
  const old = shown.get(message.ts);
  if (old) return replace(old, message);
  if (!atEnd) return;
  byId("messages").querySelector(".nothing")?.remove();
  const node = item(message, change.channel);
  node.classList.add("fresh");
  byId("messages").append(node);
  if (following) trim();
  rule();
  if (following) toBottom();
  else showJump();
  post("read", { channel: change.channel });
}

function replace(old, message) {
  const held = old.node.contains(document.activeElement) && document.activeElement.textContent;
  const node = item(message, open.channel.id);
  old.node.replaceWith(node);
  if (held) [...node.querySelectorAll("button")].find((b) => b.textContent === held)?.focus();
}

function remove(ts) {
  shown.get(ts)?.node.remove();
  shown.delete(ts);
}

/** Keep the list short while reading the latest; older messages can be loaded again. */
function trim() {
  if (drop([...shown.keys()].slice(0, Math.max(0, shown.size - WINDOW)))) byId("older").hidden = false;
}

function countReply(parent) {
  const old = parent && shown.get(parent.ts);
  if (old) replace(old, parent);
}

function item(message, channelId, inThread = false) {
  const surface = { place: { channel: channelId, ts: message.ts }, values: {} };
  const words = message.text ? [h("div", { className: "text" }, mrkdwn(message.text))] : [];
  const body = message.blocks?.length ? blocks(message.blocks, surface) : words;
  const author = nameOf(message.user);
  const isApp = message.bot_id || message.user === "USLACKBOT";
  const node = h("li", { className: `message${message.is_ephemeral ? " ephemeral" : ""}`, "data-ts": message.ts },
    h("div", { className: "avatar", "aria-hidden": "true", "data-hue": hue(message.user) }, initials(author)),
    h("div", { className: "content" },
      message.is_ephemeral ? h("p", { className: "only-you" }, "Only visible to you") : null,
      h("p", { className: "byline" }, h("strong", {}, author), isApp ? h("span", { className: "app-tag" }, "APP") : null,
        time(message.ts, inThread), message.edited && !message.blocks ? h("span", { className: "edited" }, "(edited)") : null),
      h("div", { className: "blocks" }, body, files(message)),
      reactions(message, channelId),
      !inThread && message.reply_count ? threadLink(message) : null),
    message.is_ephemeral ? null : h("div", { className: "tools" },
      reactionMenu(message, channelId), inThread || message.reply_count ? null : threadLink(message)));
  if (!inThread) shown.set(message.ts, { ts: message.ts, node });
  return node;
}

function threadLink(message) {
  const count = message.reply_count ?? 0;
  const words = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "Reply in thread";
  return h("button", { type: "button", className: "thread-link", onclick: () => openThread(message.ts) }, words);
}

const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => word[0] ?? "").join("").toUpperCase();
const hue = (id) => [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;

/** In a thread with the date, which the list has in its lines. */
function time(ts, dated) {
  const at = new Date(Number(ts) * 1000);
  const today = dayOf(ts, me.tz) === dayOf(Date.now() / 1000, me.tz);
  const options = dated && !today ? { dateStyle: "medium", timeStyle: "short" } : { timeStyle: "short" };
  const words = at.toLocaleString("en-GB", { timeZone: me.tz, ...options });
  return h("time", { dateTime: at.toISOString(), title: `${at.toISOString()} · ts ${ts}` }, words);
}

function emptiness(channel) {
  const direct = channel.kind === "im";
  const commands = directory.commands.map((one) => one.name).join(" or ");
  return h("li", { className: "nothing" },
    h("strong", {}, direct ? `You and ${channel.name}` : `# ${channel.name}`),
    h("span", {}, direct ? "What the app has for you alone arrives here." : "Nothing has been said here yet."),
    commands ? h("span", {}, `Say something below, or try ${commands}.`) : null,
    directory.intake ? h("button", { type: "button", className: "button", onclick: openLead }, "Send a sample lead") : null);
}

// The thread

async function openThread(ts) {
  open.thread = ts;
  const found = await get("messages", { channel: open.channel.id, thread: ts });
  byId("thread-messages").replaceChildren(...(found.messages ?? []).map((m) => item(m, open.channel.id, true)));
  byId("thread").hidden = false;
  byId("thread-text").focus();
}

export function closeThread() {
  open.thread = null;
  byId("thread").hidden = true;
}

function takeInThread(change) {
  const message = change.message;
  const ours = message ? message.thread_ts === open.thread || message.ts === open.thread : change.kind === "message.deleted";
  if (ours) openThread(open.thread);
}
