from app.library import fetch
