"""Reduce: the relational part, in SQL that DuckDB and Spark both read.

Every query names the tables it reads; ``reduce`` runs them in order and gives each result its name.
Nothing depends on the order of rows: ties are broken by keys. Distinct things are counted in two steps, because
DuckDB cannot spill ``count(DISTINCT ...)`` to disk.
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

ARTICLES_OF_OUTLET = """
SELECT outlet, count(*) AS n FROM (SELECT DISTINCT outlet, article FROM articles) t GROUP BY outlet
"""

LINES_OF_OUTLET = """
SELECT outlet, line, count(*) AS n
FROM (
    SELECT DISTINCT l.outlet AS outlet, l.{column} AS line, a.article AS article
    FROM lines l JOIN articles a ON a.document = l.document
) t
GROUP BY outlet, line HAVING count(*) > 1
"""

OUTLETS_OF_LINE = """
SELECT line, count(*) AS n FROM (SELECT DISTINCT line, outlet FROM lines) t GROUP BY line HAVING count(*) > 1
"""

HEADLINES = """
SELECT line, count(*) AS n
FROM (SELECT DISTINCT h.line AS line, a.article AS article FROM headlines h JOIN articles a ON a.document = h.document) t
GROUP BY line
"""

SLOTS = """
WITH held AS (
    SELECT DISTINCT l.outlet AS outlet, l.before AS before, l.after AS after, l.line AS line, a.article AS article
    FROM lines l
    JOIN folded b ON b.outlet = l.outlet AND b.line = l.before
    JOIN folded c ON c.outlet = l.outlet AND c.line = l.after
    JOIN articles a ON a.document = l.document
)
SELECT h.outlet AS outlet, h.before AS before, h.after AS after, count(*) AS n
FROM (SELECT DISTINCT outlet, before, after, article FROM held) h
JOIN (
    SELECT outlet, before, after FROM held GROUP BY outlet, before, after HAVING min(line) < max(line)
) v ON v.outlet = h.outlet AND v.before = h.before AND v.after = h.after
GROUP BY h.outlet, h.before, h.after HAVING count(*) > 1
"""

RARE_WORDS = """
WITH rare AS (
    SELECT word, count(*) AS n FROM words GROUP BY word
    HAVING count(*) <= {documents} AND min(outlet) < max(outlet)
),
ranked AS (
    SELECT w.outlet AS outlet, w.document AS document, w.word AS word,
           row_number() OVER (PARTITION BY w.document ORDER BY r.n, w.word) AS place
    FROM words w JOIN rare r ON r.word = w.word
)
SELECT outlet, document, word FROM ranked WHERE place <= {words}
"""

STORY_PAIRS = """
WITH sizes AS (SELECT document, least(count(*), {words}) AS size FROM words GROUP BY document),
once AS (
    SELECT a.document AS document, b.document AS other, count(*) AS common
    FROM rare_words a JOIN rare_words b ON a.word = b.word AND a.document < b.document AND a.outlet <> b.outlet
    GROUP BY a.document, b.document HAVING count(*) >= {shared}
),
near AS (
    SELECT document, other, common FROM once
    UNION ALL SELECT other AS document, document AS other, common FROM once
),
ranked AS (
    SELECT n.document AS document, n.other AS other,
           row_number() OVER (PARTITION BY n.document ORDER BY n.common DESC, n.other) AS place
    FROM near n JOIN sizes a ON a.document = n.document JOIN sizes b ON b.document = n.other
    WHERE 100 * n.common >= {percent} * least(a.size, b.size)
)
SELECT document, other FROM ranked WHERE place <= {others}
"""

STORY_HEADLINES = """
SELECT l.document AS document, g.line AS line
FROM story_labels l
JOIN (
    SELECT DISTINCT k.label AS label, h.line AS line FROM headlines h JOIN story_labels k ON k.document = h.document
) g ON g.label = l.label
UNION
SELECT a.document AS document, g.line AS line
FROM articles a
JOIN (SELECT article FROM articles GROUP BY article HAVING count(*) > 1) m ON m.article = a.article
JOIN (
    SELECT DISTINCT b.article AS article, h.line AS line FROM headlines h JOIN articles b ON b.document = h.document
) g ON g.article = a.article
"""
"""What opens a document's story, in its copies and at the other outlets."""

