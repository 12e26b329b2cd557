LaxUrl = str
