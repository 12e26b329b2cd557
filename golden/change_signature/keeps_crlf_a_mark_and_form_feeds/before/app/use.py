# coding: latin-1
from app.mod import fetch

name = 'é'; fetch(url='ü')  # é
