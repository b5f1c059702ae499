import { ConflictException, Injectable } from '@nestjs/common';
import { ConnectionManager } from 'session-guard';
import { Transactional } from 'session-guard/nest';

@Injectable()
export class StockService {
  constructor(private readonly mongo: ConnectionManager) {}

  /** Joins the transaction of its caller; alone it has one of its own. */
  @Transactional()
  async take(sku: string): Promise<void> {
    const stock = this.mongo.db().collection<{ _id: string; left: number }>('stock');
    const taken = await stock.updateOne({ _id: sku, left: { $gt: 0 } }, { $inc: { left: -1 } });
    if (taken.matchedCount === 0) throw new ConflictException(`${sku} is sold out`);
  }
}
