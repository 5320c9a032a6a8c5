// A small menu behind a button: it opens towards free space and closes by Escape or a click outside.

import { h } from "./dom.js";

/** `items` are [label, properties, work]; `summary` are the properties of its button. */
export function menu(className, summary, sign, items) {
  const box = h("details", { className });
  const entries = items.map(([label, properties, work]) => h("button", {
    type: "button", ...properties,
    onclick: () => {
      box.open = false;
      work(box);
    },
  }, label));
  box.append(h("summary", summary, sign), h("div", { className: "menu" }, entries));
  box.addEventListener("toggle", () => box.open && turn(box));
  box.addEventListener("keydown", (event) => step(event, box, entries));
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) box.open = false;
  });
  return box;
}

document.addEventListener("pointerdown", (event) => {
  for (const box of document.querySelectorAll("details:is(.overflow, .react)[open]")) {
    if (!box.contains(event.target)) box.open = false;
  }
});

/** Upwards when there is no room below. */
function turn(box) {
  const frame = box.closest(".scroller, .modal-body, .home, .messages") ?? document.body;
  const needed = box.getBoundingClientRect().bottom + box.lastChild.offsetHeight + 8;
  box.classList.toggle("up", needed > frame.getBoundingClientRect().bottom);
}

function step(event, box, entries) {
  if (!box.open) return;
  const at = entries.indexOf(document.activeElement);
  if (event.key === "Escape") {
    box.open = false;
    box.firstChild.focus();
  } else if (event.key === "ArrowDown") entries[(at + 1) % entries.length].focus();
  else if (event.key === "ArrowUp") entries[(at - 1 + entries.length) % entries.length].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
