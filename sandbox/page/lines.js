// The lines between messages: the day's name above its first message, "New" above the first unread one.

import { dayName, dayOf } from "./clock.js";
import { h } from "./dom.js";

/**
 * Put the lines where they belong among messages {ts, node} in the order of the page, and take away
 * the others. A line that stays is left alone, so that it is not read aloud again.
 * `unreadFrom` is the ts of the first unread message; `fromStart` says that nothing came before these.
 */
export function drawLines(list, messages, zone, { unreadFrom, fromStart }) {
  for (const line of list.querySelectorAll(".line")) {
    if (!line.nextElementSibling?.matches(".message")) line.remove();
  }
  const today = dayOf(Date.now() / 1000, zone);
  let before = null;
  for (const { ts, node } of messages) {
    const day = dayOf(ts, zone);
    const isNew = unreadFrom && startsUnread(before?.ts, ts, unreadFrom, fromStart);
    put(node, { day: day === before?.day ? "" : dayName(day, today), isNew });
    before = { ts, day };
  }
}

/** The first unread message may be deleted, or not on the page yet. */
function startsUnread(before, ts, unreadFrom, fromStart) {
  if (ts === unreadFrom) return true;
  return ts > unreadFrom && (before ? before < unreadFrom : fromStart);
}

function put(node, { day, isNew }) {
  const there = node.previousElementSibling?.matches(".line") ? node.previousElementSibling : null;
  const name = [day, isNew ? "new messages" : ""].filter(Boolean).join(", ");
  if (there?.getAttribute("aria-label") === name) return;
  there?.remove();
  if (!name) return;
  node.before(h("li", { className: `line${isNew ? " new" : ""}`, role: "separator", "aria-label": name },
    day ? h("span", { className: "day" }, day) : null, isNew ? h("span", { className: "mark" }, "New") : null));
}
