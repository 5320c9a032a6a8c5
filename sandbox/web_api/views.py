"""views.*: modals and the Home tab."""

import json

from sandbox.block_kit import checked_view
from sandbox.web_api.call import Call
from sandbox.workspace.model import Json, SlackError
from sandbox.workspace.shapes import view_shape

VIEW_BYTES = 250_000


def open_view(call: Call) -> Json:
    body = _body(call, "modal")
    return {"view": view_shape(call.slack.surfaces.open(call.text("trigger_id"), body))}


def push(call: Call) -> Json:
    body = _body(call, "modal")
    return {"view": view_shape(call.slack.surfaces.push(call.text("trigger_id"), body))}


def update(call: Call) -> Json:
    body = _body(call, "modal", "home")
    if not call.given("view_id") and not call.given("external_id"):
        call.text("view_id")
    view = call.slack.surfaces.update(
        body,
        view_id=call.text("view_id", "") or None,
        external_id=call.text("external_id", "") or None,
        if_hash=call.text("hash", "") or None,
    )
    return {"view": view_shape(view)}


def publish(call: Call) -> Json:
    if not call.slack.manifest.home_enabled:
        raise SlackError("not_enabled")
    user = call.slack.workspace.person(call.text("user_id")).user_id
    body = _body(call, "home")
    view = call.slack.surfaces.publish(user, body, call.text("hash", "") or None)
    return {"view": view_shape(view)}


def _body(call: Call, *types: str) -> Json:
    is_picture = call.slack.workspace.files.is_picture
    body = checked_view(call.document("view", "invalid_arguments"), *types, is_picture=is_picture)
    if len(json.dumps(body)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    return body
