import { Module } from '@nestjs/common';
import { SessionGuardModule } from 'session-guard/nest';
import { HealthController } from './health.controller.js';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders.service.js';
import { StockService } from './stock.service.js';

const { MONGODB_URI, TIMEOUT_MS = '5000' } = process.env;

@Module({
  imports: [
    SessionGuardModule.forRoot({
      uri: MONGODB_URI,
      profile: 'service',
      operationTimeoutMS: Number(TIMEOUT_MS),
      requests: { id: ({ headers }) => headers?.['x-request-id'], leftOpen: 'end' },
    }),
  ],
  controllers: [HealthController, OrdersController],
  providers: [OrdersService, StockService],
})
export class AppModule {}
