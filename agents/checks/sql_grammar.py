"""What a schema may be made of: an allow-list over PostgreSQL's parse tree. What is not named here is refused.

Each node is listed with its fields, so that a new clause of a later PostgreSQL is refused until somebody has read what
it does. Why a function or a type is missing: it reads files or settings, waits, is evaluated to something huge, comes
with an extension, or names objects by number.
"""

NODES: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "CreateStmt": "relation table_elts inh_relations partbound partspec options oncommit if_not_exists",
        "ColumnDef": "colname type_name is_local is_not_null constraints coll_clause",
        "Constraint": "contype conname deferrable initdeferred is_enforced initially_valid skip_validation "
        "is_no_inherit raw_expr generated_when generated_kind nulls_not_distinct keys without_overlaps including "
        "exclusions options access_method where_clause pktable fk_attrs pk_attrs fk_with_period pk_with_period "
        "fk_matchtype fk_upd_action fk_del_action fk_del_set_cols",
        "PartitionSpec": "strategy part_params",
        "PartitionElem": "name collation opclass",
        "PartitionBoundSpec": "strategy is_default modulus remainder listdatums lowerdatums upperdatums",
        "IndexStmt": "idxname relation access_method index_params index_including_params options where_clause unique "
        "nulls_not_distinct if_not_exists",
        "IndexElem": "name expr collation opclass ordering nulls_ordering",
        "CreateEnumStmt": "type_name vals",
        "CompositeTypeStmt": "typevar coldeflist",
        "CreateDomainStmt": "domainname type_name coll_clause constraints",
        "CreateSchemaStmt": "schemaname if_not_exists",
        "AlterTableStmt": "relation cmds objtype missing_ok",
        "AlterTableCmd": "subtype def behavior missing_ok",
        "CommentStmt": "objtype object comment",
        "RangeVar": "schemaname relname inh relpersistence",
        "TypeName": "names typmods typemod array_bounds",
        "DefElem": "defname arg defaction",
        "ColumnRef": "fields",
        "FuncCall": "funcname args funcformat",
        "NamedArgExpr": "arg name argnumber",
        "TypeCast": "arg type_name",
        "CollateClause": "arg collname",
        "A_Expr": "kind name lexpr rexpr rexpr_list_start rexpr_list_end",
        "A_Const": "ival fval boolval sval bsval isnull",
        "A_ArrayExpr": "elements list_start list_end",
        "A_Indirection": "arg indirection",
        "A_Indices": "is_slice lidx uidx",
        "BoolExpr": "boolop args",
        "NullTest": "arg nulltesttype argisrow",
        "BooleanTest": "arg booltesttype",
        "CaseExpr": "arg args defresult",
        "CaseWhen": "expr result",
        "CoalesceExpr": "args",
        "MinMaxExpr": "op args",
        "SQLValueFunction": "op typmod",
        "RowExpr": "args row_format",
        "List": "items",
        "Integer": "ival",
        "Float": "fval",
        "Boolean": "boolval",
        "String": "sval",
        "BitString": "bsval",
    }.items()
}

# Values that a field may have; a field that is not named here may have any.
VALUES: dict[tuple[str, str], frozenset[object]] = {
    ("RangeVar", "relpersistence"): frozenset({"p"}),
    ("AlterTableStmt", "objtype"): frozenset({"OBJECT_TABLE"}),
    ("AlterTableCmd", "subtype"): frozenset({"AT_AddColumn", "AT_AddConstraint"}),
    ("AlterTableCmd", "behavior"): frozenset({"DROP_RESTRICT"}),
    ("CreateStmt", "oncommit"): frozenset({"ONCOMMIT_NOOP"}),
    ("CommentStmt", "objtype"): frozenset(
        {f"OBJECT_{name}" for name in "TABLE COLUMN INDEX TYPE DOMAIN SCHEMA TABCONSTRAINT DOMCONSTRAINT".split()}
    ),
    ("DefElem", "defaction"): frozenset({"DEFELEM_UNSPEC"}),
    ("PartitionSpec", "strategy"): frozenset(
        {f"PARTITION_STRATEGY_{name}" for name in ("LIST", "RANGE", "HASH")},
    ),
}

STATEMENTS = frozenset(
    "CreateStmt CreateEnumStmt CompositeTypeStmt CreateDomainStmt IndexStmt CreateSchemaStmt AlterTableStmt "
    "CommentStmt".split()
)

CONTEXT_FIELDS = frozenset({"location"})  # where it stands; says nothing about what it does

# Of identity columns, and storage parameters that only tune.
OPTIONS = frozenset(
    "start increment minvalue maxvalue cache cycle fillfactor deduplicate_items fastupdate gin_pending_list_limit "
    "pages_per_range m ef_construction lists".split()
)
OPTION_PREFIXES = ("autovacuum_",)

TYPES = frozenset(
    "bool boolean int2 int4 int8 smallint integer int bigint serial smallserial bigserial serial2 serial4 serial8 "
    "numeric decimal float4 float8 real money text varchar bpchar char bytea date time timetz timestamp timestamptz "
    "interval uuid json jsonb jsonpath inet cidr macaddr macaddr8 bit varbit tsvector tsquery point line lseg box path "
    "polygon circle int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange "
    "nummultirange tsmultirange tstzmultirange datemultirange vector halfvec sparsevec".split()
)
EXTENSION_TYPES = {
    "citext": "Use text, with a unique index on lower(…).",
    "hstore": "Use jsonb.",
    "ltree": "Use text with a CHECK on its form.",
    "geography": "Use two numeric columns for latitude and longitude.",
    "geometry": "Use two numeric columns for latitude and longitude.",
}
MAX_TYPE_MODIFIER = 65_535  # bit(80000000) is ten megabytes for each constant

