"""The set-based half of an import: rows in a temporary table become areas, by a handful of statements.

Hand-written SQL because 620,000 rows have to be checked against one another and
written within a minute, on a laptop, in one transaction.
"""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from terrace.kernel.actors import EVERYWHERE
from terrace.kernel.db import LAST
from terrace.kernel.deployment import CodeSystem, Deployment
from terrace.kernel.words import Text, _

Check = tuple[str, str, Text]
"""A statement that finds lines, the column at fault in them, and why."""
COPY = """COPY network_given (line, code, parent_code, level, names, search, latitude, longitude) FROM STDIN"""
PREPARE = """
    SET LOCAL work_mem = '256MB';
    DROP TABLE IF EXISTS network_given, network_refused, network_tree, network_levels;
    CREATE TEMPORARY TABLE network_given (
        line integer, code text COLLATE "C", parent_code text COLLATE "C", level text, names jsonb, search text,
        latitude double precision, longitude double precision
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE network_refused (code text COLLATE "C") ON COMMIT DROP;
    CREATE TEMPORARY TABLE network_levels (level text, tier text, rank integer) ON COMMIT DROP;
"""
# One import at a time, and readers go on reading. Taken first, so that a second import waits instead of tripping.
LOCK = "LOCK TABLE network_area IN SHARE ROW EXCLUSIVE MODE"
INDEX = """
    CREATE INDEX ON network_given (code);
    CREATE INDEX ON network_given (parent_code);
    ANALYZE network_given;
"""
TWICE = """
    DELETE FROM network_given WHERE ctid IN (
        SELECT ctid FROM (
            SELECT ctid, row_number() OVER (PARTITION BY code ORDER BY line) AS number FROM network_given
        ) AS numbered WHERE number > 1
    ) RETURNING line
"""
# What lies in an area whose own row is wrong is not wrong for that.
ORPHANS = """
    SELECT line FROM network_given AS g WHERE parent_code <> ''
    AND NOT EXISTS (SELECT FROM network_given AS p WHERE p.code = g.parent_code)
    AND NOT EXISTS (SELECT FROM network_area AS a WHERE a.code = g.parent_code)
    AND NOT EXISTS (SELECT FROM network_refused AS r WHERE r.code = g.parent_code)
"""
# A place that somebody put on the map keeps its point when the file has none for it.
KEEP_POINTS = """
    UPDATE network_given AS g SET latitude = a.latitude, longitude = a.longitude
    FROM network_area AS a WHERE a.code = g.code AND a.is_placed AND g.latitude IS NULL
"""
# From the rows whose parent is not in the file downwards. `rank` is that of the nearest tier at or above the area (0
# where there is none), `above` that of the parent; the area of rank 2 hands its code down as county_code.
TREE = """
    CREATE TEMPORARY TABLE network_tree ON COMMIT DROP AS
    WITH RECURSIVE
    given AS (
        SELECT g.*, coalesce(l.tier, '') AS tier, l.rank
        FROM network_given AS g LEFT JOIN network_levels AS l USING (level)
    ),
    known AS (
        SELECT a.code, a.path, a.county_code, a.latitude, a.longitude,
               coalesce((SELECT min(l.rank) FROM network_levels AS l WHERE l.tier = a.tier AND a.tier <> ''),
                        CASE WHEN a.county_code <> a.code THEN 2 ELSE 0 END) AS rank
        FROM network_area AS a
        WHERE a.code IN (SELECT g.parent_code FROM network_given AS g)
    ),
    tree AS (
        SELECT g.line, g.code, {root_path} AS path, g.tier,
               coalesce(g.rank, p.rank, 0) AS rank, coalesce(p.rank, 0) AS above,
               CASE WHEN g.rank = 2 OR coalesce(p.rank, 0) < 2 THEN g.code ELSE p.county_code END AS county_code,
               coalesce(g.latitude, p.latitude) AS latitude, coalesce(g.longitude, p.longitude) AS longitude
        FROM given AS g LEFT JOIN known AS p ON p.code = g.parent_code
        WHERE NOT EXISTS (SELECT FROM network_given AS u WHERE u.code = g.parent_code)
        UNION ALL
        SELECT g.line, g.code, {path}, g.tier, coalesce(g.rank, t.rank), t.rank,
               CASE WHEN g.rank = 2 OR t.rank < 2 THEN g.code ELSE t.county_code END,
               coalesce(g.latitude, t.latitude), coalesce(g.longitude, t.longitude)
        FROM tree AS t JOIN given AS g ON g.parent_code = t.code
    )
    SELECT * FROM tree
"""
PATHS = {
    CodeSystem.PREFIX: {"root_path": "g.code", "path": "g.code"},
    CodeSystem.OPAQUE: {"root_path": "coalesce(p.path, '') || g.code || '/'", "path": "t.path || g.code || '/'"},
}
CIRCLES = "SELECT line FROM network_given AS g WHERE NOT EXISTS (SELECT FROM network_tree AS t WHERE t.code = g.code)"
UPSIDE_DOWN = "SELECT line FROM network_tree WHERE tier <> '' AND rank <= above"
TOO_DEEP = "SELECT line FROM network_tree WHERE length(path) > 120"
# Everything that lies in an area, and everybody's scope, hangs on its path and tier: an import does not move them.
MOVED = """
    SELECT g.line FROM network_given AS g JOIN network_area AS a USING (code)
    WHERE coalesce(a.parent_id, '') <> g.parent_code
"""
RANKED = "SELECT t.line FROM network_tree AS t JOIN network_area AS a USING (code) WHERE a.tier <> t.tier"
# Where codes nest, the code is the path: an area lies in every area whose code its own begins with, whatever the file
# names. Only lengths that codes have are looked up, so a file whose levels have one length each costs next to nothing.
# Areas that are there already stand right among one another, and new ones must not come between them.
BETWEEN = """
    WITH lengths AS (
        SELECT length(code) AS size FROM network_given UNION SELECT length(code) FROM network_area
    )
    SELECT line FROM network_given AS g WHERE NOT EXISTS (SELECT FROM network_area AS a WHERE a.code = g.code)
    AND EXISTS (
        SELECT FROM lengths AS l WHERE l.size > length(g.parent_code) AND l.size < length(g.code) AND (
            EXISTS (SELECT FROM network_given AS x WHERE x.code = left(g.code, l.size))
            OR EXISTS (SELECT FROM network_area AS x WHERE x.code = left(g.code, l.size))
        )
    )
"""
SWALLOWS = """
    SELECT line FROM network_given AS g WHERE NOT EXISTS (SELECT FROM network_area AS a WHERE a.code = g.code)
    AND EXISTS (SELECT FROM network_area AS x WHERE x.code > g.code AND x.code < g.code || U&'\\+10FFFF')
"""
NESTING: dict[CodeSystem, tuple[Check, ...]] = {
    CodeSystem.PREFIX: (
        (
            BETWEEN,
            "parent_code",
            _("The code also begins with that of an area in between. Name that as the area above."),
        ),
        (SWALLOWS, "code", _("Codes of areas that lie elsewhere already begin with this one.")),
    ),
    CodeSystem.OPAQUE: (),
}
CHECKS: tuple[Check, ...] = (
    (CIRCLES, "parent_code", _("The area lies in itself, by way of those above it.")),
    (UPSIDE_DOWN, "level", _("An area of this level cannot lie in the area above.")),
    (TOO_DEEP, "code", _("The codes down to this area are too long together.")),
    (MOVED, "parent_code", _("The area lies elsewhere already. An import cannot move it.")),
    (RANKED, "level", _("The area has another tier already. An import cannot change it.")),
)
COUNT_NEW = """
    SELECT count(*) FROM network_tree AS t WHERE NOT EXISTS (SELECT FROM network_area AS a WHERE a.code = t.code)
"""
# In the order of paths, so that a subtree's rows lie side by side on disk.
MERGE = """
    INSERT INTO network_area AS a
        (code, path, parent_id, tier, level, county_code, names, search, latitude, longitude, is_placed)
    SELECT g.code, t.path, nullif(g.parent_code, ''), t.tier, g.level, t.county_code, g.names, g.search,
           t.latitude, t.longitude, g.latitude IS NOT NULL
    FROM network_tree AS t JOIN network_given AS g USING (code)
    ORDER BY t.path
    ON CONFLICT (code) DO UPDATE SET
        level = excluded.level, names = excluded.names, search = excluded.search, county_code = excluded.county_code,
        latitude = excluded.latitude, longitude = excluded.longitude, is_placed = excluded.is_placed
    WHERE (a.level, a.names, a.search, a.county_code, a.latitude, a.longitude, a.is_placed) IS DISTINCT FROM
        (excluded.level, excluded.names, excluded.search, excluded.county_code,
         excluded.latitude, excluded.longitude, excluded.is_placed)
"""
# Places below an imported one that are not in the file themselves: level by level, until nothing changes.
INHERIT = """
    UPDATE network_area AS a SET latitude = p.latitude, longitude = p.longitude
    FROM network_area AS p
    WHERE p.code = a.parent_id AND NOT a.is_placed AND a.path > %(path)s AND a.path < %(end)s
    AND (a.latitude, a.longitude) IS DISTINCT FROM (p.latitude, p.longitude)
"""


