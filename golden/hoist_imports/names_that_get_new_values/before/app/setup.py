import app.state


def raise_limit():
    app.state.limit = 20
