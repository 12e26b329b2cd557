LaxUrl = str
