// The interactive elements. Each maker takes (element, block, surface) and returns a node.
// A surface is {place, values, input}: where it is, what was entered, and whether in an input block.

import { directory, post } from "./api.js";
import { byId, h, later, safeUrl } from "./dom.js";
import { menu } from "./menus.js";
import { plain, rich } from "./text.js";

const MAKERS = {
  button, overflow,
  static_select: select, users_select: select, multi_static_select: select, multi_users_select: select,
  external_select: externalSelect,
  datepicker: (e, b, s) => picker("date", e.initial_date, e, b, s),
  timepicker: (e, b, s) => picker("time", e.initial_time, e, b, s),
  checkboxes: choices, radio_buttons: choices,
  plain_text_input: typed, email_text_input: typed, url_text_input: typed, number_input: typed,
  image: (e) => h("img", { src: safeUrl(e.image_url) ?? "", alt: e.alt_text, className: "thumb" }),
};

export function element(one, block, surface) {
  const maker = MAKERS[one.type];
  return maker ? maker(one, block, surface) : h("em", {}, `(${one.type})`);
}

const textOf = (holder) => (holder ? plain(holder) : "");

function enter(surface, block, one, value) {
  (surface.values[block.block_id] ??= {})[one.action_id] = value;
}

const entered = (surface, block, one) => surface.values[block.block_id]?.[one.action_id];

const labelOf = (one, block) =>
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

function button(one, block, surface) {
  const press = async (event) => {
    const href = one.url && safeUrl(one.url);
    if (href) window.open(href, "_blank", "noopener");
    await act(event.currentTarget, one, block, surface);
  };
  return h("button", {
    type: "button", className: `button ${one.style ?? ""}`, "aria-label": one.accessibility_label, onclick: press,
  }, textOf(one.text));
}

function overflow(one, block, surface) {
  const items = one.options.map((option) => [textOf(option.text), {}, (box) => {
    const href = option.url && safeUrl(option.url);
    if (href) window.open(href, "_blank", "noopener");
    act(box, one, block, surface, option.value);
  }]);
  return menu("overflow", { "aria-label": "More actions", className: "button" }, "⋯", items);
}

/** Options as {value, label} in groups: the app's own, or the people. */
function groupsOf(one) {
  if (one.type.endsWith("users_select")) {
    const people = [...directory.people.values()].map((p) => ({ value: p.id, label: p.name }));
    return [{ label: "", options: people }];
  }
  const listed = (options) => options.map((o) => ({ value: o.value, label: textOf(o.text) }));
  if (!one.option_groups) return [{ label: "", options: listed(one.options ?? []) }];
  return one.option_groups.map((g) => ({ label: textOf(g.label), options: listed(g.options) }));
}

function initialOf(one) {
  if (one.initial_options) return one.initial_options.map((option) => option.value);
  return one.initial_users ?? one.initial_option?.value ?? one.initial_user ?? "";
}

function select(one, block, surface) {
  const multiple = one.type.startsWith("multi_");
  const now = [entered(surface, block, one) ?? initialOf(one)].flat();
  const node = h("select", { multiple, "aria-label": labelOf(one, block), className: "field" });
  if (!multiple) node.append(h("option", { value: "" }, textOf(one.placeholder) || "Choose…"));
  for (const group of groupsOf(one)) {
    const options = group.options.map((o) => h("option", { value: o.value, selected: now.includes(o.value) }, o.label));
    node.append(...(group.label ? [h("optgroup", { label: group.label }, options)] : options));
  }
  node.addEventListener("change", () => {
    const chosen = [...node.selectedOptions].map((option) => option.value);
    changed(node, one, block, surface, multiple ? chosen : chosen[0]);
  });
  return node;
}

/** Keep what was chosen; outside input blocks (or with dispatch_action) tell the app. */
function changed(node, one, block, surface, value) {
  enter(surface, block, one, value);
  if (block.type === "input" ? block.dispatch_action : value) act(node, one, block, surface, value);
}

