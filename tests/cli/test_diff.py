"""`challenge diff`: two git revisions of a manifest, compared offline."""

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest

from challenge_cli.errors import Code
from challenge_cli.revisions import repository_of
from tests.cli.conftest import Challenge, edit

SCHEMA = Path(__file__).resolve().parents[2] / "schemas/diff.schema.json"


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=example", "-c", "user.email=example@example.org")
    ran = subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def commit(folder: Path, message: str = "more") -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(here: Path) -> Path:
    """The quick start's challenge in a repository of its own, committed once."""
    git(here, "init", "--quiet", "--initial-branch", "main")
    commit(here)
    return here


def test_the_working_files_are_compared_with_a_revision(challenge: Challenge, repository: Path) -> None:
    edit(repository / "challenge.yaml", "daily: 2", "daily: 5")
    shown = challenge("diff", "main")
    assert shown.code == Code.FINE
    assert "from main (" in shown.out
    assert ") to the working files" in shown.out
    assert shown.out.count("limits.daily: 2 -> 5") == 3


def test_two_revisions_are_compared_whatever_the_working_files_say(challenge: Challenge, repository: Path) -> None:
    edit(repository / "challenge.yaml", "daily: 2", "daily: 5")
    commit(repository)
    (repository / "challenge.yaml").write_text("broken: [")
    shown = challenge("diff", "HEAD^1", "HEAD")
    assert shown.code == Code.FINE
    assert "limits.daily: 2 -> 5" in shown.out


def test_a_difference_exits_with_2_if_asked_for(challenge: Challenge, repository: Path) -> None:
    assert challenge("diff", "main", "--detailed-exitcode").code == Code.FINE
    edit(repository / "challenge.yaml", "rank_by: [rmse, pearson]", "rank_by: [pearson, rmse]")
    assert challenge("diff", "main").code == Code.FINE
    shown = challenge("diff", "main", "--detailed-exitcode")
    assert shown.code == Code.PENDING
    assert "1 setting changed" in shown.out


def test_pages_and_images_are_of_their_revision(challenge: Challenge, repository: Path) -> None:
    (repository / "wiki/rules.md").write_text("# Rules\n\nBe kind.\n")
    (repository / "wiki/images/predictions.png").write_bytes(b"\x89PNG another")
    shown = challenge("diff", "main").out
    assert "+ Be kind." in shown
    assert "attachments" in shown


def test_a_page_may_be_gone_and_another_be_new(challenge: Challenge, repository: Path) -> None:
    (repository / "wiki/rules.md").rename(repository / "wiki/terms.md")
    index = repository / "wiki/index.md"
    index.write_text(index.read_text().replace("rules.md", "terms.md"))
    for path in (repository / "wiki").glob("*.md"):
        path.write_text(path.read_text().replace("rules.md", "terms.md"))
    (repository / "preregistration.md").write_text("# Soon\n")
    shown = challenge("diff", "main").out
    assert "- wiki.staging/rules" in shown
    assert "+ wiki.staging/terms" in shown


def test_a_comparison_as_json_fits_its_schema(challenge: Challenge, repository: Path) -> None:
    edit(repository / "challenge.yaml", "stage: draft", "stage: open")
    found = json.loads(challenge("diff", "main", "--format", "json").out)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    assert found["base"]["commit"] == git(repository, "rev-parse", "main")
    assert found["head"] == {"name": "the working files", "commit": None, "stage": "open"}
    assert found["summary"]["update"] == len([item for item in found["changes"] if item["action"] == "update"]) > 3


def test_a_comparison_as_markdown_shows_what_opens_first(challenge: Challenge, repository: Path) -> None:
    edit(repository / "challenge.yaml", "stage: draft", "stage: open")
    shown = challenge("diff", "main", "--format", "markdown", "--now", "2027-03-10").out
    assert shown.startswith("### Melting Points Challenge: what the files change\n")
    assert shown.index("gains READ, SUBMIT on `queue.leaderboard/prediction`") < shown.index("<details")


def test_before_there_was_a_manifest_there_was_nothing(challenge: Challenge, here: Path) -> None:
    git(here, "init", "--quiet", "--initial-branch", "main")
    (here / ".gitignore").write_text("*\n!.gitignore\n")
    commit(here)
    shown = challenge("diff", "main")
    assert shown.code == Code.FINE
    assert "from nothing to the working files" in shown.out
    assert "50 new" in shown.out


def test_a_manifest_below_the_root_with_files_above_it(challenge: Challenge, here: Path, tmp_path: Path) -> None:
    below = tmp_path / "challenges" / "one"
    below.mkdir(parents=True)
    for name in ("challenge.yaml", "wiki", "preregistration.md"):
        (here / name).rename(below / name)
    edit(below / "challenge.yaml", "manifest: 1\n", "manifest: 1\ninclude: [../../people.yaml]\n")
    edit(below / "challenge.yaml", "  administrators: { members: [example-admin] }\n", "")
    (here / "people.yaml").write_text("teams: { administrators: { members: [example-admin] } }\n")
    git(here, "init", "--quiet", "--initial-branch", "main")
    commit(here)
    (here / "people.yaml").write_text("teams: { administrators: { members: [example-admin, example-other] } }\n")
    shown = challenge("diff", "main", "--manifest", below)
    assert "+ member.administrators/example-other" in shown.out


def test_nothing_stays_behind(challenge: Challenge, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = repository.parent / "places"
    places.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(places))
    before = {path for path in repository.rglob("*") if "objects" not in path.parts}
    challenge("diff", "main")
    assert {path for path in repository.rglob("*") if "objects" not in path.parts} == before
    assert list(places.iterdir()) == []


