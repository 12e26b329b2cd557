from app.store import *
