"""Columns of the kernel's packed tables, and its codes: plain integers, since compiled code indexes by them.

A table holds what is read together side by side: in a network of ten thousand sites each row is a cache miss or two.
"""

from __future__ import annotations

# activities, int32, two lines of 64 bytes; ranges are half-open, and a range with a middle holds two kinds.
# What its events need:
POSITION = 0
GATE = 1  # latest of its date, its site's start and the data date
COLUMN, COLUMN_END = 2, 3  # its lengths
WORK = 4  # its group of working time
NEEDS, NEEDS_END = 5, 6  # rows of `needs`
EDGES, EDGES_MIDDLE, EDGES_END = 7, 8, 9  # rows of `edges`: links that leave its start, then its finish
PLACES, PLACES_MIDDLE, PLACES_END = 10, 11, 12  # of `places`: orders placed at its start, then at its finish
RANK = 13  # of its priority and the rule's static value among all activities
FLAGS = 14
FIRST_POOL = 15  # of its needs
JOINS_SOME, WAITS_FOR_ORDERS, STRETCHED = 1, 2, 4  # flags: it has what the second line tells of
# What few need, or few often:
JOIN_COUNT = 16
SITE_GATE = 17  # the gate of an absent branch: without its date
SITE_START, NOT_BEFORE = 18, 19
WAITS, WAITS_END = 20, 21  # rows of `waits`: orders it waits for
INTO, INTO_MIDDLE, INTO_END = 22, 23, 24  # rows of `into`: FS/SS links into it, then FF/SF links
MOLD_MIN, MOLD_MAX = 25, 26
ACTIVITY_COLUMNS = 32

# actuals: one row per activity with an actual start
ACTUAL, ACTUAL_START, ACTUAL_FINISH, ACTUAL_KIND, ACTUAL_CAUSE, ACTUAL_CREW, ACTUAL_ELAPSED = range(7)

# edges, int32: links in the order of their predecessors
LINK, SUCC, LAG, GATES, PRED, SUCC_POSITION = range(6)
# LAG is the group of working time of a lag in open ticks, or one of
ELAPSED, NO_LAG = -1, -2
# GATES is what the link delays
FINISHES, STARTS_SOME, STARTS_ALL = range(3)  # FF/SF; FS/SS of an `any` or k-of-n join; FS/SS of a join of all
# into, int32: links in the order of their successors
FROM_LINK, FROM_PRED = range(2)

# needs, int32, by pool: least units, whether it takes more if it can, and the classes that the activity waits in for
# this pool, with its calendar and around the clock
POOL, UNITS, MOLDS, CLASS, CLASS_ALWAYS = range(5)
# classes, int32: activities that wait for so many units of a pool and have the same working time; what they are ...
CLASS_POOL, CLASS_UNITS, CLASS_WORK, CLASS_FIRST = range(4)
# ... and their state: how many wait, whether it is in this pass, the opening that will wake it
SIZE, TRIED, WAKES = range(4, 7)
CLASS_COLUMNS = 8

# orders
SUPPLY, ON_LINE, OWNER, CONSUMER, ORDER_PRIORITY, OFFSET, RESERVED_FROM, DELIVERED = range(8)
# orders, state
PLACED, DELIVERY, LOT, OPEN = range(4)

# supplies; inputs: supply, need, and the row of its quota in `users`, or -1
PERIOD, MAX_STOCK, RULE, FIRST_LOT, LOTS, INITIAL = range(6)
INPUTS, INPUTS_END, SHARES, SHARES_END, USERS, USERS_END = range(6, 12)
QUEUE, CLOCK, HAS_RESERVED = range(12, 15)  # CLOCK: its row of `clocks`
SUPPLY_COLUMNS = 15
# lines, state
STOCK, ARRIVED, IN_PROCESS, CARRY, ARRIVED_AT, ARRIVED_LOT, HEAD, TAIL, UNSETTLED = range(9)
CLOSED_LOT, NEXT_LOT = 9, 10  # the column of the lot that closed last, and of the one that arrives next
LINE_COLUMNS = 11
# clocks, state: lots of one period close together
NEXT_CLOSE, CLOSED_LOTS = range(2)

# pools, state
FREE, CAPACITY, LAST_RISE, NEXT_STEP, GROWN, LAST_RELEASE, LATEST, LOWEST, WAITERS = range(9)
POOL_COLUMNS = 9
# the log of releases
RELEASED_BY, RELEASED_AT, RELEASED_AS, RELEASED_BEFORE = range(4)

# activities, state, int32: a line of 64 bytes for its events, and one for its wait for pools
DIRTY, STATE, UNKNOWN_LINKS, UNDELIVERED, JOINED, JOIN_LINK, WOKEN, ROW_BLOCKER = range(8)
READY, START, END, FINISH, KIND, CAUSE, FINISH_CAUSE, CREW, FREED_BY, FREED_AT = range(8, 18)  # as in the outcome
ROW_START, ROW_OPENED = 18, 19
# of one that waits for pools, whose links and orders are settled
KEY_RANK, IN_CLASS, KEY_TICK, KEY_TIE = UNKNOWN_LINKS, UNDELIVERED, JOINED, JOIN_LINK
STATE_COLUMNS = 32
NO_ROW = -2  # a ROW_BLOCKER: no row is open
UNKNOWN = -(2**31)  # time of a link or join that is not known yet

# scalars of a replication
NOW, UNFINISHED, HEAP, MARKED, SEQUENCE, ROWS, RELEASES, WAITING, NEW, GROWN_POOLS, WOKEN_CLASSES, UNSETTLED_LINES = (
    range(12)
)
SCALARS = 12

# events: tick, kind and index in one integer, so that one comparison orders them
KIND_SHIFT, TICK_SHIFT = 30, 34
MOST_INDEX, MOST_TICK = 2**KIND_SHIFT, 2 ** (63 - TICK_SHIFT)
INDEX, KINDS = MOST_INDEX - 1, 2 ** (TICK_SHIFT - KIND_SHIFT) - 1
STEP, WORK_ENDS, LINK_ARRIVES, LOOK_AT, LOT_ARRIVES, PLACE, DELIVER, WAKE, WAKE_CLASS, WITHDRAW = range(10)
