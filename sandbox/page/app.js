// The page's start: who is looking, at what, and what to do when something changes.

import { directory, get, listen, me, post } from "./api.js";
import { wireComposers } from "./composers.js";
import { closeThread, follow, older, open, show, take } from "./conversation.js";
import { byId, h, later } from "./dom.js";
import { refreshHome, refreshModal, wireModal } from "./modal.js";
import { refreshTraffic, wirePanels } from "./panels.js";

async function start() {
  const found = await get("people");
  directory.people = new Map(found.people.map((person) => [person.id, person]));
  Object.assign(directory, { app: found.app, commands: found.commands, home: found.home, intake: Boolean(found.intake), largestFile: found.largest_file });
  byId("open-lead").hidden = !found.intake;
  const asked = new URLSearchParams(location.search).get("as");
  const person = directory.people.get(asked) ?? found.people[0];
  Object.assign(me, { id: person.id, tz: person.tz });
  if (asked !== me.id) history.replaceState(null, "", `?as=${me.id}${location.hash}`);
  fillPeople(found.people);
  wireComposers();
  follow();
  wireModal();
  wirePanels();
  byId("older").addEventListener("click", older);
  byId("leave").addEventListener("click", leaveChannel);
  byId("close-thread").addEventListener("click", closeThread);
  byId("toggle-sidebar").addEventListener("click", () => showSidebar(!byId("sidebar").classList.contains("open")));
  window.addEventListener("hashchange", route);
  // Everything is loaded once the live updates flow, so that nothing falls between the two.
  listen(onChange, onConnection);
}

function fillPeople(people) {
  const select = byId("person");
  const choice = (person) => h("option", { value: person.id, selected: person.id === me.id }, person.name);
  for (const title of new Set(people.map((person) => person.title))) {
    const options = people.filter((person) => person.title === title).map(choice);
    select.append(...(title ? [h("optgroup", { label: title }, options)] : options));
  }
  select.addEventListener("change", () => location.assign(`/?as=${select.value}${keepsHash() ? location.hash : ""}`));
}

const keepsHash = () => !location.hash.startsWith("#D");

/** On a narrow screen the sidebar slides over the conversation. */
function showSidebar(shown) {
  byId("sidebar").classList.toggle("open", shown);
  byId("toggle-sidebar").setAttribute("aria-expanded", String(shown));
  if (shown) byId("person").focus();
}

async function refreshNav() {
  const { conversations, others } = await get("conversations");
  directory.channels = new Map(conversations.map((one) => [one.id, one]));
  const channels = conversations.filter((one) => one.kind !== "im");
  const directs = conversations.filter((one) => one.kind === "im");
  byId("nav").replaceChildren(
    ...group("Channels", channels.map((one) => entry(one.id, "#", one.name, one.unread))),
    ...group("Channels to join", others.map(joinable)),
    ...group("Direct messages", directs.map((one) => entry(one.id, "●", one.name, one.unread))),
    ...group("Apps", directory.home ? [entry("home", "⌂", `${directory.app.name} Home`, 0)] : []),
  );
}

function group(title, entries) {
  return entries.length ? [h("h2", {}, title), h("ul", {}, entries)] : [];
}

function entry(id, sign, name, unread) {
  const here = current() === id;
  const badge = unread && !here ? h("span", { className: "badge", "aria-label": `${unread} unread` }, String(unread)) : null;
  const className = `${here ? "here" : ""}${badge ? " unread" : ""}`;
  return h("li", {}, h("a", { href: `#${id}`, className, "aria-current": here ? "page" : null },
    h("span", { className: "sign", "aria-hidden": "true" }, sign), h("span", { className: "name" }, name), badge));
}

function joinable(channel) {
  const join = async () => {
    await post("join", { channel: channel.id });
    await refreshNav();
    location.hash = channel.id;
  };
  return h("li", {}, h("button", { type: "button", className: "join", onclick: join },
    h("span", { className: "sign", "aria-hidden": "true" }, "+"), h("span", { className: "name" }, channel.name)));
}

async function leaveChannel() {
  await post("leave", { channel: open.channel.id });
  location.hash = `D${me.id.slice(1)}`;
}

/** The conversation the address names; the person's direct message without one. */
function current() {
  return decodeURIComponent(location.hash.slice(1)) || `D${me.id.slice(1)}`;
}

async function route() {
  const id = current();
  const isHome = id === "home" && directory.home;
  const channel = directory.channels.get(id);
  closeThread();
  showSidebar(false);
  byId("leave").hidden = isHome || channel?.kind !== "channels";
  byId("home").hidden = !isHome;
  byId("scroller").hidden = byId("composer").hidden = isHome;
  refreshNav();
  if (isHome) {
    open.channel = null;
    title(`${directory.app.name} Home`, "What the app shows you alone");
    await refreshHome();
    await post("home", { tab: "home" });
  } else if (channel) {
    title(channel.kind === "im" ? channel.name : `# ${channel.name}`, channel.kind === "im" ? "Direct message with the app" : `${channel.members} members`);
    await show(channel);
    if (channel.kind === "im") post("home", { tab: "messages" });
  } else {
    location.replace(`#D${me.id.slice(1)}`);
  }
}

function title(main, sub) {
  byId("title").textContent = main;
  byId("subtitle").textContent = sub;
  document.title = `${main} · Sandbox`;
}

const navSoon = later(refreshNav);

function onChange(change) {
  if (change.kind.startsWith("message.")) {
    take(change);
    navSoon();
  } else if (change.kind === "view") refreshModal();
  else if (change.kind === "home" && current() === "home") refreshHome();
  else if (change.kind === "read" || change.kind === "member") navSoon();
  else if (change.kind === "traffic") refreshTraffic();
}

async function onConnection(connected) {
  byId("connection").textContent = connected ? "" : "Reconnecting…";
  if (!connected) return;
  await refreshNav();
  await route();
  await refreshModal();
}

start();
