import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ConnectionManager } from 'session-guard';

@Controller()
export class HealthController {
  constructor(private readonly mongo: ConnectionManager) {}

  @Get('live')
  async live(): Promise<{ live: boolean }> {
    const { live } = await this.mongo.health();
    if (!live) throw new ServiceUnavailableException();
    return { live };
  }

  @Get('ready')
  async ready(): Promise<{ ready: boolean }> {
    const { ready, reason } = await this.mongo.health();
    if (!ready) throw new ServiceUnavailableException(reason);
    return { ready };
  }
}
