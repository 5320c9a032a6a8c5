// The workspace's API, as described in sandbox/README.md.

export const me = { id: "", tz: "UTC" };
export const directory = { people: new Map(), channels: new Map(), app: null, commands: [], home: false, intake: false, largestFile: 0 };

async function request(path, options) {
  const response = await fetch(path, options);
  return response.json();
}

export function get(name, query = {}) {
  const search = new URLSearchParams({ as: me.id, ...query });
  return request(`/sandbox/${name}?${search}`);
}

export function post(name, body = {}) {
  return request(`/sandbox/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: me.id, ...body }),
  });
}

/** Files and fields as a form. */
export function send(name, files, fields = {}) {
  const form = new FormData();
  for (const [key, value] of Object.entries({ as: me.id, ...fields })) if (value) form.append(key, value);
  for (const file of files) form.append("file", file, file.name);
  return request(`/sandbox/${name}`, { method: "POST", body: form });
}

/** Names for ids: people, the app, Slackbot. */
export function nameOf(userId) {
  if (userId === "USLACKBOT") return "Slackbot";
  if (directory.app && userId === directory.app.id) return directory.app.name;
  return directory.people.get(userId)?.name ?? userId;
}

/** Hear every change; reconnects by itself and says when it is connected. */
export function listen(onChange, onState) {
  let socket = null;
  let stopped = false;
  const connect = () => {
    socket = new WebSocket(`ws://${location.host}/sandbox/live?as=${encodeURIComponent(me.id)}`);
    socket.onopen = () => onState(true);
    socket.onmessage = (event) => onChange(JSON.parse(event.data));
    socket.onclose = () => {
      if (stopped) return;
      onState(false);
      setTimeout(connect, 500);
    };
  };
  connect();
  return () => {
    stopped = true;
    socket.close();
  };
}
