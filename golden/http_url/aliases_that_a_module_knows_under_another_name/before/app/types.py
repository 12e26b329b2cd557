LaxUrl = str
Other = int
