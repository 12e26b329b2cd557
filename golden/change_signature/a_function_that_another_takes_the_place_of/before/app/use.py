import app.mod

app.mod.fetch = print
app.mod.fetch(url=1)
