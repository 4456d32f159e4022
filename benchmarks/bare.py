"""What the service is measured against: a FastAPI route that takes and gives the same, no more."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from models import Article, load_scorer


class Body(BaseModel):
    text: str
    id: str | None = None
    explain: str = "full"


def app() -> FastAPI:
    answer = load_scorer().assess(Article("War."), explain="none").to_dict()
    bare = FastAPI()

    @bare.post("/v1/score")
    async def score(body: Body) -> dict[str, Any]:
        return {**answer, "id": body.id}

    return bare


def scoring_app() -> FastAPI:
    scorer = load_scorer()
    bare = FastAPI()

    @bare.post("/v1/score")
    async def score(body: Body) -> dict[str, Any]:
        return scorer.assess(Article(body.text, id=body.id), explain="none").to_dict()

    return bare
