import { Expression } from '../../../dynamodb/expression.ts';
import { text } from '../../../dynamodb/items.ts';
import { queryAll } from '../../../dynamodb/connection.ts';
import type { Call, HeaderList } from '../../backend/backend.ts';
import { names, sessionPrefix } from '../items/names.ts';
import { headerOf } from '../items/session-item.ts';
import type { SessionTable } from '../table/session-table.ts';

const { fields: _, write: __, cleanAfter: ___, except: ____, ...ofHeader } = names;

/** A consistent query of the partition, without the data. */
export async function list(table: SessionTable, userKey: string, call: Call): Promise<HeaderList> {
  const expression = new Expression();
  const ofUser = `${expression.name(names.userKey)} = ${expression.value(text(userKey))}`;
  const ofSessions = `begins_with(${expression.name(names.sort)}, ${expression.value(text(sessionPrefix))})`;
  const wanted = Object.values(ofHeader).map(name => expression.name(name));
  const query = {
    TableName: table.name,
    KeyConditionExpression: `${ofUser} AND ${ofSessions}`,
    ProjectionExpression: wanted.join(', '),
    ...expression.parts,
  };
  const items = await queryAll(table.connection, query, call.signal);
  const { latest } = await table.time(call);
  return { headers: items.map(headerOf), now: latest };
}
