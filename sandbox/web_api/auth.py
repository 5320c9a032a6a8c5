"""auth.* and apps.*: who is calling, and where to connect."""

from sandbox.web_api.call import Call
from sandbox.workspace.model import BOT_ID, BOT_USER_ID, TEAM_ID, TEAM_NAME, Json


def auth_test(call: Call) -> Json:
    return {
        "url": call.slack.base_url() + "/",
        "team": TEAM_NAME,
        "user": call.slack.workspace.app.handle,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def apps_connections_open(call: Call) -> Json:
    return {"url": call.slack.socket_url()}
