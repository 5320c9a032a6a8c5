// Blocks as DOM nodes; one maker for each type.

import { nameOf } from "./api.js";
import { h, link, pictureUrl } from "./dom.js";
import { element } from "./elements.js";
import { emojis, plain, rich } from "./text.js";

const MAKERS = { section, header, divider: () => h("hr"), context, actions, image, input, rich_text: richText };

/** All blocks of a message or view. */
export function blocks(list, surface) {
  return list.map((block) => {
    const maker = MAKERS[block.type];
    return maker ? maker(block, surface) : h("em", {}, `(${block.type})`);
  });
}

function section(block, surface) {
  return h("div", { className: "section" },
    h("div", { className: "section-main" },
      block.text ? h("div", { className: "text" }, rich(block.text)) : null,
      block.fields ? h("div", { className: "fields" }, block.fields.map((f) => h("div", {}, rich(f)))) : null),
    block.accessory ? h("div", { className: "accessory" }, element(block.accessory, block, surface)) : null);
}

function header(block) {
  return h("h3", { className: "header" }, rich(block.text));
}

function context(block, surface) {
  const items = block.elements.map((item) =>
    item.type === "image" ? element(item, block, surface) : h("span", {}, rich(item)));
  return h("div", { className: "context" }, items);
}

function actions(block, surface) {
  const items = block.elements.map((one) => h("div", { className: "action" }, element(one, block, surface)));
  return h("div", { className: "actions" }, items);
}

function image(block) {
  const picture = h("img", { src: pictureUrl(block), alt: block.alt_text, loading: "lazy" });
  return h("figure", {}, block.title ? h("figcaption", {}, rich(block.title)) : null, picture);
}

function input(block, surface) {
  const control = element(block.element, block, surface);
  const problem = surface.errors?.[block.block_id];
  const id = `error-${block.block_id}`;
  if (problem) {
    const field = control.matches("input, textarea, select, fieldset") ? control : control.querySelector("input");
    field?.setAttribute("aria-invalid", "true");
    field?.setAttribute("aria-describedby", id);
  }
  return h("div", { className: "input" },
    h("div", { className: "label", "aria-hidden": "true" }, plain(block.label),
      block.optional ? h("span", { className: "optional" }, " (optional)") : null),
    control,
    problem ? h("p", { className: "error", role: "alert", id }, problem) : null,
    block.hint ? h("p", { className: "hint" }, plain(block.hint)) : null);
}

function richText(block) {
  return h("div", { className: "text" }, block.elements.map((part) =>
    h("div", {}, (part.elements ?? []).map(richPiece))));
}

function richPiece(piece) {
  if (piece.type === "user") return h("span", { className: "mention" }, `@${nameOf(piece.user_id)}`);
  if (piece.type === "link") return link(piece.url, piece.text ?? piece.url);
  if (piece.type === "emoji") return emojis(`:${piece.name}:`);
  const text = piece.text ?? "";
  const style = piece.style ?? {};
  const tag = ["code", "bold", "italic", "strike"].find((name) => style[name]);
  return tag ? h({ code: "code", bold: "strong", italic: "em", strike: "s" }[tag], {}, text) : text;
}
