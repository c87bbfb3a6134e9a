"""What hand-written SQL may be made of. Whatever is not listed here is refused."""

from sqlglot import exp

STRUCTURE = """
    Select Union Except Intersect Subquery CTE With From Final Join PreWhere Where Group Having Qualify Order
    Ordered Limit LimitOptions Fetch Offset Distinct GroupingSets Rollup Cube Values Tuple Paren Table
    TableAlias Lateral
    Window WindowSpec Filter WithinGroup IgnoreNulls RespectNulls
    Alias Aliases Column Identifier Star Dot Var Literal Boolean Null Placeholder PropertyEQ PositionalColumn
    DataType DataTypeParam ColumnDef Interval Slice Bracket Lambda Comprehension
"""
OPERATORS = """
    Add Sub Mul Div IntDiv Mod Pow Neg DPipe BitwiseAnd BitwiseOr BitwiseXor BitwiseNot BitwiseLeftShift
    BitwiseRightShift EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ Is Not And Or Xor In Between Like ILike
    SimilarTo Glob Escape Collate Any All Exists AtTimeZone Case If Cast TryCast Coalesce Nullif
"""
AGGREGATES = """
    Count CountIf Sum Avg Min Max Median Mode Stddev StddevPop StddevSamp Variance VariancePop Corr CovarPop
    CovarSamp Kurtosis Skewness Quantile PercentileCont PercentileDisc ApproxDistinct ApproxQuantile AnyValue
    First Last ArgMax ArgMin ArrayAgg GroupConcat LogicalAnd LogicalOr BitwiseAndAgg BitwiseOrAgg
    BitwiseXorAgg RegrAvgx RegrAvgy RegrCount RegrIntercept RegrR2 RegrSlope RegrSxx RegrSxy RegrSyy
    Grouping
"""
WINDOWS = "RowNumber Rank DenseRank PercentRank CumeDist Ntile Lag Lead FirstValue LastValue NthValue"
NUMBERS = """
    Abs Ceil Floor Round Trunc Sign Sqrt Cbrt Exp Ln Log Greatest Least Sin Cos Tan Asin Acos Atan Atan2 Sinh
    Cosh Tanh Cot Degrees Radians Pi Factorial IsNan IsInf WidthBucket BitwiseCount
"""
TEXTS = """
    Lower Upper Initcap Trim Length Left Right Substring Replace Repeat Reverse Concat ConcatWs Contains
    StartsWith EndsWith StrPosition Split SplitPart Pad Chr Ascii Unicode Translate Overlay Levenshtein
    JarowinklerSimilarity MD5 SHA SHA2 SubstringIndex Elt RegexpCount RegexpLike RegexpILike
    RegexpFullMatch RegexpExtract RegexpExtractAll RegexpReplace RegexpSplit Format Hex Unhex Typeof
"""
TIMES = """
    CurrentDate CurrentTimestamp Extract DateAdd DateSub DateDiff DateTrunc DateBin TimestampTrunc
    TimestampAdd TimestampSub TimestampDiff DatetimeTrunc TimeToStr StrToTime StrToDate TsOrDsToDate
    TimeToUnix UnixToTime DateFromParts TimestampFromParts TimeFromParts LastDay Year Quarter Month Week
    WeekOfYear Day DayOfWeek DayOfWeekIso DayOfMonth DayOfYear Hour Minute Second Dayname Monthname
    YearOfWeek YearOfWeekIso TsOrDsAdd TsOrDsDiff TsOrDsToTimestamp Date Timestamp Time ToDays
    JustifyDays JustifyHours JustifyInterval MakeInterval
"""
NESTED = """
    Array List Struct StructExtract Map MapFromEntries ToMap MapKeys MapSize ArraySize ArrayContains
    ArrayContainsAll ArrayOverlaps ArrayDistinct ArraySort ArrayReverse ArrayFilter ArraySum ArrayMin ArrayMax
    ArrayFirst ArrayLast ArrayConcat ArrayAppend ArrayPrepend ArrayPosition ArraySlice ArrayToString Transform
    Reduce Flatten Unnest Explode GenerateSeries Columns JSONExtract JSONExtractScalar JSONPath JSONPathRoot
    JSONPathKey JSONPathSubscript JSONPathWildcard JSONPathSlice
"""

