from app.store import load
