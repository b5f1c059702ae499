import { invocation } from 'session-guard/serverless';
import { mongo } from '../../../lib/mongo.js';
import { countOrders, orderIn, place } from '../../../lib/orders.js';

const about = () => ({ route: '/api/orders' });

export const GET = invocation(mongo, async () => Response.json({ orders: await countOrders() }), { about });

export const POST = invocation(
  mongo,
  async (/** @type {Request} */ request) => {
    const order = orderIn(await request.json().catch(() => undefined));
    if (order === undefined) return Response.json({ error: 'id, sku' }, { status: 400 });
    const placed = await place(order);
    return Response.json({ placed }, { status: placed ? 201 : 409 });
  },
  { about },
);
