"""Plans and reports of files as Microsoft Project writes them."""

from planning.interchange import mspdi
from tests.mspdi_files import mspdi as file


def plan_of(*args, **fields):
    return mspdi.read(file(*args, **fields)).plan


def report_of(*args, **fields):
    return mspdi.read(file(*args, **fields)).report
