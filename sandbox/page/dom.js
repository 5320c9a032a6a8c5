// Building the page. Text only ever becomes text nodes: there is no innerHTML anywhere.

export const byId = (id) => document.getElementById(id);

/** An element with properties (or aria-*, data-* attributes) and children (nodes or text). */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && !name.includes("-")) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const SAFE = new Set(["http:", "https:", "mailto:"]);

/** The address if it may be a link, else null. */
export function safeUrl(address) {
  try {
    const url = new URL(address);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function link(address, label) {
  const href = safeUrl(address);
  if (!href) return document.createTextNode(label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

/** Calls `work` once, a little after the last of several requests. */
export function later(work, milliseconds = 100) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
