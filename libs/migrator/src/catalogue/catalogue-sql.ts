/**
 * What is asked of PostgreSQL's own catalogue. It is read at the end of every `up`, on a backend that has
 * read nothing of it yet, where planning a join costs more than running it: so every statement names one
 * table, and they are joined here. An object of the user has an OID from 16384 on, which lets the server
 * skip its own thousands by index.
 */

// Fixed in the server's source (FirstNormalObjectId).
const OWN = 16_384;
// pg_language's fixed rows. A range type brings its own functions in the first; extensions bring hundreds in
// the second, whose definitions nobody needs to see printed.
const [INTERNAL, C] = [12, 13];

const SCHEMAS = `
  SELECT oid, nspname AS name, pg_get_userbyid(nspowner) AS owner, nspacl::text[] AS acl,
         current_setting('server_version_num')::int / 10000 AS "majorVersion"
  FROM pg_namespace WHERE oid >= ${OWN} OR nspname = 'public'`;

const RELATIONS = `
  SELECT oid, relnamespace AS schema, relname AS name, relkind AS kind, pg_get_userbyid(relowner) AS owner,
         relacl::text[] AS acl, relpersistence AS persistence, relrowsecurity AS "rowSecurity",
         relforcerowsecurity AS "forceRowSecurity", relreplident AS "replicaIdentity", reloptions AS options,
         relhasrules AS "hasRules", relispartition AS "isPartition", relhassubclass AS "hasChildren",
         CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END AS definition,
         CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END AS "partitionKey",
         CASE WHEN relispartition THEN pg_get_expr(relpartbound, oid) END AS "partitionBound"
  FROM pg_class WHERE oid >= ${OWN} AND relkind <> 't'`;

const COLUMNS = `
  SELECT attrelid AS relation, attname AS name, attnum AS position, format_type(atttypid, atttypmod) AS type,
         attnotnull AS "notNull", attidentity AS identity, attgenerated AS generated,
         CASE WHEN attcollation NOT IN (0, 100) THEN attcollation::regcollation::text END AS collation,
         attcompression AS compression, attacl::text[] AS acl
  FROM pg_attribute WHERE attrelid >= ${OWN} AND attnum > 0 AND NOT attisdropped
    AND attrelid IN (SELECT oid FROM pg_class WHERE oid >= ${OWN} AND relkind IN ('r', 'p', 'f', 'v', 'm', 'c'))`;

const DEFAULTS = `
  SELECT adrelid AS relation, adnum AS position, pg_get_expr(adbin, adrelid) AS expression
  FROM pg_attrdef WHERE adrelid >= ${OWN}`;

/** An index that belongs to a constraint is told with it. */
const INDEXES = `
  SELECT indexrelid AS oid, indrelid AS relation, indisunique AS unique, indisvalid AS valid,
         indisready AS ready, indisreplident AS "replicaIdentity",
         CASE WHEN NOT indisprimary THEN pg_get_indexdef(indexrelid) END AS definition
  FROM pg_index WHERE indexrelid >= ${OWN} AND indrelid >= ${OWN}`;

/** PostgreSQL 18 keeps NOT NULL as a constraint too; the column says it, except that it is not validated. */
const CONSTRAINTS = `
  SELECT oid, connamespace AS schema, conrelid AS relation, contypid AS domain, conname AS name,
         contype AS kind, convalidated AS validated, conindid AS index, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint WHERE oid >= ${OWN} AND contype <> 't' AND (contype <> 'n' OR NOT convalidated)`;

/** A foreign key is enforced by triggers of its own, which a superuser can switch off. */
const TRIGGERS = `
  SELECT tgrelid AS relation, tgname AS name, tgenabled AS enabled, tgconstraint AS constraint,
         CASE WHEN NOT tgisinternal THEN pg_get_triggerdef(oid) END AS definition
  FROM pg_trigger WHERE oid >= ${OWN} AND (NOT tgisinternal OR tgenabled <> 'O')`;

const ROUTINES = `
  SELECT oid, pronamespace AS schema, proname AS name, prokind AS kind,
         pg_get_function_identity_arguments(oid) AS arguments, pg_get_userbyid(proowner) AS owner,
         proacl::text[] AS acl,
         CASE WHEN prokind = 'a' THEN NULL WHEN prolang = ${C} THEN concat_ws(' ', prosrc, probin)
              ELSE pg_get_functiondef(oid) END AS definition
  FROM pg_proc WHERE oid >= ${OWN} AND (prolang <> ${INTERNAL} OR prokind = 'a')`;

const TYPES = `
  SELECT oid, typnamespace AS schema, typname AS name, typtype AS kind, typrelid AS relation,
         pg_get_userbyid(typowner) AS owner, typacl::text[] AS acl, typnotnull AS "notNull", typdefault AS "default",
         CASE WHEN typtype = 'd' THEN format_type(typbasetype, typtypmod) END AS base,
         CASE WHEN typcollation NOT IN (0, 100) THEN typcollation::regcollation::text END AS collation
  FROM pg_type WHERE oid >= ${OWN} AND typtype IN ('c', 'd', 'e', 'r') AND (typtype <> 'c' OR typrelid IN
    (SELECT oid FROM pg_class WHERE oid >= ${OWN} AND relkind = 'c'))`;

const POLICIES = `
  SELECT polrelid AS relation, polname AS name, polcmd AS command, polpermissive AS permissive,
         polroles::regrole[]::text[] AS roles, pg_get_expr(polqual, polrelid) AS using,
         pg_get_expr(polwithcheck, polrelid) AS "withCheck"
  FROM pg_policy`;

