"""EvalAI: `challenge_config.yaml` with HTML pages (peers 1.1, 6.1). Dates are in UTC; it ignores unknown keys."""

from __future__ import annotations

from typing import Final

from challenge_spec.converting.block import Block, Homeless
from challenge_spec.converting.evalai_phases import Phases
from challenge_spec.converting.fields import page_from, utc_moment
from challenge_spec.converting.names import fitted
from challenge_spec.converting.opened import Opened
from challenge_spec.converting.outline import Outline, PageDraft
from challenge_spec.converting.spans import span_of, timeline

FILES: Final = ("challenge_config.yaml", "challenge_config.yml")
_PAGES: Final = (
    ("description", (), "Overview"),
    ("evaluation_details", ("evaluation",), "Evaluation"),
    ("submission_guidelines", ("submission",), "How to submit"),
    ("terms_and_conditions", ("terms",), "Terms and conditions"),
    ("leaderboard_description", ("leaderboard",), "Leaderboard"),
)
_WORKERS: Final = ("EvalAI's own workers are sized by it", "Say under `orchestrators.main.machine` what yours has.")
_TEAMS: Final = ("Synapse works with teams, not with addresses", "Invite people to a team, and name it in `access`.")
_PLATFORM: Final = ("it is a switch of EvalAI", "Nothing; Synapse has no such switch.")
_RIGHTS: Final = ("Synapse has no such right for submitters", "Organizers can do it for them; say so on a page.")
_STAGE: Final = (
    "a launch is an edit of `challenge.stage`, with gates",
    "Launch with `stage: open` when you are ready.",
)
_HOMELESS: Homeless = {
    "image": ("projects have no logo in the manifest", "Put it on a page: `![logo](logo.png)`."),
    "published": _STAGE,
    "is_registration_open": ("people join as the stage says", "See `teams.participants.join` and docs/stages.md."),
    "enable_forum": ("every project on Synapse has a forum", "Nothing; say on a page how you use it."),
    "forum_url": ("every project on Synapse has a forum", "Link to the other one on a page, if it goes on."),
    "anonymous_leaderboard": ("a view shows who submitted", "Leave `submitter` out of its `columns`."),
    "require_complete_profile": _PLATFORM,
    "max_team_members": ("Synapse doesn't limit the size of teams", "State it in the rules, and check it."),
    "allowed_email_domains": _TEAMS,
    "blocked_email_domains": _TEAMS,
    "banned_email_ids": _TEAMS,
    "allow_resuming_submissions": _RIGHTS,
    "allow_host_cancel_submissions": _RIGHTS,
    "allow_cancel_running_submissions": _RIGHTS,
    "allow_participants_resubmissions": _RIGHTS,
    "max_docker_image_size": ("Synapse doesn't limit images", "See `orchestrators.main.image_size` for the disk."),
    "cli_version": _PLATFORM,
    "challenge_usage_type": _PLATFORM,
    "submission_artifact_retention_policy": ("Synapse keeps everything", "Say in the rules what you delete, and when."),
    "is_static_dataset_code_upload": ("code is not uploaded to Synapse", "Let people submit Docker images."),
    "remote_evaluation": (
        "an orchestrator is on your own machine anyway",
        "Write `evaluation: receive` on the queues if your own service goes on fetching submissions.",
    ),
    "evaluation_script": (
        "the orchestrator runs CWL, not `evaluate(annotation, submission, phase)`",
        "Wrap it in a workflow, and name its repository in `workflows.scoring`.",
    ),
    **dict.fromkeys(
        (
            "vpc_cidr", "subnet_1_cidr", "subnet_2_cidr", "worker_instance_type", "worker_ami_image_id",
            "worker_disk_size", "min_worker_instance", "max_worker_instance", "desired_worker_instance",
            "cpu_only_jobs", "job_cpu_cores", "job_memory", "uses_ec2_worker", "ec2_storage", "ephemeral_storage",
            "worker_image_url", "worker_python_version", "sqs_retention_period", "use_fifo_sqs",
        ),
        _WORKERS,
    ),
}  # fmt: skip


def read(opened: Opened) -> Outline:
    """The challenge that the file describes; what it can't be is in the report."""
    root = opened.root
    outline = Outline(_name(opened), opened.zone.key, opened.report)
    outline.catalogue.headline = root.text("short_description", "catalog.headline")
    _pages(opened, outline)
    _catalogue(root, outline)
    start = utc_moment(opened, root, "start_date", "timeline.open")
    end = utc_moment(opened, root, "end_date", "timeline.close")
    phases = Phases(opened, outline, docker=root.flag("is_docker_based", "queues.*.submission") is True)
    phases.read(span_of(root, "submission_time_limit", "queues.*.run.time_limit"))
    timeline(outline, start, end, root.at("start_date"), root.at("end_date"))
    root.finish(_HOMELESS)
    return outline


def _name(opened: Opened) -> str:
    title = opened.root.text("title", "challenge.name")
    place = opened.root.at("title")
    return fitted(title or opened.called, opened.called, ("challenge", "name"), place, opened.report)


def _pages(opened: Opened, outline: Outline) -> None:
    for key, where, title in _PAGES:
        text = opened.root.text(key)
        if text is None:
            continue
        page = page_from(opened, opened.root, key, text, where, title)
        if page is not None:
            outline.pages.append(page)
            outline.accepts_terms |= where == ("terms",)


def _catalogue(root: Block, outline: Outline) -> None:
    tags = root.texts("tags", "catalog.keywords")
    domain = root.text("domain", "catalog.keywords")
    outline.catalogue.keywords = tuple(dict.fromkeys([*tags, *([domain] if domain else [])]))
    for sponsor in root.blocks("sponsors"):
        name = sponsor.text("name", "catalog.organizations")
        if name:
            outline.catalogue.sponsors.append((name, sponsor.text("website", "catalog.organizations")))
        sponsor.finish({}, ("name", "website"))
    _prizes(root, outline)


def _prizes(root: Block, outline: Outline) -> None:
    """The prizes as a page; a catalogue only hears that there is money."""
    rows = []
    for prize in root.blocks("prizes"):
        cells = [prize.text(key) or "" for key in ("rank", "amount", "description")]
        rows.append("| " + " | ".join(" ".join(cell.replace("|", "/").split()) for cell in cells) + " |")
        prize.finish({})
    if rows:
        root.take("prizes", "catalog.incentives, wiki/prizes.md")
        table = "\n".join(["| Rank | Amount | |", "|---|---|---|", *rows])
        outline.catalogue.prizes = True
        outline.pages.append(PageDraft(("prizes",), "Prizes", table, "prizes.md", root.at("prizes")))
