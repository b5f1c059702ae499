import { BadRequestException, Body, Controller, Post } from '@nestjs/common';
import { type Order, OrdersService } from './orders.service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  async place(@Body() { id, sku }: Partial<Order>): Promise<{ placed: string }> {
    if (typeof id !== 'string' || typeof sku !== 'string') throw new BadRequestException('id, sku');
    await this.orders.place({ id, sku });
    return { placed: id };
  }
}