const EXTENSIONS = `
  SELECT oid, extname AS name, extnamespace::regnamespace::text AS schema FROM pg_extension WHERE oid >= ${OWN}`;

const DEFAULT_GRANTS = `
  SELECT pg_get_userbyid(defaclrole) AS owner, defaclnamespace AS schema, defaclobjtype AS kind,
         defaclacl::text[] AS acl
  FROM pg_default_acl`;

const STATISTICS = `
  SELECT stxnamespace AS schema, stxname AS name, pg_get_statisticsobjdef(oid) AS definition FROM pg_statistic_ext`;

const COMMENTS = `
  SELECT classoid::regclass::text AS catalogue, objoid AS oid, objsubid AS position, description AS text
  FROM pg_description WHERE objoid >= ${OWN}`;

const SEQUENCES = `
  SELECT seqrelid AS oid, format_type(seqtypid, NULL) AS type, seqstart::text AS start, seqincrement::text AS increment,
         seqmin::text AS minimum, seqmax::text AS maximum, seqcache::text AS cache, seqcycle AS cycle
  FROM pg_sequence`;

/** A serial's sequence depends on its column automatically, an identity's internally; so do indexes. */
const COLUMN_PARTS = `
  SELECT objid AS part, refobjid AS relation, refobjsubid AS position FROM pg_depend
  WHERE classid = 'pg_class'::regclass AND objid >= ${OWN} AND refclassid = 'pg_class'::regclass
    AND refobjsubid > 0 AND deptype IN ('a', 'i')`;

const PARENTS = `
  SELECT inhrelid AS child, inhparent AS parent FROM pg_inherits ORDER BY inhrelid, inhseqno`;

const LABELS = `
  SELECT enumtypid AS type, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
  FROM pg_enum GROUP BY enumtypid`;

const RANGES = `
  SELECT rngtypid AS type, format_type(rngsubtype, NULL) AS subtype,
         CASE WHEN rngcollation NOT IN (0, 100) THEN rngcollation::regcollation::text END AS collation,
         rngcanonical::text AS canonical, rngsubdiff::text AS difference
  FROM pg_range WHERE rngtypid >= ${OWN}`;

const AGGREGATES = `
  SELECT aggfnoid::oid AS routine, concat_ws(' ', aggkind, aggtransfn::regprocedure, format_type(aggtranstype, NULL),
         aggfinalfn::regproc, aggcombinefn::regproc, aggmtransfn::regproc, aggminvtransfn::regproc,
         aggmfinalfn::regproc, aggfinalextra, aggfinalmodify, quote_nullable(agginitval)) AS definition
  FROM pg_aggregate WHERE aggfnoid >= ${OWN}`;

const RULES = `
  SELECT ev_class AS relation, rulename AS name, ev_enabled AS enabled, pg_get_ruledef(oid) AS definition
  FROM pg_rewrite WHERE oid >= ${OWN} AND rulename <> '_RETURN'`;

const EXTENSION_MEMBERS = `
  SELECT classid::regclass::text AS catalogue, objid AS oid FROM pg_depend
  WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND objid >= ${OWN}`;

/** Whether there is anything of a kind that many schemas have nothing of. */
const KINDS = `
  SELECT EXISTS (SELECT FROM pg_policy) AS policies, EXISTS (SELECT FROM pg_statistic_ext) AS statistics,
         EXISTS (SELECT FROM pg_description WHERE objoid >= ${OWN}) AS comments,
         EXISTS (SELECT FROM pg_extension WHERE oid >= ${OWN}) AS extensions,
         EXISTS (SELECT FROM pg_type WHERE oid >= ${OWN} AND typtype IN ('d', 'e', 'r')) AS types,
         EXISTS (SELECT FROM pg_proc WHERE oid >= ${OWN} AND prokind = 'a') AS aggregates,
         EXISTS (SELECT FROM pg_proc
                 WHERE oid >= ${OWN} AND pronamespace <> coalesce(to_regnamespace('migrator'), 0)) AS routines`;

/** Asked every time, in the order in which the answers come. */
export const BASIC_STATEMENTS = {
  schemas: SCHEMAS,
  relations: RELATIONS,
  columns: COLUMNS,
  defaults: DEFAULTS,
  indexes: INDEXES,
  constraints: CONSTRAINTS,
  triggers: TRIGGERS,
  defaultGrants: DEFAULT_GRANTS,
  kinds: KINDS,
} as const;

/** Asked in a second message, when the first answers tell that there are some. */
export const RARE_STATEMENTS = {
  routines: ROUTINES,
  aggregates: AGGREGATES,
  types: TYPES,
  labels: LABELS,
  ranges: RANGES,
  policies: POLICIES,
  statistics: STATISTICS,
  comments: COMMENTS,
  extensions: EXTENSIONS,
  extensionMembers: EXTENSION_MEMBERS,
  sequences: SEQUENCES,
  columnParts: COLUMN_PARTS,
  parents: PARENTS,
  rules: RULES,
} as const;

export type RareKind = keyof typeof RARE_STATEMENTS;

/**
 * Expressions are printed by the session's taste: a name is qualified unless search_path finds it, a
 * timestamp is written in the session's time zone. So the taste is stated.
 */
export const PINNED_SETTINGS = `
  SET LOCAL search_path = ''; SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD';
  SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';
  SET LOCAL quote_all_identifiers = off; SET LOCAL jit = off`;
