import { placeOrder } from './actions.js';

export default function Page() {
  return (
    <form action={placeOrder}>
      <input name="id" />
      <input name="sku" />
      <button type="submit">Order</button>
    </form>
  );
}
