"""files.*: the three steps of an upload, and looking a file up."""

from sandbox.web_api.call import Call
from sandbox.workspace.files import File, file_shape
from sandbox.workspace.model import BOT_USER_ID, Json, SlackError


def get_upload_url(call: Call) -> Json:
    """Step one; step two is a POST of the content to `upload_url`."""
    length = call.number("length", 0, 2**40) if call.given("length") else 0
    if not length:
        raise SlackError.explained("invalid_arguments", ["missing required field: length"])
    file, ticket = call.slack.workspace.files.announce(
        call.text("filename"), length, call.text("alt_txt", "")
    )
    return {"upload_url": f"{call.slack.base_url()}/upload/{ticket}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """Step three: name the files and share them where the call says."""
    wanted = call.document("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError.explained("invalid_arguments", ["missing required field: files"])
    channels = [call.slack.workspace.conversation(name).id for name in _channels(call)]
    done = [_complete(call, one) for one in wanted]
    for channel in channels:
        _share(call, channel, done)
    return {"files": [{"id": file.id, "title": file.title} for file in done]}


def info(call: Call) -> Json:
    file = call.slack.workspace.files.file(call.text("file"))
    shape = file_shape(file, call.slack.base_url())
    shares = call.slack.workspace.files.shares(file.id)
    return {"file": shape | {"shares": shares}, "comments": []}


def _channels(call: Call) -> list[str]:
    named = call.text("channels", "").split(",") if call.given("channels") else []
    return [*([call.text("channel_id")] if call.given("channel_id") else []), *named]


def _complete(call: Call, wanted: object) -> File:
    if not isinstance(wanted, dict) or not isinstance(wanted.get("id"), str):
        raise SlackError.explained("invalid_arguments", ["each file must have an id"])
    return call.slack.workspace.files.complete(wanted["id"], str(wanted.get("title") or ""))


def _share(call: Call, channel: str, files: list[File]) -> None:
    call.slack.workspace.post(
        channel,
        BOT_USER_ID,
        call.text("initial_comment", ""),
        files=[file_shape(file, call.slack.base_url()) for file in files],
        thread_ts=call.ts("thread_ts") if call.given("thread_ts") else None,
    )
