"""Where the sessions come from."""

from functools import lru_cache
from typing import Iterator

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from bookclub.settings import get_settings
from bookclub.tables import Base


@lru_cache(maxsize=None)
def engine_for(url: str) -> Engine:
    """The engine for a database; its tables exist afterwards."""
    if url in ("sqlite://", "sqlite:///:memory:"):
        # Every connection would open an empty database of its own.
        options = {
            "connect_args": {"check_same_thread": False},
            "poolclass": StaticPool,
        }
        engine = create_engine(url, **options)
    else:
        engine = create_engine(url)
    Base.metadata.create_all(engine)
    return engine


def get_session() -> Iterator[Session]:
    """A session for one request; commits unless the request failed."""
    with Session(engine_for(get_settings().database_url)) as session:
        yield session
        session.commit()
