// @ts-check
// One session for all requests. A payment that fails takes the reviews with it that other requests have written meanwhile:
// they were acknowledged, and are gone.
import { MongoClient } from 'mongodb';
import { post, serve } from './shop.mjs';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const payments = client.db().collection('payments');
const reviews = client.db().collection('reviews');
await payments.insertOne({ first: true });
await reviews.insertOne({ first: true });

const session = client.startSession(); // shared by everybody

const shop = await serve({
  async pay() {
    session.startTransaction();
    await payments.insertOne({ amount: 10 }, { session });
    await new Promise(resolve => setTimeout(resolve, 100)); // the payment provider
    await session.abortTransaction();
    return 'declined';
  },
  async review() {
    await reviews.insertOne({ stars: 5 }, { session }); // ←
    return 'thank you';
  },
});

const paying = post(shop, 'pay');
await new Promise(resolve => setTimeout(resolve, 40));
console.log(`review: ${await post(shop, 'review')}`);
await paying;
console.log(`${await reviews.countDocuments({ stars: 5 })} of 1 review is stored`);
shop.close();
await session.endSession();
await client.close();
