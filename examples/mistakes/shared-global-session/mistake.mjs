// @ts-check
// One session for all requests. A failed payment also rolls back the reviews that other requests have written meanwhile:
// these reviews were acknowledged, but are lost.
import { MongoClient } from 'mongodb';
import { PaymentProvider, post, serve } from './shop.mjs';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const payments = client.db().collection('payments');
const reviews = client.db().collection('reviews');
await payments.insertOne({ first: true });
await reviews.insertOne({ first: true });

const session = client.startSession(); // shared by everybody

const provider = new PaymentProvider();
const shop = await serve({
  async pay() {
    session.startTransaction();
    await payments.insertOne({ amount: 10 }, { session });
    await provider.charge();
    await session.abortTransaction();
    return 'declined';
  },
  async review() {
    await reviews.insertOne({ stars: 5 }, { session }); // ←
    return 'thank you';
  },
});

const paying = post(shop, 'pay');
await provider.asked;
console.log(`review: ${await post(shop, 'review')}`);
provider.answer();
await paying;
console.log(`${await reviews.countDocuments({ stars: 5 })} of 1 review is stored`);
shop.close();
await session.endSession();
await client.close();
