"""Folders and archives from anywhere: read within bounds, and nothing outside of themselves."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from challenge_spec.converting import bundle
from challenge_spec.converting.report import CannotConvert
from tests.challenge_spec.converting.conversions import PATHS, converted, left, loaded, manifest

SMALL = b"version: 2\ntitle: Small\npages: [{ title: A, file: %s }]\n"


def archive(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in entries:
            opened.writestr(name, data)
    return path


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_an_archive_is_converted_like_the_folder_in_it(tmp_path: Path) -> None:
    folder = PATHS["codabench"]
    files = [(f"bundle/{path.relative_to(folder)}", path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    found = converted(archive(tmp_path / "bundle.zip", *files))
    assert found.files == converted(folder).files
    assert found.source == f"{tmp_path}/bundle.zip/bundle/competition.yaml"


@pytest.mark.parametrize(
    "name", ["../secret.md", "/etc/hostname", "..\\secret.md", "C:/secret.md", "a/../../secret.md", "secret\0.md"]
)
def test_entries_that_lead_out_of_an_archive_are_not_there(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    path = archive(tmp_path / "b.zip", ("competition.yaml", SMALL % f'"{name}"'.encode()), (name, b"from the archive"))
    try:
        found = converted(path)
    except CannotConvert:
        return
    assert not any(
        b"secret" in str(text).encode() or b"from the" in str(text).encode() for text in pages_of(found.files)
    )


def pages_of(files: object) -> list[object]:
    assert isinstance(files, dict)
    return [text for name, text in files.items() if name != "challenge.yaml"]


def test_links_in_an_archive_are_not_followed(tmp_path: Path) -> None:
    path = archive(tmp_path / "b.zip", ("competition.yaml", SMALL % b"a.md"), (link("a.md"), b"/etc/hostname"))
    found = converted(path)
    assert list(found.files) == ["challenge.yaml"]
    assert any("there is no file `a.md`" in item.why for item in found.report.left)


def test_links_that_lead_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "competition.yaml").write_bytes(SMALL % b"a.md" + b"terms: ../secret.md\n")
    (folder / "a.md").symlink_to(tmp_path / "secret.md")
    found = converted(folder)
    assert list(found.files) == ["challenge.yaml"]
    assert len(found.report.left) == 2


def test_a_description_that_is_a_link_out_of_its_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_bytes(SMALL % b"a.md")
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "competition.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(CannotConvert):
        converted(folder)


def test_a_file_that_unpacks_to_more_than_anybody_wants_is_not_unpacked(tmp_path: Path) -> None:
    bomb = b"\0" * (bundle.MAX_UNPACKED // 20)
    path = archive(tmp_path / "b.zip", ("competition.yaml", SMALL % b"a.md"), ("a.md", bomb))
    assert path.stat().st_size < 50_000
    found = converted(path)
    assert list(found.files) == ["challenge.yaml"]
    assert any("has more than" in item.why for item in found.report.left)


def test_a_size_that_is_a_lie_is_found_out(tmp_path: Path) -> None:
    path = archive(tmp_path / "b.zip", ("competition.yaml", SMALL % b"a.md"), ("a.md", b"x" * 3_000_000))
    data = path.read_bytes()
    lie = data.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 10))
    assert lie != data
    path.write_bytes(lie)
    assert list(converted(path).files) == ["challenge.yaml"]


def test_an_archive_of_too_many_files_is_refused_before_its_list_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "MAX_ENTRIES", 20)
    path = archive(tmp_path / "b.zip", *((f"f{number}", b"") for number in range(30)))
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda _: pytest.fail("read"))
    with pytest.raises(CannotConvert, match="too large"):
        converted(path)


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = archive(tmp_path / "b.zip", ("competition.yaml", SMALL % b"a.md"), ("competition.yaml", b"title: Other"))
    with pytest.raises(CannotConvert, match="two files"):
        converted(path)


@pytest.mark.parametrize("cut", [30, 60, 100, 200])
def test_a_broken_archive_is_refused_or_read_as_far_as_it_goes(cut: int, tmp_path: Path) -> None:
    whole = archive(
        tmp_path / "whole.zip", ("competition.yaml", SMALL % b"a.md"), ("a.md", os.urandom(200))
    ).read_bytes()
    for broken in (whole[:-cut], whole[cut:], whole[:cut] + b"\xff" * 20 + whole[cut + 20 :]):
        path = tmp_path / "b.zip"
        path.write_bytes(broken)
        with contextlib.suppress(CannotConvert):
            assert not loaded(converted(path), tmp_path / "out").has_errors


def test_an_encrypted_file_is_no_file(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("competition.yaml", SMALL % b"a.md")
        opened.writestr("a.md", "secret")
    data = bytearray(made.getvalue())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    path = tmp_path / "b.zip"
    path.write_bytes(bytes(data))
    assert list(converted(path).files) == ["challenge.yaml"]


def test_pages_that_are_no_text_are_reported_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "competition.yaml").write_bytes(SMALL % b"a.md" + b"terms: b.md\n")
    (tmp_path / "a.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.md").write_text("Terms")
    found = converted(tmp_path)
    assert "wiki/terms.md" in found.files
    assert left(found) == ["3 pages[0].file: a.md"]
    assert manifest(found)["wiki"] == {"pages": "wiki/"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"title: [", "did not find|while parsing|expected"),
        (b"", "nothing in it"),
        (b"- a\n- b\n", "nothing in it"),
        (b"just words", "nothing in it"),
        (b"title: x\n" + b"# " + b"x" * (2 * 1024 * 1024), "bytes"),
        (b"a: &a [x]\nb: [" + b"*a," * 200 + b"]", "aliases"),
        (b"a: " + b"[" * 100 + b"]" * 100, "deep"),
        (b"version: 7\ntitle: x", "version"),
        (b"version: [2]\ntitle: x", "version"),
    ],
)  # fmt: skip
def test_a_description_that_can_not_be_read_is_refused_with_its_place(text: bytes, what: str, tmp_path: Path) -> None:
    (tmp_path / "competition.yaml").write_bytes(text)
    with pytest.raises(CannotConvert, match=what) as refused:
        converted(tmp_path)
    assert refused.value.where.startswith(f"{tmp_path}/competition.yaml")
    assert refused.value.mend


def test_tags_of_python_are_not_run(tmp_path: Path) -> None:
    (tmp_path / "competition.yaml").write_text("title: !!python/object/apply:os.system ['touch ran']\nversion: 2\n")
    found = converted(tmp_path)
    assert not Path("ran").exists()
    assert any("python/object" in text for text in left(found))


def test_a_folder_with_two_descriptions_asks_which(tmp_path: Path) -> None:
    (tmp_path / "competition.yaml").write_bytes(SMALL % b"a.md")
    (tmp_path / "challenge_config.yaml").write_text("title: Other\n")
    with pytest.raises(CannotConvert, match="several"):
        converted(tmp_path)
    assert converted(tmp_path, "evalai").name == "Other"


@pytest.mark.parametrize("name", ["nothing", "empty", "pipe"])
def test_what_is_no_source_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CannotConvert) as refused:
        converted(tmp_path / name)
    assert refused.value.mend
