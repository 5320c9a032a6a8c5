// What a menu offers: the app's own options, the people, or the conversations.

import { directory } from "./api.js";
import { plain, rich } from "./text.js";

const KINDS = { im: "im", channels: "public", groups: "private" };

/** Options as {value, label, rich, small} in groups. */
export function groupsOf(one) {
  if (one.type.endsWith("users_select")) return [{ label: "", options: [...directory.people.values()].map(named) }];
  if (one.type.endsWith("channels_select")) return [{ label: "", options: conversations(["public"]) }];
  if (one.type.endsWith("conversations_select")) return [{ label: "", options: conversations(one.filter?.include) }];
  if (!one.option_groups) return [{ label: "", options: (one.options ?? []).map(listed) }];
  return one.option_groups.map((group) => ({ label: plain(group.label), options: group.options.map(listed) }));
}

const named = (person) => ({ value: person.id, label: person.name });

function conversations(kinds) {
  const wanted = [...directory.channels.values()].filter((one) => !kinds || kinds.includes(KINDS[one.kind]));
  return wanted.map((one) => ({ value: one.id, label: one.kind === "im" ? one.name : `#${one.name}` }));
}

function listed(option) {
  const small = option.description ? rich(option.description) : null;
  return { value: option.value, label: plain(option.text), rich: rich(option.text), small };
}

/** The values the app has chosen beforehand: one or a list. */
export function initialOf(one) {
  if (one.initial_options) return one.initial_options.map((option) => option.value);
  return one.initial_users ?? one.initial_conversations ?? one.initial_channels ?? one.initial_option?.value
    ?? one.initial_user ?? one.initial_conversation ?? one.initial_channel ?? "";
}