function externalSelect(one, block, surface) {
  const now = entered(surface, block, one) ?? one.initial_option;
  const list = h("ul", { role: "listbox", className: "menu", hidden: true, id: `list-${block.block_id}` });
  const input = h("input", {
    type: "text", className: "field", role: "combobox", "aria-label": labelOf(one, block),
    "aria-expanded": "false", "aria-controls": list.id, placeholder: textOf(one.placeholder) || "Search…",
    value: now ? textOf(now.text) : "", autocomplete: "off",
  });
  const show = (shown) => {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
  };
  const choose = (option) => {
    input.value = textOf(option.text);
    show(false);
    changed(input, one, block, surface, option);
  };
  const search = later(async () => {
    if (input.value.length < (one.min_query_length ?? 3)) return;
    const names = { action_id: one.action_id, block_id: block.block_id, query: input.value };
    const found = await post("suggest", { ...surface.place, ...names });
    const options = (found.options ?? []).map((option) => h("li", { role: "option", tabIndex: -1,
      onclick: () => choose(option), onkeydown: (event) => event.key === "Enter" && choose(option) }, textOf(option.text)));
    list.replaceChildren(...(options.length ? options : [h("li", { className: "none" }, found.ok ? "No results" : "⚠️ No answer")]));
    show(true);
  }, 150);
  input.addEventListener("input", search);
  input.addEventListener("focus", search);
  const box = h("div", { className: "combo" }, input, list);
  box.addEventListener("keydown", (event) => walk(event, list, input, show));
  box.addEventListener("focusout", (event) => box.contains(event.relatedTarget) || setTimeout(() => show(false), 150));
  return box;
}

/** Arrow keys and Escape in a list of options. */
function walk(event, list, input, show) {
  const options = [...list.querySelectorAll('[role="option"]')];
  const at = options.indexOf(document.activeElement);
  if (event.key === "ArrowDown") options[Math.min(at + 1, options.length - 1)]?.focus();
  else if (event.key === "ArrowUp") (options[at - 1] ?? input).focus();
  else if (event.key === "Escape" && !list.hidden) show(false);
  else if (event.key === "Enter" && at < 0 && options.length === 1) options[0].click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function picker(type, initial, one, block, surface) {
  return h("input", {
    type, className: "field", "aria-label": labelOf(one, block), value: entered(surface, block, one) ?? initial ?? "",
    onchange: (event) => changed(event.currentTarget, one, block, surface, event.currentTarget.value),
  });
}

function choices(one, block, surface) {
  const many = one.type === "checkboxes";
  const now = [entered(surface, block, one) ?? initialOf(one)].flat();
  const group = h("fieldset", { className: "choices" }, h("legend", { className: "hidden" }, labelOf(one, block)));
  const name = `${surface.place.view_id ?? surface.place.ts}-${block.block_id}-${one.action_id}`;
  for (const option of one.options) {
    const box = h("input", { type: many ? "checkbox" : "radio", name, value: option.value, checked: now.includes(option.value) });
    const words = h("span", {}, rich(option.text), option.description ? h("small", {}, rich(option.description)) : null);
    group.append(h("label", {}, box, words));
  }
  group.addEventListener("change", () => {
    const checked = [...group.querySelectorAll("input:checked")].map((box) => box.value);
    changed(group, one, block, surface, many ? checked : checked[0]);
  });
  return group;
}

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text", plain_text_input: "text" };

function typed(one, block, surface) {
  const node = h(one.multiline ? "textarea" : "input", {
    className: "field", "aria-label": labelOf(one, block), placeholder: textOf(one.placeholder),
    value: entered(surface, block, one) ?? one.initial_value ?? "", autofocus: one.focus_on_load,
  });
  if (one.multiline) node.rows = 4;
  else node.type = TYPES[one.type];
  if (one.type === "number_input") node.inputMode = "decimal";
  if (one.max_length) node.maxLength = one.max_length;
  node.addEventListener("input", () => enter(surface, block, one, node.value));
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && block.dispatch_action && !one.multiline) {
      event.preventDefault();
      act(node, one, block, surface, node.value);
    }
  });
  return node;
}

