// Menus whose options the app offers for what is typed: one to choose, or several.

import { changed, entered, labelOf, textOf } from "./acting.js";
import { post } from "./api.js";
import { h, later } from "./dom.js";

export function externalSelect(one, block, surface) {
  const many = one.type.startsWith("multi_");
  let chosen = [entered(surface, block, one) ?? (many ? one.initial_options : one.initial_option) ?? []].flat();
  const list = h("ul", { role: "listbox", className: "menu", hidden: true, id: `list-${block.block_id}`, "aria-label": labelOf(one, block) });
  const chips = h("div", { className: "chips" });
  const input = h("input", {
    type: "text", className: "field", role: "combobox", "aria-label": labelOf(one, block), "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": list.id, placeholder: textOf(one.placeholder) || "Search…", autocomplete: "off",
  });
  const tell = () => changed(input, one, block, surface, many ? chosen : chosen[0]);
  const draw = () => {
    if (many) chips.replaceChildren(...chosen.map((option) => chip(option, remove)));
    else input.value = chosen[0] ? textOf(chosen[0].text) : "";
  };
  const remove = (gone) => {
    chosen = chosen.filter((option) => option !== gone);
    draw();
    tell();
    input.focus();
  };
  const choose = (option) => {
    chosen = many ? [...chosen.filter((other) => other.value !== option.value), option] : [option];
    input.value = "";
    draw();
    show(false);
    tell();
  };
  const show = (shown) => {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
  };
  const search = later(async () => {
    if (input.value.length < (one.min_query_length ?? 3)) return;
    const names = { action_id: one.action_id, block_id: block.block_id, query: input.value };
    const found = await post("suggest", { ...surface.place, ...names });
    const options = (found.options ?? []).map((option) => entry(option, choose));
    list.replaceChildren(...(options.length ? options : [h("li", { className: "none" }, found.ok ? "No results" : "⚠️ No answer")]));
    show(true);
  }, 150);
  draw();
  input.addEventListener("input", search);
  input.addEventListener("focus", search);
  const box = h("div", { className: "combo" }, many ? chips : null, input, list);
  box.addEventListener("keydown", (event) => walk(event, list, input, show));
  box.addEventListener("focusout", (event) => box.contains(event.relatedTarget) || setTimeout(() => show(false), 150));
  return box;
}

function entry(option, choose) {
  const onkeydown = (event) => event.key === "Enter" && choose(option);
  return h("li", { role: "option", tabIndex: -1, onclick: () => choose(option), onkeydown }, textOf(option.text));
}

function chip(option, remove) {
  const words = textOf(option.text);
  return h("span", { className: "chip" }, words,
    h("button", { type: "button", "aria-label": `Remove ${words}`, onclick: () => remove(option) }, "✕"));
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
