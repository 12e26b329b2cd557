class Visitor:
    def visit(self, node):
        name = f"visit_{type(node).__name__}".lower()
        return getattr(self, name, self.skip)(node)

    def skip(self, node):
        return None


class Printer(Visitor):
    def visit_pair(self, node):
        return self.visit_one(node.left), self.visit_one(node=node.right)

    def visit_one(self, node):
        return str(node)
