from app.store import load

third = load.aio
