from app.mod import *

fetch(url=7)
