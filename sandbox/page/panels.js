// Beside the workspace: the traffic inspector, the faults, the sample lead.

import { get, post } from "./api.js";
import { byId, h, later } from "./dom.js";

const KEPT = 200;
let last = 0;

const FIELDS = [
  ["first_name", "First name", "Grace"], ["last_name", "Last name", "Hopper"],
  ["email", "E-mail", "grace.hopper@navy.example"], ["phone", "Phone", "+1 202 555 0143"],
  ["company", "Company", "Navy Research"], ["website", "Website", "https://navy.example"],
  ["job_title", "Job title", "Director of Engineering"], ["country", "Country", "United States"],
  ["company_size", "Company size", "250"], ["message", "Message", "Please show us a demo next week."],
];

export function wirePanels() {
  byId("toggle-inspector").addEventListener("click", () => toggle());
  byId("close-inspector").addEventListener("click", () => toggle());
  byId("faults").addEventListener("submit", arm);
  byId("open-lead").addEventListener("click", openLead);
}

function toggle() {
  const panel = byId("inspector");
  panel.hidden = !panel.hidden;
  byId("toggle-inspector").setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden) refreshTraffic();
}

export const refreshTraffic = later(async () => {
  if (byId("inspector").hidden) return;
  const list = byId("exchanges");
  const { exchanges } = await get("traffic", { after: last });
  for (const one of exchanges.filter((e) => e.id > last)) {
    list.prepend(exchange(one));
    last = one.id;
  }
  while (list.children.length > KEPT) list.lastChild.remove();
});

function exchange(one) {
  const arrow = one.direction === "to app" ? "→ app" : "← app";
  const look = one.status === "ok" ? "" : " bad";
  const payload = { request: one.request, response: one.response };
  const details = h("details", {}, h("summary", {},
    h("time", {}, one.at.slice(11, 23)), h("span", { className: "direction" }, arrow),
    h("span", { className: "name" }, one.name), h("span", { className: `status${look}` }, one.status),
    h("span", { className: "ms" }, `${one.ms} ms`)));
  details.addEventListener("toggle", () => {
    if (details.open && !details.querySelector("pre")) details.append(h("pre", { tabIndex: 0 }, JSON.stringify(payload, null, 2)));
  });
  return h("li", { className: one.direction === "to app" ? "in" : "out" }, details);
}

async function arm(event) {
  event.preventDefault();
  const form = new FormData(event.currentTarget);
  const wish = { kind: form.get("kind"), method: form.get("method"), times: Number(form.get("times")) };
  const { armed } = await post("faults", wish);
  byId("armed").textContent = (armed ?? []).map((f) => `${f.kind} ${f.target} ×${f.times}`).join(", ") || "none armed";
}

export function openLead() {
  const dialog = byId("lead");
  const result = h("pre", { role: "status", className: "result", hidden: true });
  const rows = FIELDS.map(([name, label, value]) => h("label", { className: "input" }, h("span", { className: "label" }, label),
    name === "message" ? h("textarea", { name, className: "field", rows: 3, value }) : h("input", { name, className: "field", value })));
  const send = async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget));
    result.hidden = false;
    result.textContent = "Sending…";
    const answer = await post("intake", { fields });
    result.textContent = answer.ok ? `${answer.status}\n${answer.body}` : (answer.detail ?? answer.error);
  };
  dialog.replaceChildren(h("form", { onsubmit: send },
    h("header", {}, h("h2", { id: "lead-title" }, "Send a sample lead"),
      h("button", { type: "button", className: "icon", "aria-label": "Close", onclick: () => dialog.close() }, "✕")),
    h("div", { className: "modal-body two-columns" }, rows, result),
    h("footer", {}, h("button", { type: "button", className: "button", onclick: () => dialog.close() }, "Close"),
      h("button", { type: "submit", className: "button primary" }, "Send"))));
  dialog.showModal();
}
