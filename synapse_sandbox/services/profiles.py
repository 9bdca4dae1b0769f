"""User profiles, user bundles and certification (contract 1.3)."""

from __future__ import annotations

import json

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import ACT, ANONYMOUS, CERTIFIED_USERS, is_member
from synapse_sandbox.refusals import forbidden, not_found, required, stale_etag
from synapse_sandbox.routing import Route
from synapse_sandbox.services.principals import claim_alias, display_name, require_free_alias
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json, number, optional_iso, to_iso

SCHEMA = ""
PUBLIC_FIELDS = (
    "ownerId firstName lastName userName summary position location industry company profilePicureFileHandleId url"
    " teamName createdOn"
).split()
# Kept as sent; everything else of a profile is the server's.
_OWN_FIELDS = (
    "firstName lastName rStudioUrl summary position location industry company profilePicureFileHandleId url teamName"
    " notificationSettings preferences"
).split()
# UserBundle mask bits (contract 1.3).
_PROFILE, _CERTIFIED, _VERIFIED, _ACT, _REVIEWER = 0x1, 0x8, 0x10, 0x20, 0x40
CERTIFICATION_QUIZ = 1


def profile_of(store: Store, user_id: int) -> Json:
    """The whole profile of a user, private fields included; 404 for an unknown user."""
    row = store.one("SELECT * FROM user_profiles JOIN principals ON id = user_id WHERE user_id = ?", user_id)
    if row is None:
        raise not_found(f"UserProfile cannot be found for: {user_id}")
    emails = store.all("SELECT alias FROM principal_aliases WHERE principal_id = ? AND type = 'USER_EMAIL'", user_id)
    return {
        **json.loads(row["fields"]),
        "ownerId": str(user_id),
        "etag": row["etag"],
        "userName": display_name(store, user_id),
        "emails": [email["alias"] for email in emails],
        "openIds": [],
        "createdOn": to_iso(row["created_on"]),
        "twoFactorAuthEnabled": False,
    }


def visible_profile(call: Call, user_id: int) -> Json:
    """A profile as the caller may see it: strangers see the public fields alone."""
    profile = profile_of(call.store, user_id)
    if call.caller.id == user_id or call.caller.is_act or call.caller.is_admin:
        return profile
    return {name: value for name, value in profile.items() if name in PUBLIC_FIELDS}


def get_own_profile(call: Call) -> Answer:
    """GET /userProfile: also anonymously (userName "anonymous")."""
    return Answer(visible_profile(call, call.caller.id))


def get_profile(call: Call) -> Answer:
    """GET /userProfile/{id}."""
    return Answer(visible_profile(call, call.number("profileId")))


def list_profiles(call: Call) -> Answer:
    """POST /userProfile {list: [ids]}."""
    return Answer({"list": [visible_profile(call, number(user)) for user in call.body.get("list", [])]})


def update_profile(call: Call) -> Answer:
    """PUT /userProfile: one's own, under its etag."""
    body, caller = call.body, call.caller
    if caller.is_anonymous or body.get("ownerId") != str(caller.id):
        raise forbidden("Only owner and administrators may update UserProfile.")
    current = profile_of(call.store, caller.id)
    if body.get("etag") is None:
        raise required("etag")
    if body["etag"] != current["etag"]:
        raise stale_etag(
            f"Use profile: {caller.id} was updated since you last fetched it, retrieve it again and reapply the update"
        )
    _rename(call, str(body.get("userName", current["userName"])))
    fields = {name: body[name] for name in _OWN_FIELDS if name in body}
    call.store.run(
        "UPDATE user_profiles SET fields = ?, etag = ? WHERE user_id = ?",
        json.dumps(fields),
        call.store.new_etag(),
        caller.id,
    )
    return Answer(profile_of(call.store, caller.id))


def _rename(call: Call, name: str) -> None:
    if name != call.caller.name:
        require_free_alias(call.store, name, "USER_NAME", holder=call.caller.id)
        claim_alias(call.store, call.caller.id, "USER_NAME", name)


def _bundle(call: Call, user_id: int) -> Answer:
    mask = number(call.parameter("mask", "int"))
    profile = visible_profile(call, user_id)
    bundle: Json = {"userId": str(user_id)}
    if mask & _PROFILE:
        bundle["userProfile"] = profile
    if mask & _CERTIFIED:
        bundle["isCertified"] = is_member(call.store, CERTIFIED_USERS, user_id)
    if mask & _VERIFIED:
        bundle["isVerified"] = False
    if mask & _ACT:
        bundle["isACTMember"] = is_member(call.store, ACT, user_id)
    if mask & _REVIEWER:
        bundle["isARReviewer"] = is_member(call.store, ACT, user_id)
    return Answer(bundle)


def get_own_bundle(call: Call) -> Answer:
    """GET /user/bundle?mask=."""
    return _bundle(call, call.caller.id)


def get_bundle(call: Call) -> Answer:
    """GET /user/{id}/bundle?mask=."""
    return _bundle(call, call.number("id"))


def get_passing_record(call: Call) -> Answer:
    """GET /user/{id}/certifiedUserPassingRecord: 404 for somebody who never passed."""
    user_id = call.number("id")
    passed_on = call.store.value("SELECT certified_on FROM user_profiles WHERE user_id = ?", user_id)
    if passed_on is None or user_id == ANONYMOUS:
        raise not_found(f"Quiz response not found for user {user_id}")
    return Answer(
        {
            "userId": str(user_id),
            "quizId": CERTIFICATION_QUIZ,
            "passed": True,
            "certified": True,
            "revoked": False,
            "passedOn": optional_iso(passed_on),
        }
    )


ROUTES = (
    Route("GET", "/repo/v1/userProfile", get_own_profile, reads=True, before_terms=True),
    Route("POST", "/repo/v1/userProfile", list_profiles, reads=True),
    Route("PUT", "/repo/v1/userProfile", update_profile),
    Route("GET", "/repo/v1/userProfile/{profileId}", get_profile, reads=True),
    Route("GET", "/repo/v1/user/bundle", get_own_bundle, reads=True),
    Route("GET", "/repo/v1/user/{id}/bundle", get_bundle, reads=True),
    Route("GET", "/repo/v1/user/{id}/certifiedUserPassingRecord", get_passing_record, reads=True),
)
