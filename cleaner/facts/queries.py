"""Reduce: the relational part, in SQL that DuckDB and Spark both read.

Every query names the tables it reads; ``reduce`` runs them in order and gives each result its name.
Nothing depends on the order of rows: ties are broken by keys.
"""

from __future__ import annotations

ARTICLES = """
WITH text AS (SELECT outlet, document, line, weight FROM lines WHERE weight > 0),
first AS (SELECT outlet, line, min(document) AS leader FROM text GROUP BY outlet, line),
sizes AS (SELECT document, sum(weight) AS size FROM text GROUP BY document),
common AS (
    SELECT t.document AS document, f.leader AS leader, sum(t.weight) AS weight, count(*) AS lines
    FROM text t JOIN first f ON t.outlet = f.outlet AND t.line = f.line
    WHERE f.leader < t.document
    GROUP BY t.document, f.leader
),
parents AS (
    SELECT c.document AS document, min(c.leader) AS leader
    FROM common c JOIN sizes a ON a.document = c.document JOIN sizes b ON b.document = c.leader
    WHERE 5 * c.weight >= 2 * least(a.size, b.size) AND (c.lines > 1 OR 5 * c.weight >= greatest(a.size, b.size))
    GROUP BY c.document
)
SELECT d.outlet AS outlet, d.document AS document, coalesce(q.leader, p.leader, d.document) AS article
FROM (SELECT DISTINCT outlet, document FROM documents) d
LEFT JOIN parents p ON p.document = d.document
LEFT JOIN parents q ON q.document = p.leader
"""
"""Two scrapes or copies of one article are one: documents of an outlet follow the one with the smallest key that
they share two fifths of the shorter text with, counted in long lines. In the development sets 764 of 768 pairs of
excerpts of one page share half and more, 5,036 of 5,062 pairs of articles of one outlet less than a third."""

ARTICLES_OF_OUTLET = "SELECT outlet, count(DISTINCT article) AS n FROM articles GROUP BY outlet"

LINES_OF_OUTLET = """
SELECT l.outlet AS outlet, l.{column} AS line, count(DISTINCT a.article) AS n
FROM lines l JOIN articles a ON a.document = l.document
GROUP BY l.outlet, l.{column} HAVING count(DISTINCT a.article) > 1
"""

OUTLETS_OF_LINE = """
SELECT line, count(DISTINCT outlet) AS n FROM lines GROUP BY line HAVING count(DISTINCT outlet) > 1
"""

HEADLINES = """
SELECT h.line AS line, count(DISTINCT a.article) AS n
FROM headlines h JOIN articles a ON a.document = h.document
GROUP BY h.line
"""

SLOTS = """
SELECT l.outlet AS outlet, l.before AS before, l.after AS after, count(DISTINCT a.article) AS n
FROM lines l
JOIN articles a ON a.document = l.document
JOIN folded b ON b.outlet = l.outlet AND b.line = l.before
JOIN folded c ON c.outlet = l.outlet AND c.line = l.after
GROUP BY l.outlet, l.before, l.after
HAVING count(DISTINCT a.article) > 1 AND count(DISTINCT l.line) > 1
"""

RARE_WORDS = """
WITH rare AS (
    SELECT word, count(*) AS n FROM words GROUP BY word
    HAVING count(*) <= {documents} AND count(DISTINCT outlet) > 1
),
ranked AS (
    SELECT w.outlet AS outlet, w.document AS document, w.word AS word,
           row_number() OVER (PARTITION BY w.document ORDER BY r.n, w.word) AS place
    FROM words w JOIN rare r ON r.word = w.word
)
SELECT outlet, document, word FROM ranked WHERE place <= {words}
"""

STORY_PAIRS = """
WITH sizes AS (SELECT document, count(*) AS size FROM words GROUP BY document),
near AS (
    SELECT a.document AS document, b.document AS other
    FROM rare_words a JOIN rare_words b ON a.word = b.word AND a.outlet <> b.outlet
    GROUP BY a.document, b.document HAVING count(*) >= {shared}
),
common AS (
    SELECT n.document AS document, n.other AS other, count(*) AS weight
    FROM near n JOIN words v ON v.document = n.document JOIN words w ON w.document = n.other AND w.word = v.word
    GROUP BY n.document, n.other
),
ranked AS (
    SELECT c.document AS document, c.other AS other,
           row_number() OVER (PARTITION BY c.document ORDER BY c.weight DESC, c.other) AS place
    FROM common c JOIN sizes a ON a.document = c.document JOIN sizes b ON b.document = c.other
    WHERE 100 * c.weight >= {percent} * least(a.size, b.size)
)
SELECT document, other FROM ranked WHERE place <= {others}
"""

STORY_HEADLINES = """
SELECT DISTINCT h.document AS document, h.line AS line
FROM headlines h JOIN (SELECT DISTINCT other FROM story_pairs) p ON p.other = h.document
"""

STORY_WORDS = """
SELECT DISTINCT w.document AS document, w.word AS word
FROM words w JOIN (SELECT DISTINCT other FROM story_pairs) p ON p.other = w.document
"""
