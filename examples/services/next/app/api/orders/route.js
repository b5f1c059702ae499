import { invocation } from 'session-guard/serverless';
import { mongo } from '../../../lib/mongo.js';
import { countOrders, place } from '../../../lib/orders.js';

const about = () => ({ route: '/api/orders' });

export const GET = invocation(mongo, async () => Response.json({ orders: await countOrders() }), { about });

export const POST = invocation(
  mongo,
  async (/** @type {Request} */ request) => {
    const { id, sku } = await request.json();
    const placed = await place(String(id), String(sku));
    return Response.json({ placed }, { status: placed ? 201 : 409 });
  },
  { about },
);
