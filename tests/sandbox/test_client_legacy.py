"""Functions of the official client's older half, which 4.14 still ships and tools of others still call."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import synapseclient
from synapseclient import api as services
from synapseclient.core.exceptions import SynapseHTTPError

from tests.sandbox.making import Client, Json, Names, Users, id_of, make_queue, make_team

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
PUBLIC = 273949


@pytest.fixture
def syn(client: Any) -> Any:
    return client


@pytest.fixture
def source(tmp_path: Path, unique: Names) -> Path:
    """A file whose content no other test has."""
    file = tmp_path / "data.csv"
    file.write_text(unique("content"))
    return file


@pytest.fixture
def file(syn: Any, project: str, source: Path) -> Any:
    return syn.store(synapseclient.File(str(source), parent=project, annotations={"rank": [1]}))


@pytest.fixture
def queue(organizer: Client, project: str, unique: Names) -> Json:
    return make_queue(organizer, unique("queue"), project, description="d")


class TestEntities:
    def test_kinds_are_stored_and_read(self, syn: Any, unique: Names, source: Path) -> None:
        project = syn.store(synapseclient.Project(name=unique("project")))
        folder = syn.store(synapseclient.Folder(name="data", parent=project))
        file = syn.store(synapseclient.File(str(source), parent=folder))
        outside = syn.store(synapseclient.File("https://example.org/x.csv", parent=folder, synapseStore=False))
        link = syn.store(synapseclient.Link(targetId=file.id, parent=project))
        assert syn.get(outside.id, downloadFile=False).externalURL == "https://example.org/x.csv"
        assert syn.get(link.id, followLink=True, downloadFile=False).id == file.id
        assert {child["name"] for child in syn.getChildren(project)} == {"data", link.name}
        syn.delete(folder)
        with pytest.raises(SynapseHTTPError, match="is in trash can"):
            syn.get(file.id)

    def test_a_taken_name_is_not_overwritten_unless_asked(self, syn: Any, project: str) -> None:
        first = syn.store(synapseclient.Folder(name="data", parent=project))
        assert syn.store(synapseclient.Folder(name="data", parent=project)).id == first.id
        with pytest.raises(SynapseHTTPError, match="already exists with a parentId"):
            syn.store(synapseclient.Folder(name="data", parent=project), createOrUpdate=False)

    def test_entities_are_found_by_name_and_content(self, syn: Any, project: str, file: Any) -> None:
        assert syn.findEntityId("data.csv", project) == file.id
        assert syn.findEntityId("nothing", project) is None
        assert [found["id"] for found in syn.md5Query(file.md5)] == [file.id]
        assert syn.is_synapse_id(file.id) is True

    def test_is_synapse_id_fails_by_itself_where_there_is_no_entity(self, syn: Any) -> None:
        """A defect of 4.14.0: it reads the response of an exception that is not chained. The answer was 404."""
        with pytest.raises(AttributeError):
            syn.is_synapse_id("syn1")

    def test_annotations_are_read_and_written(self, syn: Any, file: Any) -> None:
        notes = syn.get_annotations(file)
        notes["kind"] = ["csv"]
        syn.set_annotations(notes)
        assert syn.get_annotations(file) == {"rank": [1], "kind": ["csv"]}

    def test_provenance_is_set_changed_and_removed(self, syn: Any, project: str, file: Any) -> None:
        made = syn.setProvenance(file, synapseclient.Activity(name="made", used=[project, "https://example.org/x"]))
        assert {one["concreteType"].rpartition(".")[2] for one in made["used"]} == {"UsedEntity", "UsedURL"}
        made["name"] = "changed"
        syn.updateActivity(made)
        assert syn.getProvenance(file)["name"] == "changed"
        assert syn.getProvenance(file, version=1)["name"] == "changed"
        syn.deleteProvenance(file)
        with pytest.raises(SynapseHTTPError, match="404"):
            syn.getProvenance(file)

    def test_a_file_moves_and_loses_a_version(self, syn: Any, project: str, file: Any, tmp_path: Path) -> None:
        folder = syn.store(synapseclient.Folder(name="elsewhere", parent=project))
        assert syn.move(file, folder).parentId == folder.id
        again = syn.get(file.id, downloadFile=False)
        (tmp_path / "new.csv").write_text("new")
        again.path = str(tmp_path / "new.csv")
        assert syn.store(again).versionNumber == 2
        syn.delete(again, version=1)
        with pytest.raises(SynapseHTTPError, match="404"):
            syn.get(file.id, version=1, downloadFile=False)

    def test_an_entity_is_printed_by_its_id(self, syn: Any, file: Any, caplog: pytest.LogCaptureFixture) -> None:
        syn.logger.addHandler(caplog.handler)
        syn.printEntity(file.id)
        syn.logger.removeHandler(caplog.handler)
        assert file.id in caplog.text

    def test_a_file_handle_comes_without_an_entity(self, syn: Any, project: str, source: Path) -> None:
        assert syn.uploadFileHandle(str(source), project)["fileName"] == "data.csv"

    def test_a_project_has_no_settings_of_its_own(self, syn: Any, project: str) -> None:
        assert syn.getProjectSetting(project, "upload") is None

    def test_the_plain_services_below_the_models_answer(self, syn: Any, project: str, file: Any) -> None:
        """Functions of `synapseclient.api`, which tools call where a model offers nothing."""
        path = asyncio.run(services.get_entity_path(file.id, synapse_client=syn))["path"]
        assert [one["id"] for one in path[1:]] == [project, file.id]
        first = asyncio.run(services.get_entity(file.id, version_number=1, synapse_client=syn))
        changed = {"entity": {**first, "description": "changed"}}
        bundle = asyncio.run(services.put_entity_id_bundle2(file.id, changed, synapse_client=syn))
        assert bundle["entity"]["description"] == "changed"
        assert syn.get_annotations(file, version=1) == {"rank": [1]}


class TestPeople:
    def test_profiles_are_found_by_name_and_id(self, syn: Any, api: Users) -> None:
        person = str(id_of(api("participant")))
        assert syn.getUserProfile()["userName"] == "organizer"
        assert syn.getUserProfile("participant")["ownerId"] == person
        assert syn.get_user_profile_by_username("participant")["ownerId"] == person
        assert syn.get_user_profile_by_id(int(person))["userName"] == "participant"
        assert [syn.is_certified(name) for name in ("participant", "newcomer")] == [True, False]

    def test_teams_are_made_read_and_deleted(self, syn: Any, organizer: Client, unique: Names) -> None:
        made = syn.create_team(unique("team"), "d")
        assert syn.getTeam(made.name).id == syn.getTeam(made.id).id
        (member,) = syn.getTeamMembers(made)
        assert member["member"]["ownerId"] == str(id_of(organizer))
        syn.delete_team(made.id)
        with pytest.raises(SynapseHTTPError, match="does not exist"):
            syn.getTeam(made.id)

    def test_people_are_invited(self, syn: Any, api: Users, organizer: Client, unique: Names) -> None:
        team, person = make_team(organizer, unique("team"))["id"], id_of(api("participant"))
        syn.invite_to_team(team, user="participant")
        assert syn.invite_to_team(team, user="participant") is None
        syn.invite_to_team(team, inviteeEmail="somebody@example.org")
        syn.send_membership_invitation(team, inviteeId=id_of(api("stranger")))
        assert len(list(syn.get_team_open_invitations(team))) == 3
        assert syn.get_membership_status(person, team)["hasOpenInvitation"] is True

    def test_permissions_are_set_for_entities_and_queues(self, syn: Any, api: Users, project: str, queue: Json) -> None:
        person = str(id_of(api("participant")))
        folder = syn.store(synapseclient.Folder(name="shared", parent=project))
        syn.setPermissions(folder, "participant", ["READ", "DOWNLOAD"])
        assert sorted(syn.get_acl(folder, person)) == ["DOWNLOAD", "READ"]
        evaluation = syn.getEvaluation(queue["id"])
        syn.setPermissions(evaluation, person, ["READ", "SUBMIT"])
        assert sorted(syn.getPermissions(evaluation, person)) == ["READ", "SUBMIT"]
        assert "READ" in syn.get_permissions(folder).access_types

    def test_a_message_is_sent(self, syn: Any, api: Users) -> None:
        sent = syn.sendMessage([id_of(api("participant"))], "Welcome", "To the challenge")
        assert sent["subject"] == "Welcome"


class TestQueues:
    def test_queues_are_found_by_name_and_project(self, syn: Any, project: str, unique: Names) -> None:
        made = syn.store(synapseclient.Evaluation(name=unique("queue"), description="d", contentSource=project))
        assert syn.getEvaluationByName(made.name).id == made.id
        assert [one.id for one in syn.getEvaluationByContentSource(project)] == [made.id]
        syn.delete(made)
        with pytest.raises(SynapseHTTPError, match="404"):
            syn.getEvaluation(made.id)

    def test_a_submission_is_made_downloaded_scored_and_deleted(
        self, syn: Any, file: Any, queue: Json, tmp_path: Path
    ) -> None:
        made = syn.submit(queue["id"], file, name="try", silent=True)
        read = syn.getSubmission(made.id, downloadLocation=str(tmp_path / "down"))
        assert Path(read.filePath).read_bytes() == Path(file.path).read_bytes()
        status = syn.getSubmissionStatus(made.id)
        status.status, status.submissionAnnotations = "SCORED", {"auc": [0.5]}
        syn.store(status)
        for own in (False, True):
            assert [one.id for one in syn.getSubmissions(queue["id"], myOwn=own)] == [made.id]
            ((submission, scored),) = syn.getSubmissionBundles(queue["id"], myOwn=own)
            assert (submission.id, scored.status) == (made.id, "SCORED")
        assert list(syn.getSubmissions(queue["id"], status="INVALID")) == []
        syn.delete(read)
        assert list(syn.getSubmissions(queue["id"])) == []

    def test_a_team_submits_with_its_members(
        self, syn: Any, organizer: Client, file: Any, queue: Json, unique: Names
    ) -> None:
        team = make_team(organizer, unique("team"))
        acl = organizer.ok("GET", f"/evaluation/{queue['id']}/acl")
        acl["resourceAccess"].append({"principalId": int(team["id"]), "accessType": ["READ", "SUBMIT"]})
        organizer.ok("PUT", "/evaluation/acl", acl)
        made = syn.submit(queue["id"], file, team=syn.getTeam(team["id"]), silent=True)
        assert (made.teamId, [one["principalId"] for one in made.contributors]) == (team["id"], [str(id_of(organizer))])


class TestWiki:
    def test_pages_are_stored_read_listed_and_deleted(self, syn: Any, project: str, source: Path) -> None:
        home = syn.store(synapseclient.Wiki(title="Home", owner=project, markdown="# Hi", attachments=[str(source)]))
        below = syn.store(synapseclient.Wiki(title="Rules", owner=project, markdown="r", parentWikiId=home.id))
        assert [header["title"] for header in syn.getWikiHeaders(project)] == ["Home", "Rules"]
        assert [handle["fileName"] for handle in syn.getWikiAttachments(home)] == ["data.csv"]
        page = syn.getWiki(project)
        page.markdown = "changed"
        syn.store(page)
        assert [syn.getWiki(project, home.id, version).markdown for version in (0, 1)] == ["# Hi", "changed"]
        assert syn.getWiki(project, subpageId=below.id).markdown == "r"
        syn.delete(below)
        assert [header["title"] for header in syn.getWikiHeaders(project)] == ["Home"]


class TestViews:
    @pytest.fixture(autouse=True)
    def ranked(self, file: Any) -> None:
        """A file with an annotation, for the views to show."""

    def test_columns_are_made_and_found(self, syn: Any) -> None:
        column = syn.createColumn("legacy zap", "STRING", maximumSize=20)
        (other,) = syn.createColumns([synapseclient.Column(name="legacy zip", columnType="INTEGER")])
        assert syn.getColumn(column["id"])["name"] == "legacy zap"
        assert {one["id"] for one in syn.getColumns("legacy z")} == {column["id"], other["id"]}

    def test_views_take_their_columns_from_annotations(self, syn: Any, project: str, queue: Json) -> None:
        submissions = synapseclient.SubmissionViewSchema(
            name="submissions", scopes=[queue["id"]], addDefaultViewColumns=True, parent=project
        )
        entities = synapseclient.EntityViewSchema(
            name="files", scopes=[project], includeEntityTypes=[synapseclient.EntityViewType.FILE], parent=project
        )
        assert "evaluationid" in {one["name"] for one in syn.getTableColumns(syn.store(submissions))}
        files = syn.store(entities)
        assert "rank" in {one["name"] for one in syn.getTableColumns(files)}
        frozen = syn.create_snapshot_version(files.id, comment="c", label="l")
        assert frozen == 1

    def test_a_query_downloads_a_csv_file(self, syn: Any, project: str) -> None:
        entities = synapseclient.EntityViewSchema(
            name="files", scopes=[project], includeEntityTypes=[synapseclient.EntityViewType.FILE], parent=project
        )
        view = syn.store(entities)
        found = syn.tableQuery(f"select name, rank from {view.id}")  # noqa: S608 -- SQL of Synapse
        assert "data.csv,1" in Path(found.filepath).read_text()
