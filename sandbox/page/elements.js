// The interactive elements. Each maker takes (element, block, surface) and returns a node.
// A surface is {place, values, input}: where it is, what was entered, and whether in an input block.

import { act, changed, enter, entered, labelOf, textOf } from "./acting.js";
import { me } from "./api.js";
import { instant, wallTime } from "./clock.js";
import { h, pictureUrl, safeUrl } from "./dom.js";
import { externalSelect } from "./external.js";
import { menu } from "./menus.js";
import { groupsOf, initialOf } from "./options.js";

const MAKERS = {
  button, overflow,
  static_select: select, users_select: select, conversations_select: select, channels_select: select,
  multi_static_select: choices, multi_users_select: choices, multi_conversations_select: choices, multi_channels_select: choices,
  external_select: externalSelect, multi_external_select: externalSelect,
  datepicker: (e, b, s) => picker("date", e.initial_date, e, b, s),
  timepicker: (e, b, s) => picker("time", e.initial_time, e, b, s),
  datetimepicker: dateTime,
  checkboxes: choices, radio_buttons: choices,
  plain_text_input: typed, email_text_input: typed, url_text_input: typed, number_input: typed,
  image: (e) => h("img", { src: pictureUrl(e), alt: e.alt_text, className: "thumb" }),
};

export function element(one, block, surface) {
  const maker = MAKERS[one.type];
  return maker ? maker(one, block, surface) : h("em", {}, `(${one.type})`);
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

function select(one, block, surface) {
  const now = entered(surface, block, one) ?? initialOf(one);
  const node = h("select", { "aria-label": labelOf(one, block), className: "field" },
    h("option", { value: "" }, textOf(one.placeholder) || "Choose…"));
  for (const group of groupsOf(one)) {
    const options = group.options.map((o) => h("option", { value: o.value, selected: o.value === now }, o.label));
    node.append(...(group.label ? [h("optgroup", { label: group.label }, options)] : options));
  }
  node.addEventListener("change", () => changed(node, one, block, surface, node.value));
  return node;
}

function picker(type, initial, one, block, surface) {
  return h("input", {
    type, className: "field", "aria-label": labelOf(one, block), value: entered(surface, block, one) ?? initial ?? "",
    onchange: (event) => changed(event.currentTarget, one, block, surface, event.currentTarget.value),
  });
}

/** An instant, shown in the person's own time zone and reported in epoch seconds. */
function dateTime(one, block, surface) {
  const now = entered(surface, block, one) ?? one.initial_date_time;
  return h("input", {
    type: "datetime-local", className: "field", "aria-label": labelOf(one, block), value: now ? wallTime(now, me.tz) : "",
    onchange: (event) => {
      const { value } = event.currentTarget;
      changed(event.currentTarget, one, block, surface, value ? instant(value, me.tz) : null);
    },
  });
}

/** Checkboxes, radio buttons, and menus of which several may be chosen. */
function choices(one, block, surface) {
  const many = one.type !== "radio_buttons";
  const now = [entered(surface, block, one) ?? initialOf(one)].flat();
  const group = h("fieldset", { className: `choices${one.type.startsWith("multi_") ? " listed" : ""}` },
    h("legend", { className: "hidden" }, labelOf(one, block)));
  const name = `${surface.place.view_id ?? surface.place.ts}-${block.block_id}-${one.action_id}`;
  for (const part of groupsOf(one)) {
    if (part.label) group.append(h("p", { className: "group" }, part.label));
    for (const option of part.options) {
      const box = h("input", { type: many ? "checkbox" : "radio", name, value: option.value, checked: now.includes(option.value) });
      group.append(h("label", {}, box, h("span", {}, option.rich ?? option.label, option.small ? h("small", {}, option.small) : null)));
    }
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

