from app.mod import Box as Case
