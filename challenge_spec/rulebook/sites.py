"""Pages: their tree, their heads, links, files and values."""

from __future__ import annotations

from typing import Final

from challenge_spec.rulebook.rule import Example, Rule

_BODY = "## Format\n"


def _page(wrong: str, right: str) -> Example:
    """One page, `wiki/data.md`, wrong and right; both keep what the first page links to."""
    return Example(files={"wiki/data.md": f"{_BODY}{wrong}\n"}, mended={"wiki/data.md": f"{_BODY}{right}\n"})


def _head(wrong: str, right: str) -> Example:
    return Example(
        files={"wiki/data.md": f"---\n{wrong}\n---\n{_BODY}A table.\n"},
        mended={"wiki/data.md": f"---\n{right}\n---\n{_BODY}A table.\n"},
    )


_TWO = {"wiki/a/format.csv": "a,b\n", "wiki/b/format.csv": "c,d\n"}
_BROKEN = "Pages linked to mistyped ids, to staging pages, and to nothing (D4)."

RULES: Final = (
    Rule(
        "page.no-folder",
        "error",
        "The folder of the pages isn't there.",
        "The site would be empty.",
        "Make it, with an `index.md`.",
        Example("pages: wiki/", "pages: wikis/"),
    ),
    Rule(
        "page.required-missing",
        "error",
        "A page that the manifest asks for isn't there.",
        "The question, the data, how to take part, the metrics: one is easily forgotten (guide, item 32).",
        "Write it, or take it off `wiki.required`.",
        Example(
            "wiki: { pages: wiki/,",
            "wiki: { required: [data, metrics], pages: wiki/,",
            "wiki: { required: [data], pages: wiki/,",
        ),
    ),
    Rule(
        "page.no-root",
        "error",
        "The folder of the pages has no `index.md`.",
        "It is the page that people see first.",
        "Add it.",
        Example(files={"wiki/index.md": None}),
    ),
    Rule(
        "page.no-parent",
        "error",
        "A page in a folder without an `index.md`.",
        "It would hang in no menu (D6).",
        "Add an `index.md` to the folder.",
        Example(
            files={"wiki/rules/teams.md": "Form teams.\n"},
            mended={"wiki/rules/teams.md": "Form teams.\n", "wiki/rules/index.md": "# Rules\n\nBe fair.\n"},
        ),
    ),
    Rule(
        "page.not-text",
        "error",
        "A page is not UTF-8 text.",
        "People would see garbled letters.",
        "Save it as UTF-8.",
        Example(files={"wiki/rules.md": b"# R\xe9gles\n"}, mended={"wiki/rules.md": "# Règles\n\nBe fair.\n"}),
    ),
    Rule(
        "page.same",
        "error",
        "Two files would be the same page.",
        "One of them would vanish (D2).",
        "Rename one of them.",
        Example(files={"wiki/1-data.md": "# More\n\nMore.\n"}, mended={"wiki/1-more.md": "# More\n\nMore.\n"}),
    ),
    Rule(
        "page.same-title",
        "error",
        "Two pages beside each other have one title.",
        "A tool that matches pages by title lost one of them (D2); people could not tell them apart.",
        "Change one title.",
        Example(
            files={"wiki/more.md": "---\ntitle: Data\n---\nMore.\n"},
            mended={"wiki/more.md": "---\ntitle: More\n---\nMore.\n"},
        ),
    ),
    Rule(
        "page.long-title",
        "error",
        "A title of more than 256 characters.",
        "Synapse refuses it.",
        "Shorten it.",
        _head("title: " + "Data " * 60, "title: Data"),
    ),
    Rule(
        "page.empty",
        "warning",
        "A page without any text.",
        "Empty pages went live with the launch (D5).",
        "Write it, or delete the file.",
        Example(files={"wiki/rules.md": ""}, mended={"wiki/rules.md": "Be fair.\n"}),
    ),
    Rule(
        "page.only-headings",
        "warning",
        "Nothing but headings.",
        "Templates with empty headings went live with the launch (D5).",
        "Write it.",
        Example(
            files={"wiki/rules.md": "# Rules\n\n## Teams\n"},
            mended={"wiki/rules.md": "# Rules\n\n## Teams\n\nForm teams.\n"},
        ),
    ),
    Rule(
        "page.empty-section",
        "warning",
        "A heading with nothing below it.",
        "It is what is left of a template (D5).",
        "Write it, or delete the heading.",
        _page("A table.\n\n## Size", "A table.\n\n## Size\n\nSmall."),
    ),
    Rule(
        "page.placeholder",
        "warning",
        "A text that looks like something to be filled in.",
        "Template texts and template ids stood on live pages (B2, D5).",
        "Write what belongs there; the launch waits for it.",
        _page("TODO: describe the table.", "A table."),
    ),
    Rule(
        "page.unknown-value",
        "error",
        "A value between `{{` and `}}` that the manifest doesn't say.",
        "People would see the braces.",
        "Correct the name, or write `\\{{` if you mean the braces themselves.",
        _page("Until {{ timeline.closing }}.", "Until {{ timeline.close }}."),
    ),
    Rule(
        "page.broken-link",
        "error",
        "A link leads nowhere.",
        _BROKEN,
        "Correct the path; write it relative to this file.",
        _page("[x](nowhere.md)", "[x](index.md)"),
    ),
    Rule(
        "page.broken-anchor",
        "error",
        "A link leads to a heading that isn't there.",
        _BROKEN,
        "Correct what stands behind `#`.",
        _page("[x](#fromat)", "[x](#format)"),
    ),
    Rule(
        "page.missing-image",
        "error",
        "An image that isn't there.",
        "People would see a broken picture.",
        "Correct the path, or add the file.",
        _page("![Odours](images/odour.png)", "![Odours](images/odours.png)"),
    ),
    Rule(
        "page.html-link",
        "error",
        "HTML that links to a file or page of ours.",
        "It is not rewritten, and would not be found on Synapse.",
        "Write it as Markdown.",
        _page('<img src="images/odours.png">', "![Odours](images/odours.png)"),
    ),
    Rule(
        "page.attachment-reference",
        "error",
        "A file that is linked by reference (`[name]: file`).",
        "Synapse shows attached files by a widget, which stands where it is used.",
        "Write the link where it is used.",
        _page("See [the picture][1].\n\n[1]: images/odours.png", "See [the picture](images/odours.png)."),
    ),
    Rule(
        "page.empty-file",
        "error",
        "An attached file without any bytes.",
        "Synapse refuses empty files.",
        "Fill or delete it.",
        Example(files={"wiki/images/odours.png": ""}),
    ),
    Rule(
        "page.file-name",
        "error",
        "An attached file whose name Synapse refuses.",
        "The upload would fail.",
        "Use letters without accents, digits, blanks and , _ . - + ( ) ' only.",
        Example(files={"wiki/data.md": f"{_BODY}![x](images/düfte.png)\n", "wiki/images/düfte.png": "x"}),
    ),
    Rule(
        "page.same-file-name",
        "error",
        "Two different files of one name on one page.",
        "On Synapse the second would replace the first.",
        "Rename one of them.",
        Example(
            files={"wiki/data.md": f"{_BODY}[x](a/format.csv) [y](b/format.csv)\n", **_TWO},
            mended={
                "wiki/data.md": f"{_BODY}[x](a/format.csv) [y](b/table.csv)\n",
                "wiki/a/format.csv": "a,b\n",
                "wiki/b/table.csv": "c,d\n",
            },
        ),
    ),
    Rule(
        "page.orphan-file",
        "warning",
        "A file beside the pages that no page shows.",
        "The link is missing, or it is left over (D6).",
        "Link to it, name it under `files` in the head of a page, or delete it.",
        Example(files={"wiki/images/old.png": "not really an image"}),
    ),
    Rule(
        "page.ends-before-start",
        "error",
        "A page would be taken down before it goes live.",
        "Nobody would ever see it.",
        "Correct `start` or `until`.",
        _head("start: 2027-05-05\nuntil: 2027-04-04", "start: 2027-04-04\nuntil: 2027-05-05"),
    ),
    Rule(
        "page.moved-twice",
        "error",
        "A page says that it was another one, which is still there, or which another page was, too.",
        "Only one page can have its history.",
        "Delete one `was`.",
        Example(
            files={"wiki/more.md": "---\nwas: data\n---\nMore.\n"},
            mended={"wiki/more.md": "---\nwas: old\n---\nMore.\n"},
        ),
    ),
    Rule(
        "stale.foreign-id",
        "warning",
        "A page names an id of Synapse that the manifest doesn't know.",
        "Ids of last year's edition stayed in copied pages for years (B3).",
        "Fill our own ids in, `{{ data.training.id }}`; those of others go into `wiki.foreign`.",
        _page("Download syn65660836.", "Download {{ data.training.id }}."),
    ),
    Rule(
        "page.not-in-mail",
        "warning",
        "An announcement has a file or a widget in it.",
        "Messages are text: readers would see neither.",
        "Write a link to the page that shows it.",
        Example(
            "wiki: { pages: wiki/,",
            "wiki: { announcements: { open: news.md }, pages: wiki/,",
            "wiki: { announcements: { open: news.md }, pages: wiki/,",
            files={"news.md": "# We are open\n\n${jointeam?teamId={{ teams.participants.id }}}\n"},
            mended={"news.md": "# We are open\n\nJoin on [the first page](wiki/index.md).\n"},
        ),
    ),
    Rule(
        "page.synapse-link",
        "warning",
        "A link to Synapse has no id where one must be.",
        "Numbers of pages stood where ids of projects belong, and ids had lost their `syn` (D4).",
        "Link to the file of the page, or fill the id in.",
        _page("[Data](https://www.synapse.org/#!Synapse:608702)", "[Data](data.md)"),
    ),
    Rule(
        "quota.reset-unsaid",
        "warning",
        "A page speaks of submissions a day, and does not say when a day begins.",
        "It was read as 24 hours, as the organizer's day and as the reader's; limits know the day of UTC (C4).",
        "Say it: `(a day begins at {{ challenge.utc_midnight }})`.",
        Example(
            "limits: { total: 3 }\n",
            "limits: { daily: 1 }\n",
            "limits: { daily: 1 }\n",
            files={"wiki/news.md": "# News\n\nSubmit once a day.\n"},
            mended={"wiki/news.md": "# News\n\nSubmit once a day. A day begins at {{ challenge.utc_midnight }}.\n"},
        ),
    ),
    Rule(
        "page.nav-twice",
        "error",
        "`nav.yaml` lists a page twice.",
        "It can stand at one place only.",
        "Delete one of the lines.",
        Example(
            files={"wiki/nav.yaml": "pages: [index.md, data.md, data.md]\n"},
            mended={"wiki/nav.yaml": "pages: [index.md, data.md]\n"},
        ),
    ),
    Rule(
        "page.nav-without-file",
        "error",
        "`nav.yaml` lists a page that isn't there.",
        "People would miss it in the menu (D6).",
        "Correct the name, or add the page.",
        Example(
            files={"wiki/nav.yaml": "pages: [index.md, date.md, data.md]\n"},
            mended={"wiki/nav.yaml": "pages: [index.md, data.md]\n"},
        ),
    ),
    Rule(
        "page.orphan",
        "warning",
        "`nav.yaml` does not list a page.",
        "A page file that the tree didn't list stayed unseen (D6).",
        "Add it to `nav.yaml`, or delete the file.",
        Example(
            files={"wiki/nav.yaml": "pages: [index.md]\n"}, mended={"wiki/nav.yaml": "pages: [index.md, data.md]\n"}
        ),
    ),
)
