// @ts-check
// A session for each request that needs one; the review needs none.
import { MongoClient } from 'mongodb';
import { PaymentProvider, post, serve } from './shop.mjs';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const payments = client.db().collection('payments');
const reviews = client.db().collection('reviews');
await payments.insertOne({ first: true });
await reviews.insertOne({ first: true });

const provider = new PaymentProvider();
const shop = await serve({
  async pay() {
    const session = client.startSession();
    try {
      session.startTransaction();
      await payments.insertOne({ amount: 10 }, { session });
      await provider.charge();
      await session.abortTransaction();
      return 'declined';
    } finally {
      await session.endSession();
    }
  },
  async review() {
    await reviews.insertOne({ stars: 5 });
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
await client.close();
