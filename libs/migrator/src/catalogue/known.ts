import type { CatalogueRows, ColumnRow } from './catalogue-rows.js';
import type { Json } from './canonical.js';
import { type Grant, grantsOf, type GrantedKind, grantValue } from './grants.js';
import { dotted } from './object-name.js';
import { type CatalogueRoles, roleName } from './service-roles.js';

export type Entry = [key: string, value: Record<string, Json>];

/** An object that has an owner and a list of rights. */
interface Owned {
  owner: string;
  acl: readonly string[] | null;
}

// TypeORM names a primary key after a hash of table and column: this one is its own table's.
const TYPEORM_KEY = 'PK_8c82d7f526340ab734260ea46be';
export const TYPEORM_SEQUENCE = 'migrations_id_seq';
const ALEMBIC_TABLE = 'alembic_version';

/** The answers of the server, joined as far as every kind of object needs it. */
export class Known {
  /** Names of the schemas that count, by OID. */
  readonly schemas: ReadonlyMap<number, string>;
  /** `public.users` of the relations that count, by OID. */
  readonly relations: ReadonlyMap<number, string>;
  private readonly columns = new Map<number, ColumnRow[]>();
  private readonly comments: ReadonlyMap<string, string>;
  private readonly members: ReadonlySet<string>;

  constructor(
    readonly rows: CatalogueRows,
    readonly roles: CatalogueRoles,
  ) {
    this.schemas = new Map(
      rows.schemas
        .filter(({ name }) => name !== 'migrator' && !name.startsWith('pg_'))
        .map(({ oid, name }) => [oid, name]),
    );
    this.members = new Set(
      rows.extensionMembers.map(({ catalogue, oid }) => `${catalogue} ${oid}`),
    );
    this.relations = this.relationNames();
    for (const column of rows.columns) {
      const others = this.columns.get(column.relation);
      if (others === undefined) this.columns.set(column.relation, [column]);
      else others.push(column);
    }
    this.comments = new Map(
      rows.comments.map(({ catalogue, oid, position, text }) => [
        `${catalogue} ${oid} ${position}`,
        text,
      ]),
    );
  }

  columnsOf(relation: number): readonly ColumnRow[] {
    return this.columns.get(relation) ?? [];
  }

  /** `public.mood`, or null for what does not count. */
  nameIn(schema: number, name: string): string | null {
    const found = this.schemas.get(schema);
    return found === undefined ? null : dotted(found, name);
  }

  isMember(catalogue: string, oid: number): boolean {
    return this.members.has(`${catalogue} ${oid}`);
  }

  comment(catalogue: string, oid: number, position = 0): string | undefined {
    return this.comments.get(`${catalogue} ${oid} ${position}`);
  }

  /** Named only when it is somebody else than the role that migrates. */
  owner({ owner }: Owned): string | undefined {
    return owner === this.roles.owner ? undefined : roleName(owner, this.roles);
  }

  grants(kind: GrantedKind, object: string, owned: Owned): Entry[] {
    return this.granted(kind, owned).map((grant) => [
      `grant on ${object} to ${grant.grantee}`,
      grantValue(grant),
    ]);
  }

  granted(kind: GrantedKind, owned: Owned): Grant[] {
    return grantsOf(kind, owned, this.roles);
  }

  /** Without the two tables in which TypeORM and Alembic keep their own books. */
  private relationNames(): Map<number, string> {
    const { relations, constraints } = this.rows;
    const typeorm = constraints.find(({ name }) => name === TYPEORM_KEY)?.relation;
    const typeormSchema = relations.find(({ oid }) => oid === typeorm)?.schema;
    const isBookkeeping = ({ oid, schema, name }: (typeof relations)[number]): boolean =>
      oid === typeorm ||
      name === ALEMBIC_TABLE ||
      (name === TYPEORM_SEQUENCE && schema === typeormSchema);
    const named = relations
      .filter((relation) => !isBookkeeping(relation) && !this.isMember('pg_class', relation.oid))
      .flatMap((relation): [number, string][] => {
        const name = this.nameIn(relation.schema, relation.name);
        return name === null ? [] : [[relation.oid, name]];
      });
    return new Map(named);
  }
}

/** Leaves out what is not there, so that a new kind of property changes no other object's fingerprint. */
export function present(value: Record<string, Json | undefined>): Record<string, Json> {
  const fields = Object.entries(value).filter(
    (field): field is [string, Json] => field[1] !== undefined && field[1] !== null,
  );
  return Object.fromEntries(fields);
}
