from app.mod import *

fetch(link=7)
