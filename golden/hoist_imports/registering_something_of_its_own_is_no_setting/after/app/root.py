class Root:
    def add(self, command):
        return command


root = Root()
