"""Drive Prefect's own API in process, on a new sqlite file, and print what each request answers as JSON.

Run by the interpreter of an environment that holds Prefect's dependencies, with the variant under test on PYTHONPATH:
`test_prefect.py` compares variants. No test framework, nothing of refactorkit.

Creating the tables takes longer than all requests, so a file may be named that holds them: the probe starts from a copy.
With `--create FILE` it only makes that file.
"""
# mypy: disable-error-code="import-not-found"
# (what it imports is only in Prefect's environment)

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, get_args

GOOD = "https://example.com/logo.png"
BARE_ORIGIN = "https://example.com"
DATABASE = "prefect.db"
BAD = ("not a url", "")


def configure(home: str) -> None:
    """Prefect's settings, before its first import: nothing of the user's, everything below `home`."""
    os.environ["PREFECT_HOME"] = home
    os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///{home}/{DATABASE}"
    os.environ["PREFECT_LOGGING_LEVEL"] = "CRITICAL"


async def create_tables() -> None:
    """Make the database file, with all tables and no rows of ours."""
    from prefect.server.database import provide_database_interface

    await provide_database_interface().create_db()


async def answers() -> dict[str, Any]:
    """Request -> [status, value or text]; also which Prefect this is, and which fields validate with HttpUrl."""
    import prefect

    return {"prefect": prefect.__file__, "fields": url_fields(), **await api_answers()}


async def api_answers() -> dict[str, Any]:
    """What the API answers to each request."""
    import httpx
    from prefect.server.api.server import create_app
    from prefect.server.database import provide_database_interface

    database = provide_database_interface()
    app = create_app(ephemeral=True)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://prefect/api") as client:
        requests, reads = await requests_with_urls(client), await reads_of_stored_rows(client, database)
        registered = await registrations(database)
        after = {"registrations": registered, "list after registrations": await block_types(client)}
    return {**requests, **reads, **after}


async def requests_with_urls(client: Any) -> dict[str, Any]:
    """Create and update block types with good URLs and bad ones."""

    async def post(slug: str, url: str) -> Any:
        body = {"name": slug, "slug": slug, "logo_url": url, "documentation_url": url}
        return await client.post("/block_types/", json=body)

    created = await post("good", GOOD)
    identifier = created.json().get("id")
    results = {
        "post good": value(created, "logo_url"),
        "post bare origin": value(await post("bare", BARE_ORIGIN), "logo_url"),
    }
    for number, bad in enumerate(BAD):
        results[f"post {bad!r}"] = [(await post(f"bad{number}", bad)).status_code]
        for field in ("logo_url", "documentation_url"):
            patched = await client.patch(f"/block_types/{identifier}", json={field: bad})
            results[f"patch {field} {bad!r}"] = [patched.status_code]
        await client.delete(f"/block_types/slug/bad{number}")
    results["get good"] = value(await client.get("/block_types/slug/good"), "documentation_url")
    patched = await client.patch(f"/block_types/{identifier}", json={"logo_url": GOOD + "?size=1"})
    results["patch good"] = [patched.status_code]
    results["get patched"] = value(await client.get("/block_types/slug/good"), "logo_url")
    return results


async def reads_of_stored_rows(client: Any, database: Any) -> dict[str, Any]:
    """Read a row that was stored before anybody validated, alone and in the list."""
    import sqlalchemy

    async with database.session_context(begin_transaction=True) as session:
        row = {"name": "old", "slug": "old", "logo_url": "logo.png", "is_protected": False}
        await session.execute(sqlalchemy.insert(database.BlockType).values(row))
    return {
        "get stored": value(await client.get("/block_types/slug/old"), "logo_url"),
        "list": await block_types(client),
    }


async def registrations(database: Any) -> list[str]:
    """Run what a server does at each start, twice: `ok` or the name of the exception, for each."""
    from prefect.server.models.block_registration import run_block_auto_registration

    async def register() -> str:
        async with database.session_context() as session:
            await run_block_auto_registration(session=session)
        return "ok"

    # Whatever a variant breaks is an answer, not an error of the probe.
    results = [(await asyncio.gather(register(), return_exceptions=True))[0] for _ in range(2)]
    return [result if isinstance(result, str) else type(result).__name__ for result in results]


async def block_types(client: Any) -> list[Any]:
    """The status of the list of block types, and their slugs."""
    answer = await client.post("/block_types/filter", json={})
    return [
        answer.status_code,
        sorted(row["slug"] for row in answer.json()) if answer.status_code == 200 else [],
    ]


def value(answer: Any, field: str) -> list[Any]:
    """The status of an answer, and one field of its body where it has one."""
    if answer.status_code not in (200, 201):
        return [answer.status_code]
    return [answer.status_code, answer.json()[field]]


def url_fields() -> dict[str, bool]:
    """Every field `*_url` of the block type models: whether it validates with pydantic's HttpUrl."""
    from prefect.server.schemas import actions, core

    models = [
        getattr(module, name)
        for module in (core, actions)
        for name in ("BlockType", "BlockTypeCreate", "BlockTypeUpdate")
        if hasattr(module, name)
    ]
    return {
        f"{model.__name__}.{name}": holds_http_url(field.annotation)
        for model in models
        for name, field in model.model_fields.items()
        if name.endswith("_url")
    }


def holds_http_url(annotation: Any) -> bool:
    """Whether HttpUrl is the annotation or one of its parts."""
    from pydantic import HttpUrl

    return annotation is HttpUrl or any(holds_http_url(part) for part in get_args(annotation))


def main(arguments: list[str]) -> None:
    """`prefect_api_probe.py FILE`, or `--create FILE`."""
    with tempfile.TemporaryDirectory(prefix="prefect-probe-") as folder:
        home = Path(folder).resolve()
        configure(str(home))
        if arguments[0] == "--create":
            asyncio.run(create_tables())
            shutil.copyfile(home / DATABASE, arguments[1])
        else:
            shutil.copyfile(arguments[0], home / DATABASE)
            print(json.dumps(asyncio.run(answers()), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
