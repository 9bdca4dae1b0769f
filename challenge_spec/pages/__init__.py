"""Pages: a tree of Markdown files, read and taken apart into text and what only Synapse knows."""

from challenge_spec.pages.model import Attachment, AttachmentLink, IdOf, Page, PageKey, PageLink, PagePart, Piece

__all__ = ["Attachment", "AttachmentLink", "IdOf", "Page", "PageKey", "PageLink", "PagePart", "Piece"]
