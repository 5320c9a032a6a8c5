// What every element does: keep what was entered, and tell the app.

import { post } from "./api.js";
import { byId, h } from "./dom.js";
import { plain, rich } from "./text.js";

export const textOf = (holder) => (holder ? plain(holder) : "");

export function enter(surface, block, one, value) {
  (surface.values[block.block_id] ??= {})[one.action_id] = value;
}

export const entered = (surface, block, one) => surface.values[block.block_id]?.[one.action_id];

export const labelOf = (one, block) =>
  one.accessibility_label ?? (textOf(one.text) || textOf(block.label) || textOf(one.placeholder) || one.action_id);

/** Send an action and show a warning beside the element when the app did not answer. */
export async function act(node, one, block, surface, value) {
  if (one.confirm && !(await confirmed(one.confirm))) return false;
  node.setAttribute("aria-busy", "true");
  node.parentElement?.querySelector(":scope > .failed")?.remove();
  const answer = await post("click", {
    ...surface.place, action_id: one.action_id, block_id: block.block_id, value, values: surface.values,
  }).catch(() => ({ ok: false, shown: "The sandbox does not answer." }));
  node.removeAttribute("aria-busy");
  if (!answer.ok) node.after(warning(answer));
  return answer.ok;
}

function warning(answer) {
  const reason = answer.shown ?? answer.detail ?? answer.error;
  return h("span", { className: "failed", role: "alert", title: answer.error ?? "" }, `⚠️ ${reason}`);
}

function confirmed(confirm) {
  const dialog = byId("confirm");
  const look = confirm.style === "danger" ? "danger" : "primary";
  return new Promise((resolve) => {
    const done = (yes) => {
      dialog.close();
      resolve(yes);
    };
    dialog.oncancel = () => resolve(false);
    dialog.replaceChildren(
      h("header", {}, h("h2", { id: "confirm-title" }, textOf(confirm.title))),
      h("div", { className: "modal-body" }, rich(confirm.text)),
      h("footer", {},
        h("button", { type: "button", className: "button", onclick: () => done(false) }, textOf(confirm.deny)),
        h("button", { type: "button", className: `button ${look}`, onclick: () => done(true) }, textOf(confirm.confirm))),
    );
    dialog.showModal();
  });
}

/** Keep what was chosen; outside input blocks (or with dispatch_action) tell the app. */
export function changed(node, one, block, surface, value) {
  enter(surface, block, one, value);
  if (block.type === "input" ? block.dispatch_action : value) act(node, one, block, surface, value);
}
