import app.apart
import app.other
from app.first import First
