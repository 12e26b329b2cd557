import app.tool


class Runner:
    def run(self):
        from app.tool import __work

        return __work(app)