@pytest.mark.parametrize("revision", ["nowhere", "HEAD~9", "--output=x", "HEAD:challenge.yaml", ""])
def test_an_unknown_revision_is_said_with_a_remedy(challenge: Challenge, repository: Path, revision: str) -> None:
    shown = challenge("diff", "--", revision)
    assert shown.code == Code.ERROR
    assert "there is no such revision in this repository" in shown.err
    assert "fetch-depth: 0" in shown.err


def test_outside_of_git_there_is_nothing_to_compare(challenge: Challenge, here: Path) -> None:
    shown = challenge("diff", "main")
    assert shown.code == Code.ERROR
    assert "this is no git repository" in shown.err


def test_a_manifest_of_another_repository_is_refused(challenge: Challenge, repository: Path, tmp_path: Path) -> None:
    shown = challenge("diff", "main", "--manifest", repository / "nowhere/challenge.yaml")
    assert shown.code == Code.ERROR
    assert "there is no such file" in shown.err


@pytest.mark.parametrize(("arguments", "shown"), [(("main",), "main"), (("HEAD", "main"), "main")])
def test_a_manifest_that_is_broken_at_a_revision_is_said_with_its_place(
    challenge: Challenge, repository: Path, arguments: tuple[str, ...], shown: str
) -> None:
    edit(repository / "challenge.yaml", "purpose: leaderboard", "purpos: leaderboard")
    broken = commit(repository)
    git(repository, "checkout", "--quiet", "--detach", "HEAD^1")
    said = challenge("diff", *arguments)
    assert git(repository, "rev-parse", "main") == broken
    assert said.code == Code.ERROR
    assert f"{shown}:challenge.yaml:" in said.err
    assert "Did you mean `purpose`?" in said.err
    assert "the manifest can't be used" in said.err
    assert "/challenge-" not in said.err


def test_a_manifest_that_is_gone_at_head_is_said(challenge: Challenge, repository: Path) -> None:
    (repository / "challenge.yaml").rename(repository / "other.yaml")
    commit(repository)
    shown = challenge("diff", "HEAD^1", "HEAD")
    assert shown.code == Code.ERROR
    assert "HEAD:challenge.yaml" in shown.err


def test_what_git_would_run_on_checkout_is_not_run(repository: Path) -> None:
    (repository / ".gitattributes").write_text("*.md filter=evil\n*.yaml export-ignore\n")
    git(repository, "config", "filter.evil.smudge", f"touch {repository}/ran")
    git(repository, "add", "--all")
    named = commit(repository)
    with repository_of(repository / "challenge.yaml").files(named) as folder:
        assert (folder / "challenge.yaml").read_text() == (repository / "challenge.yaml").read_text()
        assert (folder / "wiki/rules.md").is_file()
    assert not (repository / "ran").exists()
    assert not folder.exists()


def test_links_of_a_revision_lead_nowhere_outside(challenge: Challenge, repository: Path, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret.md"
    secret.write_text("# Secret\n")
    (repository / "wiki/rules.md").unlink()
    (repository / "wiki/rules.md").symlink_to(secret)
    commit(repository)
    shown = challenge("diff", "HEAD^1", "HEAD")
    assert "Secret" not in shown.out + shown.err


def test_a_clone_that_lacks_a_file_of_the_revision_says_so(challenge: Challenge, repository: Path) -> None:
    blob = git(repository, "rev-parse", "HEAD:wiki/rules.md")
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    shown = challenge("diff", "main")
    assert shown.code == Code.ERROR
    assert "this clone doesn't have all files of that revision" in shown.err


def test_a_path_that_leads_out_of_its_tree_is_refused(challenge: Challenge, repository: Path) -> None:
    def tree(listed: str) -> str:
        command = ["git", "-C", str(repository), "mktree"]
        ran = subprocess.run(command, input=listed, check=True, capture_output=True, text=True)
        return ran.stdout.strip()

    blob = git(repository, "rev-parse", "HEAD:challenge.yaml")
    inner = tree(f"100644 blob {blob}\tescaped.yaml\n")
    evil = tree(f"040000 tree {inner}\t..\n100644 blob {blob}\tchallenge.yaml\n")
    named = git(repository, "commit-tree", evil, "-m", "evil")
    shown = challenge("diff", named)
    assert shown.code == Code.ERROR
    assert "a path out of its tree" in shown.err


def test_a_folder_that_leads_out_of_the_repository_is_in_none(
    challenge: Challenge, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (repository / "elsewhere").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    shown = challenge("diff", "main", "--manifest", "elsewhere/challenge.yaml")
    assert shown.code == Code.ERROR
    assert "this is no git repository" in shown.err


def test_a_hook_of_another_repository_changes_nothing(
    challenge: Challenge, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere/.git")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/.git/index")
    assert "No changes." in challenge("diff", "main").out


def test_without_git_there_is_a_word_about_it(
    challenge: Challenge, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(repository))
    shown = challenge("diff", "main")
    assert shown.code == Code.ERROR
    assert "help: install git" in shown.err


def test_the_time_decides_which_pages_are_up(challenge: Challenge, repository: Path) -> None:
    edit(repository / "challenge.yaml", "stage: draft", "stage: open")
    commit(repository)
    rules = repository / "wiki/rules.md"
    rules.write_text(f"---\nstart: 2027-04-01\n---\n{rules.read_text()}")
    early, late = (challenge("diff", "main", "--now", now).out for now in ("2027-03-10", "2027-04-10"))
    assert "- wiki.live/rules" in early
    assert "- wiki.live/rules" not in late
