"""users.* and dnd.*: the people of the workspace."""

from sandbox.web_api.call import Call
from sandbox.web_api.paging import slice_after
from sandbox.workspace.model import Json, SandboxPerson, SlackError
from sandbox.workspace.shapes import person_shape


def info(call: Call) -> Json:
    return {"user": _shape(call, call.slack.workspace.person(call.text("user")))}


def list_users(call: Call) -> Json:
    workspace = call.slack.workspace
    page, more = slice_after([*workspace.people.values(), workspace.app], call)
    return {"members": [_shape(call, person) for person in page], "cache_ts": 0, **more}


def lookup_by_email(call: Call) -> Json:
    wanted = call.text("email").lower()
    for person in call.slack.workspace.people.values():
        if person.email.lower() == wanted:
            return {"user": _shape(call, person)}
    raise SlackError("users_not_found")


def profile_get(call: Call) -> Json:
    person = call.slack.workspace.person(call.text("user"))
    return {"profile": _shape(call, person)["profile"]}


def dnd_info(call: Call) -> Json:
    call.slack.workspace.person(call.text("user"))
    return _dnd()


def dnd_team_info(call: Call) -> Json:
    users = [user.strip() for user in call.text("users").split(",")]
    return {"users": {user: _dnd() for user in users if user in call.slack.workspace.people}}


def _dnd() -> Json:
    """Nobody has notifications paused: the workspace has no such setting."""
    return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}


def _shape(call: Call, person: SandboxPerson) -> Json:
    with_email = "users:read.email" in call.slack.manifest.scopes
    return person_shape(person, call.slack.workspace.now(), with_email=with_email)
