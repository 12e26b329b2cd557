# coding: latin-1
from app.mod import fetch

name = 'é'; fetch(link='ü')  # é
