from shop import NewItem

print "the homepage is", NewItem(homepage="logo.png").homepage.lower()
