import { Injectable } from '@nestjs/common';
import { ConnectionManager } from 'session-guard';
import { Transactional } from 'session-guard/nest';
import { StockService } from './stock.service.js';

export interface Order {
  readonly id: string;
  readonly sku: string;
}

@Injectable()
export class OrdersService {
  constructor(
    private readonly mongo: ConnectionManager,
    private readonly stock: StockService,
  ) {}

  /** Both writes, or none. */
  @Transactional({ name: 'place an order' })
  async place({ id, sku }: Order): Promise<void> {
    await this.mongo.db().collection<{ _id: string; sku: string }>('orders').insertOne({ _id: id, sku });
    await this.stock.take(sku);
  }
}
