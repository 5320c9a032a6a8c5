// Saying something: the composers of the conversation and of its thread.

import { directory, post, send } from "./api.js";
import { open } from "./conversation.js";
import { byId } from "./dom.js";

export function wireComposers() {
  wire(byId("composer"), byId("composer-text"), (text) => say(text));
  wire(byId("thread-composer"), byId("thread-text"), (text) => say(text, open.thread));
  attach(byId("attach"), byId("attach-files"), byId("composer-text"), () => null);
  attach(byId("thread-attach"), byId("thread-files"), byId("thread-text"), () => open.thread);
  byId("composer-text").addEventListener("input", hint);
}

/** Share the chosen files at once, with what stands in the composer. */
function attach(button, input, area, thread) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    if (!files.length || !open.channel) return;
    const text = area.value.trim();
    if (await share(files, text, thread())) empty(area);
    area.focus();
  });
}

async function share(files, text, thread) {
  const large = files.find((file) => file.size > directory.largestFile);
  const limit = `a file is at most ${directory.largestFile / 1e6} MB`;
  if (large) return report({ ok: false, detail: `${large.name} is not shared: ${limit}.` });
  byId("composer-hint").textContent = "Sharing…";
  const channel = open.channel.id;
  const answer = await send("upload", files, { channel, text, thread_ts: thread })
    .catch(() => ({ ok: false, detail: "The sandbox does not answer." }));
  byId("composer-hint").textContent = "";
  return report(answer);
}

function empty(area) {
  area.value = "";
  area.style.height = "";
}

function wire(form, area, submit) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = area.value.trim();
    empty(area);
    if (text) submit(text);
  });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  area.addEventListener("input", () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 200)}px`;
  });
}

async function say(text, thread = null) {
  const channel = open.channel.id;
  byId("composer-hint").textContent = "";
  if (!text.startsWith("/")) return report(await post("post", { channel, text, thread_ts: thread }));
  if (thread) return report({ ok: false, detail: `${text.split(" ")[0]} is not supported in threads.` });
  byId("composer-hint").textContent = "Running…";
  const answer = await post("command", { channel, text });
  byId("composer-hint").textContent = "";
  if (!answer.shown) report(answer);
}

function report(answer) {
  if (!answer.ok) byId("composer-hint").textContent = `⚠️ ${answer.detail ?? answer.error}`;
  return answer.ok;
}

function hint() {
  const text = byId("composer-text").value;
  const known = directory.commands.filter((c) => text.startsWith("/") && c.name.startsWith(text.split(" ")[0]));
  byId("composer-hint").textContent = known.map((c) => `${c.name} ${c.hint}`.trim()).join("   ");
}
