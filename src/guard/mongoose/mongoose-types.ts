/**
 * The parts of mongoose's objects that are used here, in versions 8 and 9. They are structural, so that neither version's
 * types are needed to compile against this package.
 */

/** The shape by which a mongoose connection is recognised. */
export interface MongooseConnection {
  getClient(): unknown;
  readonly readyState: number;
}

/** The shape by which mongoose itself is recognised: the value of `import mongoose from 'mongoose'`. */
export interface MongooseInstance {
  readonly connection: MongooseConnection;
}

/** The parts of mongoose that are used here. */
export interface MongooseInside {
  readonly Model: MongooseClass;
  readonly Document: MongooseClass;
  readonly Query: MongooseClass;
  readonly Aggregate: MongooseClass;
  readonly Connection: MongooseClass;
  readonly Schema: new () => { eachPath(visit: () => void): unknown };
}

export interface MongooseClass {
  readonly prototype: object;
}

export interface ConnectionInside {
  readonly client?: object | null;
  readonly base?: unknown;
  readonly name?: unknown;
}

export interface ModelInside {
  readonly db?: ConnectionInside;
  readonly collection?: { readonly name?: unknown };
}

interface SchemaTypeInside {
  readonly $isMongooseArray?: unknown;
  /** Of the documents in an array. */
  readonly schema?: SchemaInside;
}

export interface SchemaInside {
  readonly options?: { readonly versionKey?: unknown };
  readonly paths?: Readonly<Record<string, SchemaTypeInside>>;
  /** The paths inside of subdocuments. */
  readonly singleNestedPaths?: Readonly<Record<string, SchemaTypeInside>>;
}

export interface DocumentInside {
  readonly constructor: ModelInside & { readonly modelName?: unknown };
  readonly $session?: () => unknown;
  readonly $isNew?: unknown;
  readonly $isDeleted?: (deleted?: boolean) => unknown;
  readonly get?: (path: string, type: null, options: { readonly getters: false }) => unknown;
  readonly schema?: SchemaInside;
  /** mongoose's own state of the document; `saving` is set while `save` runs. */
  readonly $__?: { readonly saving?: unknown };
}

interface OptionsInside {
  readonly session?: unknown;
}

export interface QueryInside {
  readonly model?: ModelInside | null;
  readonly op?: string;
  readonly options?: OptionsInside | null;
}

export interface AggregateInside {
  readonly _model?: ModelInside;
  readonly _connection?: ConnectionInside;
  readonly options?: OptionsInside | null;
}

/** Of a query or an aggregate. */
export interface CursorInside {
  readonly model?: ModelInside;
  readonly agg?: AggregateInside;
}
