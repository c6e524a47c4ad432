"""Pictures, each defined once: tidy tables in, an Altair chart out whose data are those very numbers.

They need the extra ``charts``. Nothing else in the package imports these modules before a picture is asked for, and
whoever does asks `extra.require_charts` first.
"""