STORY_WORDS = """
SELECT DISTINCT w.document AS document, w.word AS word
FROM words w JOIN (SELECT DISTINCT other FROM story_pairs) p ON p.other = w.document
"""

STORY_LABELS = """
WITH edges AS (
    SELECT document, other FROM story_pairs UNION SELECT other AS document, document AS other FROM story_pairs
),
one AS (SELECT document, least(document, min(other)) AS label FROM edges GROUP BY document),
two AS (
    SELECT e.document AS document, least(min(a.label), min(b.label)) AS label
    FROM edges e JOIN one a ON a.document = e.document JOIN one b ON b.document = e.other GROUP BY e.document
),
three AS (
    SELECT e.document AS document, least(min(a.label), min(b.label)) AS label
    FROM edges e JOIN two a ON a.document = e.document JOIN two b ON b.document = e.other GROUP BY e.document
)
SELECT document, label FROM three
"""
"""The smallest key within three steps names the story: tellings are near each other, and longer chains are drift."""

COPIED = """
WITH text AS (SELECT document, line, weight FROM lines WHERE weight > 0),
shared AS (
    SELECT line, min(document) AS leader FROM text GROUP BY line HAVING min(document) < max(document)
),
sizes AS (SELECT document, sum(weight) AS size FROM text GROUP BY document),
common AS (
    SELECT t.document AS document, s.leader AS leader, sum(t.weight) AS weight
    FROM text t JOIN shared s ON s.line = t.line
    WHERE s.leader < t.document
    GROUP BY t.document, s.leader
),
parents AS (
    SELECT c.document AS document, min(c.leader) AS leader
    FROM common c JOIN sizes a ON a.document = c.document JOIN sizes b ON b.document = c.leader
    WHERE 5 * c.weight >= 2 * least(a.size, b.size) AND 5 * c.weight >= greatest(a.size, b.size)
    GROUP BY c.document
),
members AS (SELECT document, leader FROM parents UNION SELECT leader AS document, leader FROM parents)
SELECT m.document AS document, min(d.outlet) AS outlet, min(coalesce(q.leader, m.leader)) AS text
FROM members m JOIN documents d ON d.document = m.document LEFT JOIN parents q ON q.document = m.leader
GROUP BY m.document
"""
"""Texts that stand in several documents, of one outlet or of more: as in ``ARTICLES``, but a fifth of the longer one is
shared as well, so that a page of furniture alone is not taken for a copy of each article that has the same."""

COPIES = """
WITH ranked AS (
    SELECT text, outlet, document, row_number() OVER (PARTITION BY text ORDER BY document) AS anywhere,
           row_number() OVER (PARTITION BY text, outlet ORDER BY document) AS here
    FROM copied
),
pairs AS (
    SELECT c.document AS document, r.document AS other, 1 AS own
    FROM copied c JOIN ranked r ON r.text = c.text AND r.outlet = c.outlet
    WHERE r.here <= {others} + 1 AND r.document <> c.document
    UNION ALL
    SELECT c.document AS document, r.document AS other, 0 AS own
    FROM copied c JOIN ranked r ON r.text = c.text
    WHERE r.anywhere <= 2 * {others} AND r.outlet <> c.outlet
),
near AS (
    SELECT document, other, own, row_number() OVER (PARTITION BY document, own ORDER BY other) AS place FROM pairs
)
SELECT document, CAST(own AS BIGINT) AS own, other FROM near WHERE place <= {others}
"""
"""Other copies of a document's text, of its own outlet (1) and of others (0)."""

COPY_LINES = """
SELECT DISTINCT l.document AS document, l.folded AS line, l.after AS after
FROM lines l JOIN (SELECT DISTINCT other FROM copies) c ON c.other = l.document
"""
