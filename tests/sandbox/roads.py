"""The two manners of the official client's models: `store` and `store_async`."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest


@dataclass(frozen=True)
class Road:
    """One of the two ways to call a model: `store` or `store_async`; answers of generators become lists."""

    client: Any
    manner: Literal["sync", "async"]

    def __call__(self, model: Any, method: str, **arguments: Any) -> Any:
        arguments["synapse_client"] = self.client
        if self.manner == "async":
            return asyncio.run(_awaited(getattr(model, f"{method}_async")(**arguments)))
        answer = getattr(model, method)(**arguments)
        return list(answer) if isinstance(answer, Iterator) else answer


async def _awaited(answer: Any) -> Any:
    if isinstance(answer, AsyncIterator):
        return [each async for each in answer]
    return await answer if inspect.isawaitable(answer) else answer


@pytest.fixture(params=["sync", "async"])
def via(client: Any, request: pytest.FixtureRequest) -> Road:
    return Road(client, request.param)