def prepare(cursor: CursorWrapper) -> None:
    """Lock the areas against another import and make the tables that rows are copied into."""
    cursor.execute(LOCK)
    cursor.execute(PREPARE)


def note_refused(cursor: CursorWrapper, codes: list[str]) -> None:
    """Remember the codes of rows that were not copied."""
    cursor.execute("INSERT INTO network_refused SELECT unnest(%s::text[])", [codes])


def grow_tree(cursor: CursorWrapper, deployment: Deployment) -> Iterator[tuple[int, str, str]]:
    """Compute where each copied row stands; yield line, column and reason of every row that fits nowhere."""
    cursor.execute(INDEX)
    yield from _found(cursor, TWICE, "code", _("This code stands in the file twice."))
    yield from _found(cursor, ORPHANS, "parent_code", _("There is no area with this code, in the file or before."))
    cursor.execute(KEEP_POINTS)
    levels = [(level, tier.code, tier.rank) for tier in deployment.plan.tiers for level in tier.levels]
    cursor.executemany("INSERT INTO network_levels VALUES (%s, %s, %s)", levels)
    cursor.execute(TREE.format(**PATHS[deployment.code_system]))
    cursor.execute("CREATE INDEX ON network_tree (code); ANALYZE network_tree;")
    for check, column, reason in (*CHECKS, *NESTING[deployment.code_system]):
        yield from _found(cursor, check, column, reason)


def merge(cursor: CursorWrapper) -> tuple[int, int]:
    """Write the areas; return how many are new and how many known ones changed."""
    cursor.execute(COUNT_NEW)
    added = int(cursor.fetchone()[0])
    cursor.execute(MERGE)
    changed = cursor.rowcount - added
    inherit_points(cursor)
    cursor.execute("ANALYZE network_area")
    return added, changed


def inherit_points(cursor: CursorWrapper, path: str = EVERYWHERE) -> None:
    """Give every place below `path` without a point of its own that of the area above it."""
    subtree = {"path": path, "end": path + LAST}
    cursor.execute(INHERIT, subtree)
    while cursor.rowcount:
        cursor.execute(INHERIT, subtree)


def _found(cursor: CursorWrapper, check: str, column: str, reason: Text) -> Iterator[tuple[int, str, str]]:
    cursor.execute(check)
    yield from [(line, column, str(reason)) for (line,) in cursor.fetchall()]
