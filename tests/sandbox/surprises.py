"""What a naive implementer of Synapse gets wrong: the numbers of the contract, in our words, and who shows each.

A test shows a surprise by naming it (`test_surprise_7_…`); where a test has a better name, it is listed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Surprise:
    """One of them; `shown_by` names tests, without their `test_`."""

    title: str
    shown_by: tuple[str, ...] = ()


SURPRISES: Final[dict[int, Surprise]] = {
    1: Surprise("A stale etag is 412; 409 means a name is taken, and several duplicates are 400"),
    2: Surprise("A submission carries the entity's etag, and a stale one is 400"),
    3: Surprise("Dates need their milliseconds"),
    4: Surprise(
        "Without a charset a body is read as Latin-1, and in slices of 1024 bytes",
        (
            "without_a_charset_a_body_is_read_as_latin_1",
            "a_character_across_a_slice_of_1024_bytes_is_damaged_and_an_escape_is_not",
        ),
    ),
    5: Surprise("Misspelt members vanish"),
    6: Surprise("A PUT erases what it leaves out"),
    7: Surprise("A sub-page of a wiki loses its place when its parent isn't echoed, and its maker must be echoed"),
    8: Surprise(
        "The order hint of a wiki wants a bare number for its owner",
        ("the_order_hint_refuses_an_owner_id_with_prefix",),
    ),
    9: Surprise(
        "Markdown is a gzip file, versions start at 0, a second root is 409, deleting is 200 and silent",
        (
            "a_page_keeps_its_handles_and_starts_at_version_0",
            "the_markdown_address_redirects_to_the_raw_gzip_bytes",
            "a_second_root_is_a_conflict",
            "deleting_answers_200_without_a_body_and_again_for_a_page_that_is_gone",
        ),
    ),
    10: Surprise("The client makes a file name of a wiki's title, so that some legal titles fail"),
    11: Surprise("Names of entities and queues are ASCII with a short list of marks"),
    12: Surprise("Each kind of name is unique in a way of its own, over all of Synapse"),
    13: Surprise("A stranger's project answers 403 to a look-up", ("a_strangers_project_answers_403_not_404",)),
    14: Surprise(
        "A project with an explicit parent has no ACL",
        ("a_project_with_the_root_as_an_explicit_parent_gets_no_acl_of_its_own",),
    ),
    15: Surprise("A fresh queue is its creator's alone"),
    16: Surprise("Signed-in users and the public may read a queue and nothing more"),
    17: Surprise("A challenge closes every queue of its project to non-participants, organizers too"),
    18: Surprise("A manager cannot add members, but can make anybody a manager"),
    19: Surprise("Both join flags together are refused, and each has a default"),
    20: Surprise("Some PUTs have no id in their address"),
    21: Surprise("A stale team is told about a profile"),
    22: Surprise("A challenge holds its team, and trashing the project doesn't remove the challenge"),
    23: Surprise(
        "The trash destroys ACLs; queues live on, and have no trash of their own",
        ("the_acls_below_a_deleted_entity_are_gone_for_good", "a_restored_project_is_the_restorers_alone"),
    ),
    24: Surprise(
        "Deleting an entity twice is fine, a queue or a challenge not",
        ("deleting_again_or_what_never_was_is_silent",),
    ),
    25: Surprise("Rounds may not begin in the past; begun ones with submissions are fixed; touching ones are fine"),
    26: Surprise("Rounds are listed by POST, exclude quotas, and don't count for activeOnly"),
    27: Surprise("Limits count by UTC days and Mondays, not from the round's start, and not what was rejected"),
    28: Surprise("The text of a limit has odd punctuation"),
    29: Surprise("A refusal that says try again is repeated by the client"),
    30: Surprise("Equal POSTs make duplicates"),
    31: Surprise(
        "Throttled answers carry no Retry-After, and three at a time is the limit",
        ("with_throttling_a_user_has_three_requests_at_a_time",
         "with_throttling_a_user_has_600_requests_a_minute_and_anonymous_any"),
    ),
    32: Surprise(
        "The ACL of an inheriting entity is a 404 whose text counts",
        ("an_inheriting_entity_has_no_acl_and_names_its_benefactor",),
    ),
    33: Surprise("ACL entries need types, and only creators may lock themselves out"),
    34: Surprise("Nothing protects a team from losing its last manager through its ACL"),
    35: Surprise(
        "The uncertified make projects and their wikis only",
        ("somebody_uncertified_may_make_projects_and_nothing_else",
         "an_uncertified_user_may_write_the_wiki_of_a_project"),
    ),
    36: Surprise("Only the ACT makes access requirements; an organizer can only lock"),
    37: Surprise(
        "A submission view shows every row to whoever reads view and queue",
        ("whoever_reads_view_and_queue_sees_every_row_and_score",),
    ),
    38: Surprise(
        "Equal columns are one column, and a text without size has 50 characters",
        ("equal_columns_are_one_column_whoever_makes_them",
         "a_text_without_size_has_50_characters_and_a_list_100_elements"),
    ),
    39: Surprise(
        "A job is 202 while it runs, then 201 with the bare result, and fails as an ordinary error",
        ("a_new_view_keeps_its_queries_waiting_until_it_is_built",
         "sql_that_cannot_be_run_fails_the_job_with_400"),
    ),
    40: Surprise(
        "An external handle is 200, a batch of files 201, and so is a part that failed",
        ("an_external_handle_is_made_anew_each_time_with_200",
         "a_batch_tells_file_by_file_what_cannot_be_had", "a_wrong_part_md5_is_told_in_the_body"),
    ),
    41: Surprise(
        "The same upload is the same handle; small parts and empty files are refused",
        ("the_same_file_twice_is_one_handle_until_a_restart_is_forced", "an_upload_must_obey_the_limits"),
    ),
    42: Surprise(
        "File handles are their maker's: others copy them first",
        ("a_file_needs_a_handle_of_its_maker", "somebody_elses_handle_is_refused",
         "copying_makes_an_own_handle_of_what_one_may_download"),
    ),
    43: Surprise(
        "Some ids are numbers, most are texts",
        ("headers_say_class_names_and_a_bare_benefactor",),
    ),
    44: Surprise(
        "Annotation values are lists of texts under the entity's etag",
        ("any_change_of_the_entity_makes_the_etag_stale",
         "keys_are_letters_digits_comma_underscore_and_dot"),
    ),
    45: Surprise(
        "People are searched by prefix, and the client takes a single hit for the one meant",
        ("the_prefix_search_finds_more_than_the_exact_name",),
    ),
    46: Surprise(
        "Totals are estimates, and the client reads on to an empty page",
        ("the_prefix_search_ends_with_an_empty_page",),
    ),
    47: Surprise("Reading one's own submission takes a right that participants lack"),
    48: Surprise("A queue can be moved to another project unasked"),
    49: Surprise(
        "The body's id counts in the PUT of an entity",
        ("the_id_of_the_body_counts_not_the_one_of_the_path",),
    ),
    50: Surprise(
        "New content makes a version and drops its label",
        ("new_content_makes_a_version_and_loses_the_label",),
    ),
    51: Surprise("Nobody submits alone and in a team in one round"),
    52: Surprise("An access requirement is changed under etag and version"),
    53: Surprise(
        "Pre-signed URLs must look like those of S3",
        ("a_presigned_url_is_dated_signed_and_good_for_one_thing",
         "a_file_above_8_mebibytes_comes_down_in_ranges"),
    ),
    54: Surprise(
        "Clients keep caches by file handle id, so that no id comes twice",
        ("a_fresh_data_folder_has_other_file_handle_ids", "file_handle_ids_are_never_given_again"),
    ),
}  # fmt: skip