CLOCKS = frozenset(
    "now clock_timestamp statement_timestamp transaction_timestamp gen_random_uuid uuidv4 uuidv7 nextval".split()
)
FUNCTIONS = CLOCKS | frozenset(
    # text
    "lower upper initcap length char_length character_length octet_length bit_length position strpos substring substr "
    "left right btrim ltrim rtrim trim overlay translate split_part starts_with reverse concat concat_ws ascii chr md5 "
    "sha224 sha256 sha384 sha512 encode decode quote_ident quote_literal regexp_like regexp_count similar_to_escape "
    "like_escape normalize is_normalized replace regexp_replace string_to_array to_tsvector to_tsquery "
    "plainto_tsquery phraseto_tsquery websearch_to_tsquery setweight numnode "
    # numbers
    "abs ceil ceiling floor round trunc mod sign sqrt div gcd lcm scale "
    # time
    "date_trunc date_part date_bin extract age make_date make_time make_timestamp make_timestamptz make_interval "
    "timezone to_date to_timestamp isfinite justify_days justify_hours justify_interval overlaps "
    # ranges
    "int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange "
    "tsmultirange tstzmultirange datemultirange lower_inc upper_inc lower_inf upper_inf isempty range_merge "
    # arrays and JSON
    "cardinality array_length array_ndims array_position array_lower array_upper array_to_string array_append "
    "array_remove json_typeof jsonb_typeof json_array_length jsonb_array_length jsonb_build_object jsonb_build_array "
    "json_build_object json_build_array jsonb_exists jsonb_path_exists jsonb_path_match jsonb_extract_path "
    "jsonb_extract_path_text json_extract_path_text jsonb_strip_nulls to_jsonb to_json "
    # others
    "num_nulls num_nonnulls family host masklen network set_masklen inet_same_family vector_dims vector_norm "
    "l2_normalize".split()
)
# Their answer can be far longer than what they are given.
AMPLIFIERS = frozenset({"replace", "regexp_replace"})
MAX_REPLACEMENT = 8
MAX_AMPLIFIERS = 3  # in one statement
MAX_CONSTANT = 10_000  # characters of a text constant

OPERATORS = frozenset(
    "= <> != < > <= >= + - * / % || ~ ~* !~ !~* ~~ ~~* !~~ !~~* @> <@ && -> ->> #> #>> ? ?| ?& @? @@ -|- << >> &< &> "
    "&<| |&> |>> <<| & | # <<= >>= <-> <=> <#> BETWEEN".split()
) | {"NOT BETWEEN", "BETWEEN SYMMETRIC", "NOT BETWEEN SYMMETRIC"}

INDEX_METHODS = frozenset({"", "btree", "hash", "gist", "gin", "brin", "spgist", "hnsw", "ivfflat"})
SYSTEM_SCHEMAS = frozenset({"public", "information_schema"})

REMEDIES = {
    "DropStmt": "Write the schema for an empty database: nothing has to be dropped.",
    "TransactionStmt": "Leave BEGIN, COMMIT and savepoints out: the file is applied as a whole.",
    "CreateExtensionStmt": "Leave extensions to the administrator and name them in a comment. An exclusion constraint "
    "needs none with int8range(id, id, '[]') WITH &&.",
    "InsertStmt": "Leave data out of the schema; reference values go into a CHECK or a type.",
    "UpdateStmt": "Leave data out of the schema.",
    "DeleteStmt": "Leave data out of the schema; retention is a job of the application.",
    "SelectStmt": "Put queries into db/queries.md.",
    "CopyStmt": "Leave data out of the schema.",
    "CreateFunctionStmt": "Carry the rule by a constraint, or keep it in the application.",
    "CreateTrigStmt": "Carry the rule by a constraint or a generated column, or keep it in the application.",
    "CreateEventTrigStmt": "Carry the rule by a constraint, or keep it in the application.",
    "RuleStmt": "Carry the rule by a constraint, or keep it in the application.",
    "DoStmt": "Write the statements themselves, without a block around them.",
    "ViewStmt": "Put the query into db/queries.md.",
    "CreateTableAsStmt": "Write CREATE TABLE with its columns; put queries into db/queries.md.",
    "CreateSeqStmt": "Use a column GENERATED ALWAYS AS IDENTITY.",
    "AlterSeqStmt": "Use a column GENERATED ALWAYS AS IDENTITY.",
    "VariableSetStmt": "Leave settings to the administrator.",
    "GrantStmt": "Write rights into the security and operations documents.",
    "GrantRoleStmt": "Write rights into the security and operations documents.",
    "CreateRoleStmt": "Write rights into the security and operations documents.",
    "CreatePolicyStmt": "Describe row security in the security documents, as a rule the application sets up.",
    "AlterEnumStmt": "Write all values into CREATE TYPE.",
    "AlterTableStmt": "Only ALTER TABLE … ADD (column or constraint) is applied: write everything else into CREATE "
    "TABLE.",
    "AlterTableCmd": "Only ALTER TABLE … ADD (column or constraint) is applied: write everything else into CREATE "
    "TABLE.",
    "RenameStmt": "Create it with the name it is to have.",
    "DefineStmt": "Use a table, an enumerated or composite type, or a domain.",
    "CreateRangeStmt": "Use one of PostgreSQL's own range types.",
    "TableLikeClause": "Write the columns out.",
    "SubLink": "A constraint looks at its own row alone: use a foreign key, a unique or an exclusion constraint.",
    "ParamRef": "Write the value.",
    "A_Star": "Name the columns.",
}
ONLY_THESE = (
    "A schema consists of CREATE TABLE, TYPE, DOMAIN, INDEX and SCHEMA, ALTER TABLE … ADD, and COMMENT; write it with "
    "these."
)
