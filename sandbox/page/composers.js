// Saying something: the composers of the conversation and of its thread.

import { directory, post } from "./api.js";
import { open } from "./conversation.js";
import { byId } from "./dom.js";

export function wireComposers() {
  wire(byId("composer"), byId("composer-text"), (text) => say(text));
  wire(byId("thread-composer"), byId("thread-text"), (text) => say(text, open.thread));
  byId("composer-text").addEventListener("input", hint);
}

function wire(form, area, send) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = area.value.trim();
    area.value = "";
    area.style.height = "";
    if (text) send(text);
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
}

function hint() {
  const text = byId("composer-text").value;
  const known = directory.commands.filter((c) => text.startsWith("/") && c.name.startsWith(text.split(" ")[0]));
  byId("composer-hint").textContent = known.map((c) => `${c.name} ${c.hint}`.trim()).join("   ");
}
