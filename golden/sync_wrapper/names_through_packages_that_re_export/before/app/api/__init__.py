from app.library import afetch, fetch
