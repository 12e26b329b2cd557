class Renderer:
    def method(self, name):
        return object.__getattribute__(self, name)

    def render(self, token):
        return self.method(token["type"])(token["raw"])


class Html(Renderer):
    def paragraph(self, text):
        return text


Html().paragraph(text=1)
