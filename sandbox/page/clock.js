// Wall clock time in a time zone, and back; days and their names.

const DAY = 86_400_000;
const NAMED = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
const formats = new Map();

/** `2026-11-23T09:30` in `zone` for epoch seconds. */
export function wallTime(seconds, zone) {
  const words = new Date(seconds * 1000).toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return words.replace(" ", "T");
}

/** Epoch seconds of a wall clock time in `zone`. */
export function instant(wall, zone) {
  const wanted = Date.parse(`${wall}Z`) / 1000;
  let found = wanted;
  // Twice, because the first guess may lie on the other side of a change of the clocks.
  for (let round = 0; round < 2; round += 1) found += wanted - Date.parse(`${wallTime(found, zone)}Z`) / 1000;
  return found;
}

/** The day, `2026-11-23`, on which epoch seconds fall in `zone`. */
export function dayOf(seconds, zone) {
  if (!formats.has(zone)) formats.set(zone, new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }));
  return formats.get(zone).format(new Date(Number(seconds) * 1000));
}

/** `Today`, `Yesterday`, `Monday 16 November`, with the year when it is not this one. */
export function dayName(day, today) {
  const ago = (Date.parse(today) - Date.parse(day)) / DAY;
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  const year = day.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  return new Date(day).toLocaleDateString("en-GB", { ...NAMED, year }).replace(",", "");
}
