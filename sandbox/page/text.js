// Slack's mrkdwn as DOM nodes. What is not recognised is shown as it is.

import { directory, me, nameOf } from "./api.js";
import { h, link } from "./dom.js";

const EMOJI = {
  wave: "👋", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", fire: "🔥",
  rotating_light: "🚨", alarm_clock: "⏰", clock1: "🕐", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  tada: "🎉", eyes: "👀", bell: "🔔", no_bell: "🔕", star: "⭐", sparkles: "✨", robot_face: "🤖",
  email: "📧", phone: "☎️", telephone_receiver: "📞", office: "🏢", globe_with_meridians: "🌐",
  round_pushpin: "📍", pushpin: "📌", memo: "📝", mag: "🔍", link: "🔗", lock: "🔒", key: "🔑",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", large_blue_circle: "🔵",
  white_circle: "⚪", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", pray: "🙏",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", handshake: "🤝", calendar: "📆", date: "📅",
  chart_with_upwards_trend: "📈", bulb: "💡", information_source: "ℹ️", question: "❓",
  exclamation: "❗", arrow_right: "➡️", arrows_counterclockwise: "🔄", recycle: "♻️",
  speech_balloon: "💬", moneybag: "💰", dart: "🎯", zap: "⚡", snowflake: "❄️", rocket: "🚀",
  smile: "😄", slightly_smiling_face: "🙂", palm_tree: "🌴", inbox_tray: "📥", outbox_tray: "📤",
  compass: "🧭", triangular_flag_on_post: "🚩", black_small_square: "▪️", no_entry: "⛔", scroll: "📜",
};

const INLINE =
  /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~|:([a-z0-9_+-]+):|\n/g;
const FORMATS = [[4, "strong"], [5, "em"], [6, "s"]];

const unescape = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** A text object (or a bare mrkdwn string) as nodes. */
export function rich(text) {
  if (typeof text === "string") return mrkdwn(text);
  return text.type === "mrkdwn" ? mrkdwn(text.text) : [plain(text)];
}

/** A plain text object as a string; the app may ask that `:names:` stay as written. */
export function plain(text) {
  return text.emoji === false ? text.text : emojis(text.text);
}

export function emojis(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}

/** Quoted lines become blockquotes; the rest is inline. */
export function mrkdwn(text) {
  const nodes = [];
  let quoted = null;
  let unquoted = [];
  const flush = () => {
    if (unquoted.length) nodes.push(...inline(unquoted.join("\n")));
    unquoted = [];
  };
  for (const line of text.includes("```") ? [text] : text.split("\n")) {
    const match = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (!match) {
      quoted = null;
      unquoted.push(line);
    } else {
      flush();
      if (quoted) quoted.append(h("br"));
      else nodes.push((quoted = h("blockquote")));
      quoted.append(...inline(match[1]));
    }
  }
  flush();
  return nodes;
}

function inline(text) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index < done) continue;
    const node = piece(match, text);
    if (node === null) continue;
    if (match.index > done) nodes.push(unescape(text.slice(done, match.index)));
    nodes.push(node);
    done = match.index + match[0].length;
  }
  if (done < text.length) nodes.push(unescape(text.slice(done)));
  return nodes;
}

/** The node for one match, or null when it stays text. */
function piece(match, text) {
  if (match[0] === "\n") return h("br");
  if (match[1] !== undefined) return h("pre", {}, unescape(match[1].replace(/^\n/, "")));
  if (match[2] !== undefined) return h("code", {}, unescape(match[2]));
  if (match[3] !== undefined) return special(match[3]);
  if (match[7] !== undefined) return EMOJI[match[7]] ?? null;
  const [group, tag] = FORMATS.find(([number]) => match[number] !== undefined);
  const inner = match[group];
  const before = text[match.index - 1] ?? " ";
  const after = text[match.index + match[0].length] ?? " ";
  const apart = !/\w/.test(before) && !/\w/.test(after) && !/^\s|\s$/.test(inner);
  return apart ? h(tag, {}, inline(inner)) : null;
}

/** What stands between angle brackets: mentions, channels, dates, links. */
function special(content) {
  const [target, ...rest] = content.split("|");
  const label = rest.length ? unescape(rest.join("|")) : null;
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channel(target.slice(1), label);
  if (target.startsWith("!date^")) return dateText(target, label);
  if (target.startsWith("!")) return h("span", { className: "mention" }, label ?? `@${target.slice(1)}`);
  return link(unescape(target), label ?? unescape(target).replace(/^mailto:/, ""));
}

function mention(userId) {
  const own = userId === me.id ? " own" : "";
  return h("span", { className: `mention${own}` }, `@${nameOf(userId)}`);
}

function channel(id, label) {
  const name = directory.channels.get(id)?.name ?? label ?? id;
  return h("a", { className: "mention", href: `#${encodeURIComponent(id)}` }, `#${name}`);
}

/** `<!date^1392734382^{date_short} at {time}|fallback>` in the reader's time zone. */
function dateText(target, fallback) {
  const [, seconds, format] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return fallback ?? target;
  const show = (options) => at.toLocaleString("en-GB", { timeZone: me.tz, ...options });
  const parts = {
    date_num: show({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date: show({ year: "numeric", month: "long", day: "numeric" }),
    date_short: show({ year: "numeric", month: "short", day: "numeric" }),
    date_long: show({ weekday: "long", year: "numeric", month: "long", day: "numeric" }),
    time: show({ hour: "2-digit", minute: "2-digit" }),
    time_secs: show({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  };
  const filled = unescape(format ?? "").replace(/\{(\w+?)(_pretty)?\}/g, (whole, name) => parts[name] ?? whole);
  return h("time", { dateTime: at.toISOString(), title: at.toISOString() }, filled);
}
