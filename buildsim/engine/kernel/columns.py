"""Columns of the kernel's packed tables, and its codes: plain integers, since compiled code indexes by them."""

from __future__ import annotations

# activities: facts
POSITION = 0
GATE = 1  # latest of its date, its site's start and the data date
SITE_START = 2
NOT_BEFORE = 3
JOIN_COUNT = 4
JOIN_ALL = 5
PRIORITY = 6
RULE_VALUE = 7
COLUMN = 8  # first column of its lengths; the next row's is one past its last
COLUMN_END = 9
MOLD_POOL = 10
MOLD_MIN = 11
MOLD_MAX = 12
WORK = 13  # its group of working time
ACTUAL_START = 14
ACTUAL_FINISH = 15
ACTUAL_KIND = 16
ACTUAL_CAUSE = 17
ACTUAL_CREW = 18
ACTUAL_ELAPSED = 37
SITE_GATE = 38  # the gate of an absent branch: without its date
# activities: half-open ranges in the index arrays, each a first and an end
NEEDS, NEEDS_END = 19, 20  # rows of `needs`: fixed needs
LEAST, LEAST_END = 21, 22  # rows of `least`: (pool, least units) of all needs, by pool
FROM_START, FROM_START_END = 23, 24  # links that leave its start
FROM_FINISH, FROM_FINISH_END = 25, 26
JOINS, JOINS_END = 27, 28  # FS/SS links into it
STRETCHES, STRETCHES_END = 29, 30  # FF/SF links into it
ORDERS, ORDERS_END = 31, 32  # orders it waits for
ON_START, ON_START_END = 33, 34  # orders it places
ON_FINISH, ON_FINISH_END = 35, 36
ACTIVITY_COLUMNS = 39

# links
PRED, SUCC, LAG_WORK = 0, 1, 2  # LAG_WORK: group of working time of a lag in open ticks, or -1

# orders
SUPPLY, ON_LINE, OWNER, CONSUMER, ORDER_PRIORITY, OFFSET, RESERVED_FROM, DELIVERED, DATED = range(9)

# supplies
PERIOD, MAX_STOCK, RULE, FIRST_LOT, LOTS, INITIAL = range(6)
INPUTS, INPUTS_END, SHARES, SHARES_END, USERS, USERS_END, QUEUE = range(6, 13)
SUPPLY_COLUMNS = 13

# lines, state
STOCK, ARRIVED, IN_PROCESS, CARRY, ARRIVED_AT, ARRIVED_LOT, WAITING_ORDERS, UNSETTLED = range(8)

# outcome per activity
READY, START, END, FINISH, KIND, CAUSE, FINISH_CAUSE, CREW, FREED_BY, FREED_AT = range(10)
# outcome per order
PLACED, DELIVERY, LOT, OPEN = range(4)

# scalars of a replication
NOW, UNFINISHED, HEAP, DIRTY, WAITING, SEQUENCE, ROWS, RELEASES = range(8)

# events: a payload is kind * EVENT + index
EVENT = 2**40
WORK_ENDS, LINK_ARRIVES, LOOK_AT, LOT_ARRIVES, PLACE, DELIVER, WAKE, WITHDRAW = range(8)

# waits
NO_ROW = -2
