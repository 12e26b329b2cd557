import app.second
