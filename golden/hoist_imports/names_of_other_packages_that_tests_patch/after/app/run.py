import shutil
import subprocess
import time
from shutil import copyfile


def build():
    from subprocess import run

    return run(["make"]), subprocess


def tool():
    from shutil import which

    return which("make"), shutil


def wait():
    from time import sleep

    sleep(1)


def copy(a, b):
    copyfile(a, b)


def now():
    return time.time()
