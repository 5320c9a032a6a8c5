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

/** The address of a picture: a file of the workspace, or anything that may be a link. */
export function pictureUrl(one) {
  if (!one.slack_file) return safeUrl(one.image_url) ?? "";
  return `/files/${encodeURIComponent(one.slack_file.id ?? one.slack_file.url.split("/files/").at(-1))}`;
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
