// What hangs on a message: files and reactions.

import { me, nameOf, post } from "./api.js";
import { h } from "./dom.js";
import { menu } from "./menus.js";
import { emojis } from "./text.js";

const OFFERED = ["thumbsup", "white_check_mark", "eyes", "tada", "pray", "x"];

/** Pictures are shown, other files offered; both come from this workspace only. */
export function files(message) {
  return (message.files ?? []).map((file) => {
    const address = `/files/${encodeURIComponent(file.id)}`;
    const words = `${file.title} (${size(file.size)})`;
    if (!file.mimetype.startsWith("image/")) return h("a", { className: "file", href: address, download: file.name }, `📄 ${words}`);
    const picture = h("img", { src: address, alt: file.alt_txt || file.title, loading: "lazy" });
    return h("figure", {}, h("figcaption", {}, words), h("a", { href: address, target: "_blank", rel: "noopener" }, picture));
  });
}

function size(bytes) {
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The reactions there are, each a switch. */
export function reactions(message, channel) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map((one) => {
    const sign = emojis(`:${one.name}:`);
    const names = one.users.map(nameOf).join(", ");
    return h("button", {
      type: "button", className: "reaction", "aria-pressed": String(one.users.includes(me.id)),
      "aria-label": `${one.name}, ${one.count}: ${names}`, title: `${names} · :${one.name}:`,
      onclick: () => react(channel, message.ts, one.name),
    }, h("span", { "aria-hidden": "true" }, sign), ` ${one.count}`);
  });
  return h("div", { className: "reactions" }, chips);
}

/** A menu of a few emoji to react with. */
export function reactionMenu(message, channel) {
  const items = OFFERED.map((name) => [emojis(`:${name}:`), { "aria-label": name }, () => react(channel, message.ts, name)]);
  return menu("react", { "aria-label": "Add a reaction", title: "Add a reaction" }, "☺", items);
}

function react(channel, ts, name) {
  return post("react", { channel, ts, name });
}
