"""Every Web API method the sandbox has: one line each, with its scopes and arguments."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.web_api import auth, chat, conversations, files, people, reactions, views
from sandbox.web_api.call import Call
from sandbox.web_api.tiers import HUNDREDS, TIER_1, TIER_2, TIER_3, TIER_4, Allowance
from sandbox.workspace.model import APP_TOKEN, BOT_TOKEN, Json, SlackError

Handler = Callable[[Call], Json]

_MESSAGE = "channel text blocks metadata thread_ts"
# Accepted without effect: they choose between renderings that the page does not have.
_INERT = "unfurl_links unfurl_media mrkdwn parse link_names as_user"
_PAGED = "limit cursor"
_WINDOW = "channel oldest latest inclusive include_all_metadata limit cursor"


@dataclass(frozen=True)
class Method:
    """A method: `scopes` are those it always needs; conversations add theirs by kind."""

    handler: Handler
    tier: Allowance
    arguments: frozenset[str]
    scopes: tuple[str, ...] = ()
    token: str = BOT_TOKEN


def _method(
    handler: Handler, tier: Allowance, arguments: str = "", *scopes: str, token: str = BOT_TOKEN
) -> Method:
    # Bolt adds the team to every call of its client.
    names = frozenset(arguments.split()) | {"token", "team_id"}
    return Method(handler, tier, names, scopes, token)


METHODS: dict[str, Method] = {
    "auth.test": _method(auth.auth_test, HUNDREDS),
    "apps.connections.open": _method(auth.apps_connections_open, TIER_1, token=APP_TOKEN),
    "chat.postMessage": _method(
        chat.post_message, HUNDREDS, f"{_MESSAGE} reply_broadcast {_INERT}", "chat:write"
    ),
    "chat.update": _method(
        chat.update,
        TIER_3,
        "channel ts text blocks metadata parse link_names as_user",
        "chat:write",
    ),
    "chat.delete": _method(chat.delete, TIER_3, "channel ts as_user", "chat:write"),
    "chat.postEphemeral": _method(
        chat.post_ephemeral,
        TIER_4,
        "channel user text blocks thread_ts parse link_names",
        "chat:write",
    ),
    "chat.getPermalink": _method(chat.get_permalink, HUNDREDS, "channel message_ts"),
    "conversations.open": _method(
        conversations.open_conversation, TIER_3, "users channel return_im prevent_creation"
    ),
    "conversations.list": _method(
        conversations.list_conversations, TIER_2, f"types exclude_archived {_PAGED}"
    ),
    "conversations.info": _method(
        conversations.info, TIER_3, "channel include_num_members include_locale"
    ),
    "conversations.members": _method(conversations.members, TIER_4, f"channel {_PAGED}"),
    "conversations.history": _method(conversations.history, TIER_3, _WINDOW),
    "conversations.replies": _method(conversations.replies, TIER_3, f"ts {_WINDOW}"),
    "users.info": _method(people.info, TIER_4, "user include_locale", "users:read"),
    "users.list": _method(people.list_users, TIER_2, f"include_locale {_PAGED}", "users:read"),
    "users.lookupByEmail": _method(people.lookup_by_email, TIER_3, "email", "users:read.email"),
    "users.profile.get": _method(
        people.profile_get, TIER_4, "user include_labels", "users.profile:read"
    ),
    "dnd.info": _method(people.dnd_info, TIER_3, "user", "dnd:read"),
    "dnd.teamInfo": _method(people.dnd_team_info, TIER_2, "users", "dnd:read"),
    "files.getUploadURLExternal": _method(
        files.get_upload_url, TIER_4, "filename length alt_txt", "files:write"
    ),
    "files.completeUploadExternal": _method(
        files.complete_upload,
        TIER_4,
        "files channel_id channels initial_comment thread_ts",
        "files:write",
    ),
    "files.info": _method(files.info, TIER_4, f"file {_PAGED}", "files:read"),
    "reactions.add": _method(reactions.add, TIER_3, "channel timestamp name", "reactions:write"),
    "reactions.remove": _method(
        reactions.remove, TIER_2, "channel timestamp name", "reactions:write"
    ),
    "reactions.get": _method(reactions.get, TIER_3, "channel timestamp full", "reactions:read"),
    "views.open": _method(views.open_view, TIER_4, "trigger_id view"),
    "views.push": _method(views.push, TIER_4, "trigger_id view"),
    "views.update": _method(views.update, TIER_4, "view view_id external_id hash"),
    "views.publish": _method(views.publish, TIER_4, "user_id view hash"),
}


def answer(name: str, call: Call, token: str) -> Json:
    """Call a method as Slack would: token, scopes, arguments, then the method itself.

    `token` is the one presented, empty for none. Raises SlackError for every refusal.
    """
    method = METHODS.get(name)
    _check_token(token, method)
    if method is None:
        raise SlackError.not_here(name)
    for scope in method.scopes:
        call.need_scope(scope)
    given = {key for key, value in call.arguments.items() if value is not None}
    unknown = sorted(given - method.arguments)
    if unknown:
        raise SlackError.not_here(f"{name} with {', '.join(unknown)}")
    return {"ok": True, **method.handler(call)}


def _check_token(token: str, method: Method | None) -> None:
    if not token:
        raise SlackError("not_authed")
    if token not in (BOT_TOKEN, APP_TOKEN):
        raise SlackError("invalid_auth")
    if method is not None and token != method.token:
        raise SlackError("not_allowed_token_type")
