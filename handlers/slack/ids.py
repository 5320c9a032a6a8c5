"""The names by which Slack tells us what was pressed, chosen or typed.

Messages outlive releases: an id is never renamed, and never made from the name of a class.
"""

from __future__ import annotations

LEAD_ACKNOWLEDGE = "lead.acknowledge"
LEAD_FIRST_TOUCH = "lead.first_touch"
LEAD_MOVE_STAGE = "lead.move_stage"
CASE_ASSIGN = "case.assign"
CASE_CHOOSE_OWNER = "case.choose_owner"
CASE_MERGE = "case.merge"
CASE_KEEP_APART = "case.keep_apart"
HOME_REFRESH = "home.refresh"
HOME_AWAY = "home.away"
HOME_BACK = "home.back"
IMPORT_CARDS = "import.cards"
POLICY_APPROVE = "policy.approve"
POLICY_TRY = "policy.try"
POLICY_REJECT = "policy.reject"
POLICY_UPDATE = "policy.update"
POLICY_ACTIVATE = "policy.activate"
POLICY_STOP = "policy.stop"
POLICY_COMPARE = "policy.compare"
POLICY_ROLL_BACK = "policy.roll_back"
ACTIONS = (
    LEAD_ACKNOWLEDGE,
    LEAD_FIRST_TOUCH,
    LEAD_MOVE_STAGE,
    CASE_ASSIGN,
    CASE_CHOOSE_OWNER,
    CASE_MERGE,
    CASE_KEEP_APART,
    HOME_REFRESH,
    HOME_AWAY,
    HOME_BACK,
    IMPORT_CARDS,
    POLICY_APPROVE,
    POLICY_TRY,
    POLICY_REJECT,
    POLICY_UPDATE,
    POLICY_ACTIVATE,
    POLICY_STOP,
    POLICY_COMPARE,
    POLICY_ROLL_BACK,
)

LEAD_STAGE_CHOSEN = "lead.stage_chosen"
CASE_OWNER_CHOSEN = "case.owner_chosen"
LEADS_REASSIGNED = "lead.reassigned"
LEADS_HANDED_OVER = "person.handed_over"
HOME_AWAY_SAID = "home.away_said"
POLICY_REJECTED = "policy.rejected"
POLICY_STOPPED = "policy.stopped"
POLICY_ROLLED_BACK = "policy.rolled_back"
VIEWS = (
    LEAD_STAGE_CHOSEN,
    CASE_OWNER_CHOSEN,
    LEADS_REASSIGNED,
    LEADS_HANDED_OVER,
    HOME_AWAY_SAID,
    POLICY_REJECTED,
    POLICY_STOPPED,
    POLICY_ROLLED_BACK,
)

# Blocks of the modals; an input's element carries its block's id as its action id.
STAGE_INPUT = "lead.stage"
OWNER_INPUT = "case.owner"
UNTIL_INPUT = "away.until"
REASON_INPUT = "reason"

HOME_OPENED = "app_home_opened"
FILE_SHARED = "file_shared"
EVENTS = (HOME_OPENED, FILE_SHARED)

LEAD_COMMAND = "/lead"
COMMANDS = (LEAD_COMMAND,)
