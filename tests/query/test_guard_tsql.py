"""What the guard lets through to SQL Server, which needs nothing between two statements."""

import pytest

from claribi.core.errors import QueryError
from claribi.query.guard import check

TABLES = {"orders", "regions", "stock.parts"}


def passed(sql: str) -> str:
    return check(sql, dialect="tsql", tables=TABLES).sql("tsql")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT region, COUNT(*) AS n FROM Orders o WHERE quantity > $least GROUP BY region",
        'SELECT TOP 5 [region], "quantity" FROM orders ORDER BY at DESC',
        "SELECT TOP 10 PERCENT region FROM orders ORDER BY region",
        "SELECT region FROM orders ORDER BY region OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY",
        "WITH big AS (SELECT * FROM orders) SELECT * FROM big WHERE region IN (SELECT region FROM regions)",
        "SELECT CONVERT(VARCHAR(10), at, 120), TRY_CONVERT(INT, region), ISNULL(region, N'x') FROM orders",
        "SELECT IIF(quantity > 1, 'a', 'b'), CHOOSE(1, region), STUFF(region, 1, 1, 'x') FROM orders",
        "SELECT DATEADD(month, 1, at), DATEDIFF(day, at, GETDATE()), DATEPART(week, at) FROM orders",
        "SELECT EOMONTH(at), DATEFROMPARTS(2024, 1, 2), DATENAME(month, at), YEAR(at) FROM orders",
        "SELECT STDEV(quantity), VAR(quantity), STRING_AGG(region, ',') FROM orders",
        "SELECT region COLLATE Latin1_General_BIN FROM orders WHERE region LIKE '!%' ESCAPE '!'",
        "SELECT LAG(quantity) OVER (PARTITION BY region ORDER BY at) FROM orders",
        "SELECT o.region FROM orders AS o CROSS APPLY (SELECT o.quantity * 2 AS double) AS d",
        "SELECT * FROM stock.parts UNION ALL SELECT * FROM regions",
    ],
)
def test_what_only_reads_is_let_through(sql: str):
    passed(sql)


def test_names_stand_in_brackets_and_texts_are_of_all_letters():
    """A name such as EXEC would begin another statement."""
    assert passed("SELECT region FROM orders EXEC('xp_cmdshell')") == (
        "SELECT [region] FROM [orders] AS [EXEC]([xp_cmdshell])"
    )
    assert passed("SELECT 'Süd' AS shutdown FROM orders AS kill") == (
        "SELECT N'Süd' AS [shutdown] FROM [orders] AS [kill]"
    )
    assert (
        passed("SELECT [a]]; DROP TABLE t --] FROM orders") == "SELECT [a]]; DROP TABLE t --] FROM [orders]"
    )
    assert (
        passed("SELECT system_time, waitfor FROM orders") == "SELECT [system_time], [waitfor] FROM [orders]"
    )


@pytest.mark.parametrize(
    "sql",
    [
        # Other servers and files.
        "SELECT * FROM OPENROWSET('SQLNCLI', 'Server=x', 'SELECT 1') AS a",
        r"SELECT * FROM OPENROWSET(BULK 'c:\windows\win.ini', SINGLE_CLOB) AS a",
        "SELECT * FROM OPENQUERY(other, 'SELECT 1')",
        "SELECT * FROM OPENDATASOURCE('SQLNCLI', 'x').db.dbo.orders",
        "SELECT * FROM other.db.dbo.orders",
        "SELECT * FROM db.dbo.orders",
        "SELECT * FROM db..orders",
        "SELECT * FROM OPENXML(1, '/a')",
        "SELECT * FROM OPENJSON('[1]')",
        "SELECT * FROM sys.fn_get_audit_file('x', DEFAULT, DEFAULT)",
        "SELECT * FROM fn_xe_file_target_read_file('x', NULL, NULL, NULL)",
        "SELECT * FROM fn_trace_gettable('x', 1)",
        "SELECT * FROM orders CROSS APPLY sys.dm_exec_sql_text(0x01)",
        "SELECT * FROM fn_dblog(NULL, NULL)",
        # Other statements.
        "EXEC xp_cmdshell 'dir'",
        "EXEC sp_executesql N'SELECT 1'",
        "EXECUTE AS USER = 'dbo'",
        "xp_cmdshell 'dir'",
        "WAITFOR DELAY '0:0:5'",
        "SELECT 1 WAITFOR DELAY '0:0:5'",
        "SELECT 1; DROP TABLE orders",
        "SELECT region FROM orders DROP TABLE orders",
        "SELECT region FROM orders ORDER BY region SHUTDOWN",
        "SELECT region FROM orders ORDER BY region COLLATE [Latin1_General_BIN EXEC xp_x]",
        "SELECT * INTO made FROM orders",
        "SELECT * INTO #made FROM orders",
        "BULK INSERT orders FROM 'x'",
        "DECLARE @x INT SELECT 1",
        "SET NOCOUNT ON SELECT 1",
        "BEGIN TRAN SELECT 1",
        "IF 1 = 1 SELECT 1",
        "USE master SELECT 1",
        "SELECT @a = region FROM orders",
        "SELECT region\u200b FROM orders",
        "SELECT NEXT VALUE FOR numbers",
        # What tells of the server.
        "SELECT @@VERSION",
        "SELECT region, @@SERVERNAME FROM orders",
        "SELECT * FROM sys.objects",
        "SELECT * FROM information_schema.tables",
        "SELECT SUSER_SNAME(), SYSTEM_USER",
        "SELECT CURRENT_USER",
        "SELECT HOST_NAME()",
        "SELECT DB_NAME(1)",
        "SELECT OBJECT_DEFINITION(1)",
        "SELECT HAS_PERMS_BY_NAME(NULL, NULL, 'x')",
        "SELECT SERVERPROPERTY('x')",
        "SELECT SESSION_CONTEXT(N'x')",
        "SELECT dbo.anything(region) FROM orders",
        "SELECT region.value('x', 'int') FROM orders",
        "SELECT CAST(region AS dbo.anything) FROM orders",
        "SELECT CONVERT(dbo.anything, region) FROM orders",
        "SELECT CONVERT(INT EXEC xp_x, region) FROM orders",
        "SELECT DATEADD([day, 1, at) EXEC xp_x --], 1, at) FROM orders",
        # Locks, hints, and answers that are none.
        "SELECT * FROM orders WITH (TABLOCKX)",
        "SELECT * FROM orders (UPDLOCK)",
        "SELECT * FROM orders OPTION (MAXRECURSION 0)",
        "SELECT * FROM orders FOR XML PATH",
        "SELECT * FROM orders FOR JSON AUTO",
        "SELECT * FROM orders FOR SYSTEM_TIME ALL",
        "SELECT * FROM #orders",
        "SELECT * FROM ##orders",
        "SELECT * FROM orders ORDER BY region COLLATE [Latin1_General_BIN) EXEC (xp_x]",
        "SELECT %%physloc%% FROM orders",
        "SELECT {fn user()}",
    ],
)
def test_anything_else_is_not(sql: str):
    with pytest.raises(QueryError):
        passed(sql)