NODES: frozenset[type[exp.Expr]] = frozenset(
    getattr(exp, name)
    for names in (STRUCTURE, OPERATORS, AGGREGATES, WINDOWS, NUMBERS, TEXTS, TIMES, NESTED)
    for name in names.split()
)

# Functions that sqlglot does not know and passes on by name.
NAMES = """
    age ago arg_max_null arg_min_null array_has array_length array_unique bar bool_and bool_or century
    count_star damerau_levenshtein date_part datepart datesub date_sub decade divide element_at entropy
    epoch_ms epoch_ns epoch_us equi_width_bins era even favg fdiv fmod format_bytes fsum gamma gcd
    geomean geometric_mean hamming histogram ifnull instr isfinite isodow isoyear jaccard jaro_similarity
    julian kahan_sum lcase lcm lgamma len list list_aggr list_aggregate list_any_value list_apply list_avg
    list_cat list_concat list_contains list_count list_distinct list_element list_extract list_filter
    list_first list_has list_has_all list_has_any list_indexof list_intersect list_last list_max list_median
    list_min list_mode list_position list_reduce list_reverse list_reverse_sort list_select list_slice
    list_sort list_stddev_samp list_sum list_transform list_unique list_value list_where list_zip log10 log2
    ltrim lttb mad make_time make_timestamp map_entries map_extract map_from_entries map_values max_by mean
    microsecond millennium millisecond min_by mod multiply nextafter now ord position power prefix printf
    product quantile quantile_cont quantile_disc regexp_escape reservoir_quantile round_even row rpad rtrim
    second sem signbit split sha1 strip_accents strlen strpos struct_extract struct_keys struct_pack
    struct_values subtract substr suffix sumkahan time_bucket timezone to_centuries to_days to_decades
    to_hours to_microseconds to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp
    to_weeks to_years today try_strptime ucase unbin var_pop var_samp wavg weekday weighted_avg yearweek
"""
# The same for databases, where a name that is not known to be harmless may be anybody's function.
POSTGRES_NAMES = """
    age bool_and bool_or date_part div every justify_days justify_hours justify_interval make_date
    make_interval make_timestamp regexp_count regexp_match scale split_part strpos to_timestamp width_bucket
"""
MYSQL_NAMES = """
    adddate char_length date_format dayname dayofmonth elt field find_in_set from_days from_unixtime ifnull
    instr last_day locate makedate maketime microsecond mid monthname now ord period_add period_diff quarter
    sec_to_time subdate substring_index time_to_sec timestampdiff to_days weekday yearweek
"""
# Of those that take a table's, a dictionary's, a file's or a server's name, none.
CLICKHOUSE_AGGREGATES = """
    any anyheavy anylast argmax argmin avg avgweighted boundingratio categoricalinformationvalue corr count
    covarpop covarsamp deltasum entropy first_value grouparray groupbitand groupbitor groupbitxor
    groupuniqarray kurtpop kurtsamp last_value max median medianexact min quantile quantileexact
    quantileexactexclusive quantileexacthigh quantileexactinclusive quantileexactlow quantiles quantilesexact
    quantilesexactinclusive quantilestdigest quantiletdigest simplelinearregression skewpop skewsamp
    stddevpop stddevsamp sum sumkahan sumwithoverflow topk topkweighted uniq uniqcombined uniqcombined64
    uniqexact uniqhll12 varpop varsamp
"""
CLICKHOUSE_COMBINATORS = ("", "if", "ornull", "ordefault", "distinct", "array", "ifornull", "ornullif")
CLICKHOUSE_NAMES = """
    accuratecastornull adddays addhours addminutes addmonths addquarters addseconds addweeks addyears age
    arrayall arrayavg arrayconcat arraycount arraydistinct arrayelement arrayenumerate arrayexists
    arrayfilter arrayjoin arraymap arraymax arraymin arrayreverse arrayreversesort arrayslice arraysort
    arraystringconcat arraysum arrayuniq assumenotnull basename bitand bitcount bitor bitxor ceil ceiling
    cityhash64 concatwithseparator cutquerystring date_diff date_trunc datediff datename datetrunc dense_rank
    divide domain domainwithoutwww empty endswith equals exp10 exp2 extract extractall extracturlparameter
    formatdatetime formatreadablesize fromunixtimestamp gcd geodistance greatcircledistance greater
    greaterorequals has hasall hasany hassubstr ifnotfinite ifnull indexof initcaputf8 intdiv intdivorzero
    intexp10 intexp2 isfinite isinfinite isnan isnotnull isnull isvalidutf8 jsonextractarrayraw
    jsonextractbool jsonextractfloat jsonextractint jsonextractkeys jsonextractraw jsonextractstring
    jsonextractuint jsonhas jsonlength lag laginframe lcm lead leadinframe leftpad leftpadutf8 lengthutf8
    less lessorequals log10 log1p log2 lowerutf8 makedate makedate32 makedatetime mapcontains mapkeys
    mapvalues match minus modulo modulolegacy monthname multiif multiply multisearchany
    multisearchanycaseinsensitive negate ngramdistance not notempty notequals notlike now now64 nth_value
    ntile nullif parsedatetime parsedatetimebesteffort parsedatetimebesteffortornull parsedatetimeornull path
    pathfull percent_rank plus pmod position positioncaseinsensitive positioncaseinsensitiveutf8 positionutf8
    positivemodulo protocol querystring rank replaceall replaceone replaceregexpall replaceregexpone
    reverseutf8 rightpad rightpadutf8 round roundage roundbankers rounddown roundduration roundtoexp2
    row_number siphash64 splitbychar splitbynonalpha splitbyregexp splitbystring splitbywhitespace startswith
    substringindex substringutf8 subtractdays subtracthours subtractminutes subtractmonths subtractquarters
    subtractseconds subtractweeks subtractyears timediff timeslot tobool todate todate32 todate32ornull
    todateornull todatetime todatetime64 todatetime64ornull todatetimeornull today todayofmonth todayofweek
    todayofyear todaysinmonth todecimal128 todecimal32 todecimal32ornull todecimal64 todecimal64ornull
    tofixedstring tofloat32 tofloat32ornull tofloat32orzero tofloat64 tofloat64ornull tofloat64orzero tohour
    toint128 toint16 toint16ornull toint256 toint32 toint32ornull toint32orzero toint64 toint64ornull
    toint64orzero toint8 toint8ornull tointervalday tointervalhour tointervalminute tointervalmonth
    tointervalquarter tointervalsecond tointervalweek tointervalyear toisoweek toisoyear tolastdayofmonth
    tolastdayofweek tolowcardinality tominute tomonday tomonth tonullable toquarter torelativedaynum
    torelativemonthnum torelativeweeknum tosecond tostartofday tostartoffifteenminutes tostartoffiveminutes
    tostartofhour tostartofinterval tostartofisoyear tostartofminute tostartofmonth tostartofquarter
    tostartofsecond tostartoftenminutes tostartofweek tostartofyear tostring totime totimezone touint16
    touint32 touint32ornull touint64 touint64ornull touint8 tounixtimestamp touuid touuidornull toweek toyear
    toyearweek toyyyymm toyyyymmdd transform trimboth trimleft trimright tuple tupleelement upperutf8
    yesterday
"""
CLICKHOUSE = frozenset(
    aggregate + combinator
    for aggregate in CLICKHOUSE_AGGREGATES.split()
    for combinator in CLICKHOUSE_COMBINATORS
) | frozenset(CLICKHOUSE_NAMES.split())
# None that calls Java or Python, tells of files or the server, or fails on purpose.
SPARK_NAMES = """
    array_union arrays_overlap bigint bin bround btrim cardinality conv crc32 date_part datepart decimal
    e every expm1 find_in_set forall format_number hash histogram_numeric hypot isnotnull isnull log10
    log1p log2 luhn_check make_date make_dt_interval make_timestamp make_ym_interval map_concat
    map_entries map_filter map_values map_zip_with mask mean now nullifzero octet_length pmod positive
    shiftrightunsigned smallint some std timestamp_micros timestamp_millis timestamp_seconds tinyint
    transform_keys transform_values try_avg try_sum try_to_date try_to_number try_to_timestamp unix_nanos
    weekday xxhash64 zeroifnull zip_with
"""
# Of those that ask other systems, tell of files, users or the server, or fail on purpose, none.
TRINO_NAMES = """
    all_match any_match array_except array_intersect array_remove array_sort array_union arrays_overlap
    at_timezone bitwise_left_shift bitwise_right_shift char_length codepoint concat_ws date_format
    date_parse day_of_month day_of_week day_of_year dow doy e element_at every format_datetime format_number
    from_base from_iso8601_date from_iso8601_timestamp from_unixtime geometric_mean great_circle_distance
    hamming_distance histogram is_finite is_infinite is_nan log10 log2 luhn_check map_agg map_concat
    map_entries map_filter map_values map_zip_with millisecond mod none_match normalize now parse_datetime
    position regexp_position soundex split_to_map strpos timezone_hour timezone_minute to_base to_iso8601
    to_unixtime transform_keys transform_values truncate url_extract_fragment url_extract_host
    url_extract_parameter url_extract_path url_extract_port url_extract_protocol url_extract_query week
    week_of_year with_timezone word_stem xxhash64 year_of_week yow zip zip_with
"""
# None that tells of the server, its files, its users or other sessions, or waits.
TSQL_NAMES = """
    atn2 checksum_agg choose datediff_big datetime2fromparts datetimefromparts difference getutcdate
    isnumeric log10 nchar patindex quotename soundex space stdevp str string_escape sysdatetime
    sysutcdatetime var varp
"""
# None that asks a model, another system or the network, or tells of users, jobs or the server.
BIGQUERY_NAMES = """
    array_concat_agg array_reverse bit_count byte_length char_length character_length code_points_to_string
    countif date_from_unix_date div edit_distance ends_with farm_fingerprint format_date format_datetime
    format_time format_timestamp from_base32 from_base64 ieee_divide instr is_inf is_nan json_query json_value
    logical_and logical_or normalize normalize_and_casefold octet_length parse_date parse_datetime
    parse_timestamp range_bucket regexp_contains regexp_instr regexp_substr safe_add safe_cast safe_divide
    safe_multiply safe_negate safe_subtract soundex string strpos timestamp_micros timestamp_millis
    timestamp_seconds to_base32 to_base64 to_code_points to_json_string unix_date unix_micros unix_millis
    unix_seconds
"""
# None that asks a model, reads a stage or a file, tells of users, sessions or the server, or waits.
SNOWFLAKE_NAMES = """
    add_months array_agg array_compact array_except array_intersection array_to_string array_unique_agg
    as_date as_decimal as_double as_integer as_varchar bitand_agg bitor_agg boolxor_agg charindex collation
    contains date_from_parts date_part dateadd datediff dayname div0 div0null editdistance endswith equal_null
    haversine hash_agg hour iff ifnull insert is_null_value kurtosis last_day ltrim median minhash monthname
    months_between next_day nullifzero nvl nvl2 object_construct object_keys octet_length parse_json
    position previous_day ratio_to_report regexp_instr regexp_substr regr_valx regr_valy rlike rtrimmed_length
    skew soundex square strtok strtok_to_array time_slice to_boolean to_char to_date to_decimal to_double
    to_number to_numeric to_time to_timestamp to_timestamp_ltz to_timestamp_ntz to_timestamp_tz to_varchar
    translate truncate try_to_boolean try_to_date try_to_decimal try_to_double try_to_number try_to_numeric
    try_to_time try_to_timestamp typeof uniform weekiso yearofweekiso zeroifnull
"""
FUNCTIONS_OF: dict[str, frozenset[str]] = {
    "duckdb": frozenset(NAMES.split()),
    "postgres": frozenset(POSTGRES_NAMES.split()),
    "redshift": frozenset(POSTGRES_NAMES.split()),
    "bigquery": frozenset(BIGQUERY_NAMES.split()),
    "snowflake": frozenset(SNOWFLAKE_NAMES.split()),
    "mysql": frozenset(MYSQL_NAMES.split()),
    "clickhouse": CLICKHOUSE,
    "spark": frozenset(SPARK_NAMES.split()),
    "trino": frozenset(TRINO_NAMES.split()),
    "tsql": frozenset(TSQL_NAMES.split()),
}
# What only one dialect is read into.
NODES_OF: dict[str, frozenset[type[exp.Expr]]] = {
    "trino": frozenset({exp.Try}),
    "tsql": frozenset(
        {exp.National, exp.Convert, exp.Stuff, exp.NumberToStr, exp.TimeStrToTime, exp.GroupingId}
    ),
}
