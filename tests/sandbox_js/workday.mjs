// A small app on Slack's own JavaScript clients. It says on standard output what it did and heard,
// one JSON value a line, and ends when its standard input does.

import { SocketModeClient } from "@slack/socket-mode";
import { WebClient } from "@slack/web-api";

const clientOptions = { slackApiUrl: process.env.SLACK_API_URL };
const web = new WebClient(process.env.SLACK_BOT_TOKEN, clientOptions);
const socket = new SocketModeClient({ appToken: process.env.SLACK_APP_TOKEN, clientOptions, logLevel: "error" });

const say = (what, value) => console.log(JSON.stringify({ what, value }));
const plain = (text) => ({ type: "plain_text", text });
const button = { type: "button", action_id: "lead.acknowledge", text: plain("Acknowledge"), value: "7" };
const card = [{ type: "actions", block_id: "lead", elements: [button] }];
const reason = { type: "input", block_id: "reason", label: plain("Reason"), element: { type: "plain_text_input", action_id: "value" } };
const modal = { type: "modal", callback_id: "why", title: plain("Why"), submit: plain("Save"), blocks: [reason] };

socket.on("interactive", async ({ body, ack }) => {
  if (body.type === "block_actions") {
    await web.views.open({ trigger_id: body.trigger_id, view: modal });
    await ack();
    say("clicked", body.actions[0]);
  } else if (body.type === "view_submission") {
    const { value } = body.view.state.values.reason.value;
    await ack(value === "bad" ? { response_action: "errors", errors: { reason: "Not good enough" } } : undefined);
    say("submitted", value);
  }
});
socket.on("slash_commands", async ({ body, ack }) => {
  await ack({ text: `you said ${body.text}` });
});

const { user_id: self } = await web.auth.test();
await socket.start();
say("connected", self);
const { channel, ts } = await web.chat.postMessage({ channel: "U1ANA", text: "New lead", blocks: card });
await web.chat.update({ channel, ts, text: "New lead: Grace", blocks: card });
const { messages } = await web.conversations.history({ channel });
say("history", messages.map((message) => message.text));
const refused = await web.chat.postMessage({ channel: "C0NOWHERE", text: "x" }).catch((error) => error.data.error);
say("refused", refused);
await web.filesUploadV2({ channel_id: "C1DESK", file: Buffer.from("a,b"), filename: "leads.csv", initial_comment: "all" });
say("uploaded", true);

process.stdin.resume();
process.stdin.on("end", async () => {
  await socket.disconnect();
  process.exit(0);
});
