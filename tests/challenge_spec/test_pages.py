"""Pages: a tree of Markdown that works on GitHub, taken apart for Synapse; what leads nowhere is pointed at."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from challenge_spec.load import Loaded, load_challenge
from challenge_spec.pages import AttachmentLink, IdOf, Page, PageLink
from tests.challenge_spec.sound import PAGES, SOUND, Break, pointed_at, shown, write

EURO = "\N{EURO SIGN}"


def page(loaded: Loaded, *key: str) -> Page:
    return next(page for page in loaded.pages if page.key == key)


def body(broken: Break, text: str) -> Page:
    """The data page with this text."""
    loaded = broken(files={"wiki/data.md": f"# Data\n\n## Format\n\n{text}"})
    assert not loaded.has_errors, shown(loaded)
    return page(loaded, "data")


def parts(broken: Break, text: str) -> list[object]:
    """What stands in the place of links and values."""
    return [part for part in body(broken, text).parts if not isinstance(part, str)]


def codes(broken: Break, text: str) -> list[str]:
    loaded = broken(files={"wiki/data.md": f"# Data\n\n## Format\n\n{text}"})
    wanted = [item.code for item in loaded.diagnostics if item.code.startswith(("page.", "file."))]
    return [code for code in wanted if code != "page.orphan-file"]  # the page that showed the image was replaced


# The tree


def test_folders_are_parents_and_their_index_is_their_page(broken: Break) -> None:
    loaded = broken(files={"wiki/guide/index.md": "# Guide\n\nx", "wiki/guide/docker.md": "# Docker\n\nx"})
    assert [page.key for page in loaded.pages] == [(), ("data",), ("guide",), ("guide", "docker")]
    assert page(loaded, "guide", "docker").parent == ("guide",)


def test_a_file_beside_a_folder_of_its_name_is_the_folders_page(broken: Break) -> None:
    loaded = broken(files={"wiki/guide.md": "# Guide\n\nx", "wiki/guide/docker.md": "# Docker\n\nx"})
    assert [page.key for page in loaded.pages] == [(), ("data",), ("guide",), ("guide", "docker")]


def test_numbers_in_file_names_order_pages_and_are_no_part_of_their_keys(broken: Break) -> None:
    loaded = broken(files={"wiki/2-b.md": "# B\n\nx", "wiki/10-a.md": "# A\n\nx"})
    assert [page.key for page in loaded.pages] == [(), ("b",), ("a",), ("data",)]


def test_order_in_the_head_comes_before_names(broken: Break) -> None:
    loaded = broken(files={"wiki/zoo.md": "---\norder: 1\n---\n# Zoo\n\nx"})
    assert [page.key for page in loaded.pages] == [(), ("zoo",), ("data",)]


@pytest.mark.parametrize("name", ["index.md", "home.md", "README.md"])
def test_the_root_page_has_one_of_three_names(name: str, broken: Break) -> None:
    loaded = broken(files={"wiki/index.md": None, f"wiki/{name}": "# Root\n\nx"})
    assert page(loaded).title == "Root"


def test_a_tree_without_a_root_is_refused(broken: Break) -> None:
    assert "page.no-root" in {item.code for item in broken(files={"wiki/index.md": None}).diagnostics}


def test_a_folder_without_a_page_is_refused(broken: Break) -> None:
    loaded = broken(files={"wiki/guide/docker.md": "# Docker\n\nx"})
    assert [item.code for item in loaded.diagnostics if item.severity == "error"] == ["page.no-parent"]


def test_two_files_for_one_page_are_refused(broken: Break) -> None:
    loaded = broken(files={"wiki/1-data.md": "# Other\n\nx"})
    assert [item.code for item in loaded.diagnostics if item.severity == "error"] == ["page.same"]


def test_a_title_comes_from_the_head_then_the_first_heading_then_the_file(broken: Break) -> None:
    loaded = broken(files={"wiki/late-work.md": "x", "wiki/b.md": "---\ntitle: Bee\n---\n# Other\n\nx"})
    titles = [page(loaded, "b").title, page(loaded, "data").title, page(loaded, "late-work").title]
    assert titles == ["Bee", "Data", "Late work"]


@pytest.mark.parametrize(
    "text",
    [
        "# About the {{ challenge.name }}\n\n## Format\n",
        '---\ntitle: "About the {{ challenge.name }}"\n---\n## Format\n',
    ],
)
def test_values_of_the_manifest_are_filled_into_titles(broken: Break, text: str) -> None:
    assert page(broken(files={"wiki/data.md": text}), "data").title == "About the Smell Challenge"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('---\ntitle: "{{ challenge.nam }}"\n---\n## Format\n', "`challenge.nam` is nothing that the manifest says"),
        ("# {{ challenge.nam }}\n\n## Format\n", "`challenge.nam` is nothing that the manifest says"),
        ("# {{ teams.finalists.id }}\n\n## Format\n", "`teams.finalists.id` is an id: a title can't wait for it"),
    ],
)
def test_a_title_with_what_nobody_says_yet_is_refused_once(broken: Break, text: str, message: str) -> None:
    loaded = broken(files={"wiki/data.md": text})
    assert [item.message for item in loaded.diagnostics if item.code == "page.unknown-value"] == [message]


def test_siblings_with_the_same_title_are_refused(broken: Break) -> None:
    loaded = broken(files={"wiki/more.md": "---\ntitle: data\n---\nx"})
    assert [item.code for item in loaded.diagnostics if item.severity == "error"] == ["page.same-title"]


def test_a_title_that_synapse_would_cut_is_refused(broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": f"---\ntitle: {'x' * 257}\n---\n## Format\nx"})
    found = next(item for item in loaded.diagnostics if item.code == "page.long-title")
    assert (found.position.line, found.position.column) == (2, 8)


def test_a_page_may_come_and_go(broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": "---\nstart: papers-due\nuntil: 2027-08-01\n---\n## Format\nx"})
    found = page(loaded, "data")
    assert str(found.start) == "2027-07-15 00:00:00+00:00"
    assert str(found.until) == "2027-08-02 06:59:59+00:00"


def test_a_page_that_goes_before_it_comes_is_refused(broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": "---\nstart: close\nuntil: open\n---\n## Format\nx"})
    found = next(item for item in loaded.diagnostics if item.code == "page.ends-before-start")
    assert pointed_at(loaded, found) == "open"


def test_a_misspelt_key_in_a_head_is_pointed_at(broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": "---\ntitel: Data\n---\n## Format\nx"})
    found = next(item for item in loaded.diagnostics if item.code == "manifest.unknown-key")
    assert (found.position.file[-7:], found.position.line, found.help) == ("data.md", 2, "Did you mean `title`?")


def test_a_moved_page_says_where_it_was(broken: Break) -> None:
    loaded = broken(files={"wiki/new.md": "---\nwas: guide/old.md\n---\n# New\n\nx"})
    assert page(loaded, "new").was == ("guide", "old")


def test_a_page_that_is_still_there_was_not_moved(broken: Break) -> None:
    loaded = broken(files={"wiki/new.md": "---\nwas: data\n---\n# New\n\nx"})
    assert "page.moved-twice" in {item.code for item in loaded.diagnostics}


# Links and images


def test_a_link_to_a_page_stands_for_that_page(broken: Break) -> None:
    assert parts(broken, "See [home](index.md).") == [PageLink((), None)]


def test_the_text_around_a_link_is_kept_to_the_letter(broken: Break) -> None:
    found = body(broken, 'a [b](index.md "t") c').parts
    assert str(found[0]).endswith("a [b](")
    assert found[1:] == (PageLink((), None), ' "t") c')


def test_an_anchor_is_checked_as_github_makes_it(broken: Break) -> None:
    assert parts(broken, "[here](#format) and [there](data.md#format)") == [PageLink(("data",), "format")] * 2
    assert codes(broken, "[here](#formats)") == ["page.broken-anchor"]


def test_a_link_to_no_page_is_pointed_at(broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": "# Data\n\n## Format\n\nSee [it](dat.md)."})
    found = next(item for item in loaded.diagnostics if item.code == "page.broken-link")
    assert (found.position.line, found.position.column, found.position.length) == (5, 10, 6)
    assert found.help == "Did you mean `data.md`?"


@pytest.mark.parametrize("target", ["https://example.org", "mailto:a@example.org", "#!Synapse:syn1", "//example.org/x"])
def test_addresses_elsewhere_are_left_alone(target: str, broken: Break) -> None:
    assert parts(broken, f"[x]({target})") == []


@pytest.mark.parametrize("text", ["[x]()", "[x](/index.md)", "![x](index.md)", "[a]: nowhere.md\n\n[x][a]"])
def test_links_that_would_break_are_refused(text: str, broken: Break) -> None:
    assert codes(broken, text) == ["page.broken-link"]


def test_an_image_is_attached(broken: Break) -> None:
    found = body(broken, "![Two](images/odours.png)")
    assert AttachmentLink("odours.png", "image", "Two") in found.parts
    data = PAGES["wiki/images/odours.png"].encode()
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert [(item.name, item.size, item.md5) for item in found.attachments] == [("odours.png", len(data), digest)]


def test_a_file_that_is_no_page_is_attached_too(broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": "## Format\n[template](t.csv)", "wiki/t.csv": "a,b"})
    assert AttachmentLink("t.csv", "file", "template") in page(loaded, "data").parts


def test_a_missing_image_is_pointed_at(broken: Break) -> None:
    assert codes(broken, "![x](images/odour.png)") == ["page.missing-image"]


def test_two_files_of_one_name_on_one_page_are_refused(broken: Break) -> None:
    loaded = broken(
        files={"wiki/data.md": "## Format\n![](a/x.png) ![](b/x.png)", "wiki/a/x.png": "a", "wiki/b/x.png": "b"}
    )
    assert [item.code for item in loaded.diagnostics if item.severity == "error"] == ["page.same-file-name"]


@pytest.mark.parametrize(("name", "text"), [("empty.png", ""), (f"{EURO}.png", "x"), ("a&b.png", "x")])
def test_files_that_synapse_refuses_are_refused(name: str, text: str, broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": f"## Format\n![]({name})", f"wiki/{name}": text})
    codes = {item.code for item in loaded.diagnostics if item.severity == "error"}
    assert len(codes) == 1
    assert codes <= {"page.empty-file", "page.file-name"}


def test_html_with_a_relative_address_is_refused(broken: Break) -> None:
    assert codes(broken, '<img width="3" src="images/odours.png">') == ["page.html-link"]
    assert codes(broken, '<img src="https://example.org/x.png">') == []


def test_an_image_can_be_a_link_to_a_page(broken: Break) -> None:
    assert parts(broken, "[![x](images/odours.png)](index.md)") == [
        AttachmentLink("odours.png", "image", "x"),
        PageLink((), None),
    ]


def test_code_is_left_alone(broken: Break) -> None:
    text = "`[x](nowhere.md)`\n\n```\n[x](nowhere.md)\n```\n\n~~~~\n~~~\n![](y)\n~~~~\n<!-- [x](nowhere.md) -->"
    assert parts(broken, text) == []


# Values


def test_a_value_of_the_manifest_is_filled_in(broken: Break) -> None:
    found = body(broken, "Closes {{ timeline.close }}; papers {{timeline.milestones.papers-due.utc}}.")
    assert "Closes Wednesday, 30 June 2027, 17:00 PDT (1 July, 00:00 UTC); papers 2027-07-15 00:00 UTC." in str(
        found.parts[0]
    )


def test_a_date_without_a_time_is_shown_without_one(broken: Break) -> None:
    assert "on Tuesday, 12 January 2027." in str(body(broken, "on {{ timeline.preregistration }}.").parts[0])


def test_a_moment_that_is_not_known_says_so(broken: Break) -> None:
    loaded = broken("conclude: 2027-09-01", "conclude: tbd", {"wiki/data.md": "## Format\n{{ timeline.conclude }}"})
    assert "(to be announced)" in str(page(loaded, "data").parts[0])


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("teams.participants.id", "team.participants"),
        ("projects.live.id", "project.live"),
        ("queues.leaderboard/similarity.id", "queue.leaderboard/similarity"),
        ("queues.writeups.id", "queue.writeups"),
        ("views.dashboard.id", "view.dashboard"),
        ("data.training.id", "data.training"),
    ],
)
def test_an_id_stays_open_until_synapse_has_given_it(name: str, address: str, broken: Break) -> None:
    assert parts(broken, "x {{ " + name + " }} y") == [IdOf(address)]


def test_a_value_inside_a_widget_a_target_and_code_is_filled_in(broken: Break) -> None:
    team = IdOf("team.participants")
    value = "{{ teams.participants.id }}"
    assert parts(broken, "${jointeam?teamId=" + value + "&x=y}") == [team]
    assert parts(broken, f"[x](https://example.org/{value})") == [team]
    assert parts(broken, f"```\nsynapse get {value}\n```") == [team]
    assert parts(broken, f"[{value}](index.md)") == [team, PageLink((), None)]


def test_an_unknown_value_is_pointed_at(broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": "## Format\n\nx {{ timeline.clsoe }}"})
    found = next(item for item in loaded.diagnostics if item.code == "page.unknown-value")
    assert (found.position.line, found.position.column) == (3, 3)
    assert found.help == "Did you mean `timeline.close`?"


def test_braces_can_be_meant(broken: Break) -> None:
    assert "Write {{ x }}" in str(body(broken, "Write \\{{ x }}").parts[0])


def test_widgets_of_synapse_are_left_alone(broken: Break) -> None:
    text = "${toc}\n\n${synapsetable?query=select * from syn25829067 where a[0](b)}"
    assert text in str(body(broken, text).parts[0])


# What isn't ready


@pytest.mark.parametrize(
    "mark",
    ["UPDATE_ME", "Lorem ipsum", "INSERT_NAME", "teamId=0", "projectId=syn0", "<YOUR CHALLENGE>", "jane.doe", "syn123",
     "coming soon", "TODO"],
)  # fmt: skip
def test_a_placeholder_is_marked_with_its_line(mark: str, broken: Break) -> None:
    found = body(broken, f"text\n{mark} text")
    assert found.marks == {mark: 6}
    assert codes(broken, f"text\n{mark} text") == ["page.placeholder"]


@pytest.mark.parametrize(
    "text", ["syn25829067", "teamId=3427584", "the todo list", "teamId={{ teams.participants.id }}"]
)
def test_what_only_looks_like_a_placeholder_is_none(text: str, broken: Break) -> None:
    assert codes(broken, text) == []


@pytest.mark.parametrize(("text", "code"), [("", "page.empty"), ("---\ntitle: x\n---\n\n", "page.empty"),
                                            ("# A\n\n## B\n", "page.only-headings")])  # fmt: skip
def test_a_page_without_a_text_is_not_ready(text: str, code: str, broken: Break) -> None:
    loaded = broken(files={"wiki/more.md": text})
    assert code in {item.code for item in loaded.diagnostics}
    assert page(loaded, "more").marks
    assert loaded.resolved is not None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("queues.leaderboard/similarity.limits", "3 in each round"),
        ("queues.writeups.limits", "no limit"),
        ("challenge.utc_midnight", "16:00 PST, from 14 March 17:00 PDT"),
    ],
)
def test_limits_can_be_filled_in(value: str, text: str, broken: Break) -> None:
    assert f"Often? {text}." in "".join(map(str, body(broken, f"Often? {{{{ {value} }}}}.").parts))


def test_limits_that_differ_by_round_are_no_value(broken: Break) -> None:
    assert codes(broken, "{{ queues.final/similarity.limits }}") == ["page.unknown-value"]


# Nothing outside


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"secret.png": "secret", **{f"repo/{name}": text for name, text in PAGES.items()}})
    write(tmp_path, {"repo/challenge.yaml": SOUND, "repo/wiki/data.md": "## Format\n![x](../../secret.png)"})
    loaded = load_challenge(tmp_path / "repo/challenge.yaml")
    assert "file.outside" in {item.code for item in loaded.diagnostics}
    assert not page(loaded, "data").attachments


def test_a_symbolic_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"secret.md": "# Secret\n\nx", **{f"repo/{name}": text for name, text in PAGES.items()}})
    write(tmp_path, {"repo/challenge.yaml": SOUND, "repo/wiki/data.md": "## Format\n![x](s.png)"})
    (tmp_path / "repo/wiki/s.png").symlink_to(tmp_path / "secret.md")
    (tmp_path / "repo/wiki/linked.md").symlink_to(tmp_path / "secret.md")
    loaded = load_challenge(tmp_path / "repo/challenge.yaml")
    assert "file.outside" in {item.code for item in loaded.diagnostics}
    assert all("Secret" not in str(page.parts) for page in loaded.pages)


def test_images_may_lie_elsewhere_in_the_same_git_tree(tmp_path: Path) -> None:
    write(tmp_path, {"logo.png": "logo", ".git/HEAD": "x", **{f"repo/{name}": text for name, text in PAGES.items()}})
    write(tmp_path, {"repo/challenge.yaml": SOUND, "repo/wiki/data.md": "## Format\n![x](../../logo.png)"})
    loaded = load_challenge(tmp_path / "repo/challenge.yaml")
    assert [item.name for item in page(loaded, "data").attachments] == ["logo.png"]


def test_a_page_that_is_not_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {**PAGES, "challenge.yaml": SOUND})
    (tmp_path / "wiki/data.md").write_bytes(b"\xff\xfe")
    assert "page.not-text" in {item.code for item in load_challenge(tmp_path / "challenge.yaml").diagnostics}


def test_texts_around_filled_in_values_are_one_part_however_many_there_are(broken: Break) -> None:
    filled = body(broken, "{{ challenge.name }}, " * 2000)
    assert [type(part) for part in filled.parts] == [str]
    assert str(filled.parts[0]).count("Smell Challenge, ") == 2000
