// The modal on top of the person's stack, and the Home tab.

import { get, post } from "./api.js";
import { blocks } from "./blocks.js";
import { byId, h } from "./dom.js";
import { plain } from "./text.js";

let current = null;
const text = (holder, otherwise) => (holder ? plain(holder) : otherwise);

/** Show the modal the app has opened for this person, or none. */
export async function refreshModal() {
  const { view } = await get("modal");
  const dialog = byId("modal");
  if (!view) {
    current = null;
    if (dialog.open) dialog.close();
    return;
  }
  if (current?.view.id === view.id && current.view.hash === view.hash && dialog.open) return;
  // An updated modal keeps what was typed in the fields that are still there, as Slack does.
  const values = current?.view.id === view.id ? current.values : {};
  current = { view, values, errors: {}, place: { view_id: view.id } };
  draw();
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".modal-body :is(input, textarea, select, button)")?.focus();
}

function draw() {
  const { view } = current;
  byId("modal").replaceChildren(h("form", { method: "dialog", noValidate: true, onsubmit: submit },
    h("header", {},
      h("h2", { id: "modal-title" }, text(view.title, "")),
      h("button", { type: "button", className: "icon", "aria-label": "Close", onclick: () => leave(true) }, "✕")),
    h("div", { className: "modal-body blocks" }, blocks(view.blocks, current)),
    h("footer", {},
      h("p", { className: "error", role: "alert", id: "modal-error" }),
      h("button", { type: "button", className: "button", onclick: () => leave(false) }, text(view.close, view.submit ? "Cancel" : "Close")),
      view.submit ? h("button", { type: "submit", className: "button primary" }, text(view.submit)) : null)));
}

async function submit(event) {
  event.preventDefault();
  const surface = current;
  const button = event.currentTarget.querySelector('[type="submit"]');
  if (button.disabled) return;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  const answer = await post("submit", { view_id: surface.view.id, values: surface.values })
    .catch(() => ({ ok: false, shown: "The sandbox does not answer." }));
  if (surface !== current) return;
  surface.errors = answer.errors ?? {};
  if (!answer.ok) {
    draw();
    byId("modal-error").textContent = answer.errors ? "" : (answer.shown ?? answer.detail ?? answer.error);
    byId("modal").querySelector('[aria-invalid="true"]')?.focus();
  }
}

async function leave(everything) {
  await post("close", { everything });
}

export function wireModal() {
  byId("modal").addEventListener("cancel", (event) => {
    event.preventDefault();
    leave(true);
  });
}

/** The Home tab's content, as published. */
export async function refreshHome() {
  const { view } = await get("home");
  const nothing = h("p", { className: "nothing" }, "The app has not published a Home for you yet.");
  const surface = view && { place: { view_id: view.id }, values: {} };
  byId("home").replaceChildren(h("div", { className: "blocks" }, view ? blocks(view.blocks, surface) : nothing));
}
