class Box:
    def put(self, thing):
        return thing


Box = vars()["Box"]
Box().put(thing=1)
