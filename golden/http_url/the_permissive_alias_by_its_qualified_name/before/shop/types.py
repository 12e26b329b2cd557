Link = str
