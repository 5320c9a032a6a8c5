"""Messages no person wrote: auto-replies, bounces, mailing lists."""

from __future__ import annotations

import re

from handlers.intake.mail.message import Mail

_MACHINE = re.compile(r"^(?:mailer-daemon|postmaster|listserv|majordomo)$", re.I)
_NO_REPLY = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|notifications?|notify|wordpress|www-data|apache)"
    r"(?:[-_.+].*)?$",
    re.I,
)
_AWAY = re.compile(
    r"^(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|autoreply"
    r"|automatische antwort|abwesenheits\w*|réponse automatique|respuesta automática"
    r"|risposta automatica|automatisch antwoord|autosvar|undeliver\w+|delivery status"
    r"|mail delivery (?:failed|subsystem)|returned mail)\b",
    re.I,
)
_BULK = {"bulk": "bulk_mail", "junk": "bulk_mail", "list": "mailing_list"}


def automatic(mail: Mail) -> str | None:
    """Why it is taken for the work of a machine, None when a person may have written it."""
    headers = mail.headers
    local = mail.sender.email.partition("@")[0]
    null_sender = re.sub(r"\s", "", headers.get("return-path", "")) == "<>"
    if mail.is_report or null_sender or _MACHINE.match(local):
        return "bounce"
    submitted = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    precedence = headers.get("precedence", "").strip().lower()
    if submitted == "auto-generated":
        return "generated"
    if submitted not in ("", "no") or precedence == "auto_reply" or _AWAY.match(mail.subject):
        return "auto_reply"
    if "x-autoreply" in headers or "x-autorespond" in headers:
        return "auto_reply"
    return _BULK.get(precedence) or ("mailing_list" if "list-id" in headers else None)


def takes_no_reply(address: str) -> bool:
    """Whether nobody reads what is sent to this address, so that it is nobody's."""
    local = address.partition("@")[0]
    return bool(_NO_REPLY.match(local) or _MACHINE.match(local))
