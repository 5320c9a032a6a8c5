// Wall clock time in a time zone, and back.

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
